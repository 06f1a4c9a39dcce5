// What sources must agree on in themselves: columns that collide, computed fields, and the fields that
// summaries may ask for.

import { plainValue, nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";
import type { FaultCollector } from "./fault-collector.ts";
import {
  cutFieldsOf,
  envelopeFields,
  fieldsOf,
  isUnnamed,
  listFieldsOf,
} from "../model/format-fields.ts";
import { keysAt, textsAt } from "./located-values.ts";
import type { Format } from "../model/plan.ts";
import { suggest } from "../text/nearest-word.ts";
import { formatSchema } from "./format/format-schema.ts";
import { scopeOf } from "./conversion.ts";
import { checkCondition } from "./condition-references.ts";
import { checkComputed } from "./computed-references.ts";
import { checkTime } from "./time-references.ts";

export interface SourceFields {
  /** Those of the format and those that are computed. Null where the format is faulty, so that nothing is known of the fields. */
  readonly fields: readonly string[] | null;
  readonly format: Format["type"] | null;
  /** Fields of type `ip`. */
  readonly addresses: ReadonlySet<string>;
  /** Fields that are all elements of an array. */
  readonly lists: readonly string[];
}

/** Every source of the file by name, faulty ones too. */
export function checkSources(
  root: LocatedNode,
  faults: FaultCollector,
): ReadonlyMap<string, SourceFields> {
  const sources = new Map<string, SourceFields>();
  for (const source of keysAt(root, ["sources"])) {
    const path = ["sources", source, "format"];
    for (const program of keysAt(root, [...path, "payloads"])) {
      checkColumns(root, [...path, "payloads", program, "fields"], faults);
    }
    const node = nodeAt(root, path);
    const parsed = node === null ? null : formatSchema.safeParse(plainValue(node));
    if (parsed?.success === true) {
      const fields = fieldsOf(parsed.data);
      checkTypes(root, [...path, "fields"], fields, faults);
      checkTime(
        root,
        [...path, "timestamp"],
        cutFieldsOf(parsed.data),
        fields.includes("timestamp"),
        faults,
      );
      const addresses = new Set(Object.keys(parsed.data.fields ?? {}));
      const lists = listFieldsOf(parsed.data);
      const at = ["sources", source, "fields"];
      const computed = checkComputed(root, at, { fields, lists }, faults);
      const all = [...fields, ...computed];
      const isAddress = (field: string): boolean => addresses.has(field);
      checkCondition(root, ["sources", source, "where"], scopeOf(all, lists), isAddress, faults);
      sources.set(source, { fields: all, format: parsed.data.type, addresses, lists });
    } else {
      sources.set(source, { fields: null, format: null, addresses: new Set(), lists: [] });
    }
  }
  return sources;
}

/** A type is given to a field that the format has, and that is not the time. */
function checkTypes(
  root: LocatedNode,
  path: Path,
  fields: readonly string[],
  faults: FaultCollector,
): void {
  const others = fields.filter((field) => field !== "timestamp");
  for (const field of keysAt(root, path)) {
    if (others.includes(field)) continue;
    const isTime = field === "timestamp";
    const problem = isTime ? "timestamp is the time of the line" : `there is no field ${field}`;
    faults.key([...path, field], problem, isTime ? "leave it out" : suggest(field, others));
  }
}

function checkColumns(root: LocatedNode, path: Path, faults: FaultCollector): void {
  const seen = new Set<string>();
  for (const { text, path: at } of textsAt(root, path)) {
    if (isUnnamed(text)) continue;
    if (envelopeFields.some((field) => field === text)) {
      faults.value(at, `${text} is a field of the envelope already`, "choose another name");
    } else if (seen.has(text)) {
      faults.value(at, `the column ${text} is there twice`, "rename one of them, or write _");
    }
    seen.add(text);
  }
}
