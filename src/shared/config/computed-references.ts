// What the computed fields of a source say about the fields of its lines, and about each other.

import { fieldsOfValue } from "../model/expression-values.ts";
import type { ValueExpression } from "../model/plan.ts";
import { scopeOf } from "./conversion.ts";
import type { LocatedNode, Path } from "./document.ts";
import { parseValue } from "./expression.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { Growth, reportGrowth } from "./growth.ts";
import { keysAt, textAt } from "./located-values.ts";

/**
 * Returns the names of the computed fields.
 * @param lines fields that lines of the format have, and which of them are all elements of an array
 */
export function checkComputed(
  root: LocatedNode,
  path: Path,
  { fields, lists }: { readonly fields: readonly string[]; readonly lists: readonly string[] },
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
    const { expression, faults: found } = parseValue(text, scopeOf(known, lists));
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
    if (circular.size === 0) reportGrowth(growth.of(value), name, [...path, name], faults);
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
