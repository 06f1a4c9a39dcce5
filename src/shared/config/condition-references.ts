// What a condition says about the fields that it reads: that they exist, and what those with a type are compared with.

import { valuesIn } from "../model/expression-values.ts";
import { addressFaults } from "./address-literals.ts";
import type { LocatedNode, Path } from "./document.ts";
import { parseCondition, type Scope } from "./expression.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { Growth, reportGrowth } from "./growth.ts";
import { textAt } from "./located-values.ts";

/** @param isAddress whether a field holds addresses */
export function checkCondition(
  root: LocatedNode,
  path: Path,
  scope: Scope,
  isAddress: (field: string) => boolean,
  faults: FaultCollector,
): void {
  const text = textAt(root, path);
  if (text === null) return;
  const { expression, faults: found } = parseCondition(text, scope);
  for (const { index, problem, fix } of found) faults.inText(path, index, problem, fix);
  if (expression === null) return;
  const growth = new Growth(new Map());
  const longest = Math.max(...valuesIn(expression).map((value) => growth.of(value)));
  reportGrowth(longest, "a value of this condition", path, faults);
  for (const { problem, fix } of addressFaults(expression, isAddress)) {
    faults.value(path, problem, fix);
  }
}
