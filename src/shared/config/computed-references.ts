// What the computed fields of a source say about the fields of its lines, and about each other.

import { fieldsOfValue } from "../model/expression-values.ts";
import type { ValueExpression } from "../model/plan.ts";
import { suggest } from "../text/nearest-word.ts";
import type { LocatedNode, Path } from "./document.ts";
import { parseValue } from "./expression.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { keysAt, textAt } from "./located-values.ts";

/** A value may be so many times as long as a line: only `concat` makes it longer than what it is made of. */
const growthMax = 16;

/**
 * Returns the names of the computed fields.
 * @param fields those that lines of the format have
 */
export function checkComputed(
  root: LocatedNode,
  path: Path,
  fields: readonly string[],
  faults: FaultCollector,
): readonly string[] {
  const names = keysAt(root, path);
  const known = [...fields, ...names];
  const values = new Map<string, ValueExpression>();
  for (const name of names) {
    if (fields.includes(name)) {
      faults.key([...path, name], `lines have a field ${name} already`, "choose another name");
    }
    const text = textAt(root, [...path, name]);
    if (text === null) continue;
    const check = (field: string): { problem: string; fix: string } | null =>
      known.includes(field)
        ? null
        : { problem: `there is no field ${field}`, fix: suggest(field, known) };
    const { expression, faults: found } = parseValue(text, { check });
    for (const { index, problem, fix } of found) {
      faults.inText([...path, name], index, problem, fix);
    }
    if (expression !== null && !fields.includes(name)) values.set(name, expression);
  }
  const circular = new Set(names.filter((name) => isCircular(name, values)));
  for (const name of circular) {
    const problem = `${name} is computed from itself`;
    faults.value([...path, name], problem, "let it be made of fields that do not use it");
  }
  const growth = new Growth(values);
  for (const [name, value] of values) {
    if (circular.size > 0 || growth.of(value) <= growthMax) continue;
    const problem = `${name} may be more than ${growthMax} times as long as a line`;
    faults.value([...path, name], problem, "put fewer values together");
  }
  return names;
}

function isCircular(name: string, values: ReadonlyMap<string, ValueExpression>): boolean {
  const seen = new Set<string>();
  const visit = (field: string): boolean => {
    const value = values.get(field);
    if (value === undefined || seen.has(field)) return false;
    seen.add(field);
    return fieldsOfValue(value).some((used) => used === name || visit(used));
  };
  return visit(name);
}

/** How many times as long as a line values may be, constants aside. */
class Growth {
  readonly #values: ReadonlyMap<string, ValueExpression>;
  readonly #known = new Map<string, number>();

  constructor(values: ReadonlyMap<string, ValueExpression>) {
    this.#values = values;
  }

  of(value: ValueExpression): number {
    switch (value.op) {
      case "field":
        return this.#ofField(value.name);
      case "string":
      case "number":
        return 0;
      case "if":
        return Math.max(this.of(value.then), this.of(value.else));
      case "call": {
        const given = value.arguments.map((argument) => this.of(argument));
        if (value.name !== "concat") return Math.max(0, ...given);
        return given.reduce((sum, one) => sum + one, 0);
      }
    }
  }

  #ofField(name: string): number {
    const value = this.#values.get(name);
    if (value === undefined) return 1;
    const growth = this.#known.get(name) ?? this.of(value);
    this.#known.set(name, growth);
    return growth;
  }
}
