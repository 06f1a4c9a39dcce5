// What the configuration says of tables: that the files of `lookups` can be used, and that calls of functions find in
// them what they ask for. Then every call in it is put into the form that a plan has.

import { TableFault } from "../lookup/table-fault.ts";
import type { CallExpression } from "../model/plan.ts";
import type { LocatedNode, Path } from "./document.ts";
import { parseCondition, parseValue } from "./expression.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { keysAt, textAt } from "./located-values.ts";
import type { ConfigOptions } from "./schema.ts";
import type { Tables } from "./tables.ts";

/** @param lookups null where those of the file are faulty already */
export function checkTables(
  root: LocatedNode,
  lookups: ConfigOptions["lookups"] | null,
  tables: Tables,
  faults: FaultCollector,
): void {
  const broken = new Set<string>();
  for (const lookup of lookups ?? []) {
    const path = ["lookups", lookup.name, "path"];
    const isGood = reported(path, () => tables.expectUsable(lookup), faults);
    if (!isGood) broken.add(lookup.name);
  }
  if (lookups === null || broken.size > 0) return;
  for (const path of expressionsIn(root)) {
    const text = textAt(root, path);
    if (text === null) continue;
    const scope = { check: () => null };
    const parsed = path.at(-1) === "where" ? parseCondition(text, scope) : parseValue(text, scope);
    for (const call of callsIn(parsed.expression)) {
      if (!reported(path, () => void tables.resolved(call), faults)) break;
    }
  }
}

function reported(path: Path, look: () => void, faults: FaultCollector): boolean {
  try {
    look();
    return true;
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    faults.value(path, error.message, error.fix);
    return false;
  }
}

/** Where the file has conditions and values. */
function* expressionsIn(root: LocatedNode): Generator<Path> {
  for (const source of keysAt(root, ["sources"])) {
    const path = ["sources", source];
    yield [...path, "where"];
    for (const field of keysAt(root, [...path, "fields"])) yield [...path, "fields", field];
  }
  for (const summary of keysAt(root, ["summaries"])) {
    const path = ["summaries", summary];
    yield [...path, "where"];
    for (const metric of keysAt(root, [...path, "metrics"])) {
      yield [...path, "metrics", metric, "where"];
    }
  }
}

/** All calls within plain data, the inner ones first. */
function callsIn(data: unknown): readonly CallExpression[] {
  if (typeof data !== "object" || data === null) return [];
  const inner = Object.values(data).flatMap(callsIn);
  return isCall(data) ? [...inner, data] : inner;
}

/** The same data, with every call as a plan has it. */
export function withTables<T>(data: T, tables: Tables): T {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) {
    return (data as readonly unknown[]).map((item) => withTables(item, tables)) as T;
  }
  const members = Object.entries(data).map(([name, member]): [string, unknown] => [
    name,
    withTables(member as unknown, tables),
  ]);
  const copy = Object.fromEntries(members) as T & object;
  return isCall(copy) ? (tables.resolved(copy) as T) : copy;
}

function isCall(data: object): data is CallExpression {
  return "op" in data && data.op === "call";
}
