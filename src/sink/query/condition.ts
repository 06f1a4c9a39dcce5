// A condition over what a table has: its dimensions, which are bytes, and its metrics, which are exact numbers. It
// holds where the same words of the configuration hold of an event with these values: a comparison with a number
// is false for what is no number, and for what is not there.

import { assert } from "../../shared/base/assert.ts";
import { compareFractions, type Fraction } from "../../shared/metric/fraction.ts";
import { parseDecimal } from "../../shared/metric/derived/evaluate.ts";
import type { Expression } from "../../shared/model/plan.ts";
import { bytesMatcher } from "../../shared/regex/bytes-matcher.ts";
import { compareDecimals } from "../../shared/text/decimal-order.ts";

/** A dimension's bytes, or what a metric is; null where it has no value. */
type Operand = Uint8Array | Fraction | null;
/** What a row has by this name. */
export type Lookup = (name: string) => Operand;
export type Condition = (valueOf: Lookup) => boolean;

/** By what is compared: less, equal, greater. */
const outcomes = {
  "==": [false, true, false],
  "!=": [true, false, true],
  "<": [true, false, false],
  "<=": [true, true, false],
  ">": [false, false, true],
  ">=": [false, true, true],
} as const;

type Comparison = keyof typeof outcomes;

/** @param expression one that `asked-rows.ts` has checked: names on the left sides, constants on the right ones. */
export function compileCondition(expression: Expression): Condition {
  switch (expression.op) {
    case "and":
    case "or": {
      const [left, right] = [compileCondition(expression.left), compileCondition(expression.right)];
      if (expression.op === "and") return (valueOf) => left(valueOf) && right(valueOf);
      return (valueOf) => left(valueOf) || right(valueOf);
    }
    case "not": {
      const operand = compileCondition(expression.operand);
      return (valueOf) => !operand(valueOf);
    }
    case "in": {
      const { left } = expression;
      const values = expression.values.map((right) => comparison("==", left, right));
      return (valueOf) => values.some((isValue) => isValue(valueOf));
    }
    case "starts_with":
    case "ends_with":
    case "contains":
    case "matches":
      return textCondition(expression.op, expression.left, expression.right);
    case "==":
    case "!=":
    case "<":
    case "<=":
    case ">":
    case ">=":
      return comparison(expression.op, expression.left, expression.right);
    default:
      assert(false, `${expression.op} is no condition: it is checked when it is read`);
  }
}

function comparison(op: Comparison, left: Expression, right: Expression): Condition {
  if (right.op === "string") {
    const isWanted = op === "==";
    return textCondition("equals", left, right, isWanted);
  }
  assert(right.op === "number", "a comparison has a constant on its right");
  const { text } = right;
  const name = nameOf(left);
  const fraction = parseDecimal(text);
  return (valueOf) => {
    const value = valueOf(name);
    if (value === null) return false;
    const order =
      value instanceof Uint8Array
        ? compareDecimals(Buffer.from(value).toString("latin1"), text)
        : compareFractions(value, fraction);
    return order !== null && outcomes[op][Math.sign(order) + 1]!;
  };
}

function textCondition(
  op: "equals" | "starts_with" | "ends_with" | "contains" | "matches",
  left: Expression,
  right: Expression,
  isWanted = true,
): Condition {
  assert(right.op === "string", "texts are compared with texts");
  const name = nameOf(left);
  const holds = textTest(op, right.value);
  return (valueOf) => {
    const value = valueOf(name);
    assert(value instanceof Uint8Array, "texts are compared with dimensions");
    return holds(Buffer.from(value.buffer, value.byteOffset, value.length)) === isWanted;
  };
}

function textTest(op: string, text: string): (value: Buffer) => boolean {
  const wanted = Buffer.from(text);
  switch (op) {
    case "equals":
      return (value) => value.equals(wanted);
    case "starts_with":
      return (value) => value.subarray(0, wanted.length).equals(wanted);
    case "ends_with":
      return (value) =>
        value.length >= wanted.length &&
        value.subarray(value.length - wanted.length).equals(wanted);
    case "contains":
      return (value) => value.includes(wanted);
    default:
      return bytesMatcher(text);
  }
}

function nameOf(left: Expression): string {
  assert(left.op === "field", "a name stands on the left: it is checked when it is read");
  return left.name;
}
