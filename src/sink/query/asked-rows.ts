// Which rows a condition asks for. What it says of dimensions is asked of stored rows, before they are merged, so
// that the answer is that of a summary defined with this condition; what it says of metrics is asked of the rows of
// the answer. A part that has both needs its dimensions in the answer.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Expression, SummaryDefinition } from "../../shared/model/plan.ts";
import { fieldsOfValue, isValue, valuesIn } from "../../shared/model/expression-values.ts";
import { toFraction } from "../../shared/metric/value.ts";
import { listed } from "../../shared/text/nearest-word.ts";
import type { ResultColumns } from "./columns.ts";
import { compileCondition, type Condition, type Lookup } from "./condition.ts";
import { isOverflowRow, type Row } from "./row.ts";

/** A condition on some dimensions of stored rows. */
export interface StoredCondition {
  /** Their positions. */
  readonly dimensions: readonly number[];
  readonly holds: Condition;
}

export interface AskedRows {
  /** All of them have to hold. */
  readonly ofStored: readonly StoredCondition[];
  /** Whether a row of the answer is asked for; null where nothing is asked of them. */
  readonly ofAnswer: ((row: Row) => boolean) | null;
}

/** @throws LogmillError `usage` on what cannot be asked. */
export function askedRows(
  where: Expression,
  { dimensions }: SummaryDefinition,
  columns: ResultColumns,
): AskedRows {
  const ofStored: StoredCondition[] = [];
  const ofAnswer: Condition[] = [];
  for (const part of conjuncts(where)) {
    const names = [...new Set(valuesIn(part).flatMap(fieldsOfValue))];
    checkPart(part, dimensions);
    const ofKeys = names.filter((name) => dimensions.includes(name));
    if (ofKeys.length === names.length) {
      const positions = ofKeys.map((name) => dimensions.indexOf(name));
      ofStored.push({ dimensions: positions, holds: compileCondition(part) });
      continue;
    }
    checkGrouped(ofKeys, columns);
    ofAnswer.push(compileCondition(part));
  }
  if (ofAnswer.length === 0) return { ofStored, ofAnswer: null };
  const lookup = lookupIn(columns);
  return { ofStored, ofAnswer: (row) => ofAnswer.every((holds) => holds(lookup(row))) };
}

/** Rows of an answer that are asked for. @param onUnknown called for one that is many keys in one. */
export async function* keptRows(
  blocks: AsyncIterable<readonly Row[]>,
  isAsked: (row: Row) => boolean,
  onUnknown: () => void,
): AsyncIterable<readonly Row[]> {
  for await (const rows of blocks) {
    yield rows.filter((row) => {
      if (!isOverflowRow(row)) return isAsked(row);
      onUnknown();
      return false;
    });
  }
}

function conjuncts(condition: Expression): readonly Expression[] {
  if (condition.op !== "and") return [condition];
  return [...conjuncts(condition.left), ...conjuncts(condition.right)];
}

/** Texts are what dimensions have, and functions are for lines. */
function checkPart(part: Expression, dimensions: readonly string[]): void {
  if (isValue(part)) return;
  switch (part.op) {
    case "not":
      checkPart(part.operand, dimensions);
      return;
    case "and":
    case "or":
      checkPart(part.left, dimensions);
      checkPart(part.right, dimensions);
      return;
    case "in":
      for (const value of part.values) checkCompared(part.left, value, dimensions);
      return;
    default:
      checkCompared(part.left, part.right, dimensions);
  }
}

function checkCompared(left: Expression, right: Expression, dimensions: readonly string[]): void {
  if (left.op !== "field") {
    const what = left.op === "call" ? `${left.name}(…)` : "if(…)";
    throw refused(
      `${what} is for lines that are read, and a table has what was made of them; ` +
        `compute a field in the configuration, and make it a dimension`,
    );
  }
  if (right.op === "string" && !dimensions.includes(left.name)) {
    throw refused(`${left.name} is a metric, and metrics are compared with numbers`);
  }
}

function checkGrouped(names: readonly string[], { keys }: ResultColumns): void {
  const missing = names.filter((name) => !keys.some((key) => isDimension(key, name)));
  if (missing.length === 0) return;
  throw refused(
    `a condition that has metrics in it is asked of rows as they are printed, and those have no ${listed(missing, "or")}; ` +
      "group by it, too, or join the conditions by and",
  );
}

function isDimension({ kind, name }: ResultColumns["keys"][number], wanted: string): boolean {
  return kind === "dimension" && name === wanted;
}

function lookupIn({ keys, metrics }: ResultColumns): (row: Row) => Lookup {
  const places = new Map<string, (row: Row) => ReturnType<Lookup>>();
  for (const [at, { kind, name }] of keys.entries()) {
    if (kind === "dimension") places.set(name, (row) => row.keys[at]!);
  }
  for (const [at, { name }] of metrics.entries()) {
    places.set(name, (row) => toFraction(row.values[at]!));
  }
  return (row) => (name) => places.get(name)!(row);
}

function refused(problem: string): LogmillError {
  return new LogmillError("usage", `--where: ${problem}`);
}
