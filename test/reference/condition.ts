// Evaluating a `where`, or a value that is computed, on one event, slowly and plainly.

import type { Expression } from "../../src/shared/model/plan.ts";
import { referenceFunctions, referenceTimeFunctions } from "./functions.ts";
import type { Fields } from "./line-format.ts";
import { referenceMatches } from "./pattern-text.ts";

/** The time in a field, null where it is none, and the zone whose clock is looked at. */
export type TimeOf = (
  field: string,
  fields: Fields,
) => { readonly second: number | null; readonly timezone: string };

const noTime: TimeOf = () => ({ second: null, timezone: "UTC" });

/** Whether it holds. A field that is missing is empty here, and what is no number compares with none. */
export function referenceCondition(
  expression: Expression,
  fields: Fields,
  timeOf: TimeOf = noTime,
): boolean {
  switch (expression.op) {
    case "and":
      return (
        referenceCondition(expression.left, fields, timeOf) &&
        referenceCondition(expression.right, fields, timeOf)
      );
    case "or":
      return (
        referenceCondition(expression.left, fields, timeOf) ||
        referenceCondition(expression.right, fields, timeOf)
      );
    case "not":
      return !referenceCondition(expression.operand, fields, timeOf);
    case "in":
      return expression.values.some((value) =>
        compare("==", expression.left, value, fields, timeOf),
      );
    case "field":
    case "string":
    case "number":
    case "call":
    case "if":
    case "+":
    case "-":
    case "*":
    case "/":
      throw new Error(`${expression.op} is no condition`);
    default:
      return compare(expression.op, expression.left, expression.right, fields, timeOf);
  }
}

/** A value: null where the line lacks it. Computed fields are among the fields. */
export function referenceValue(
  expression: Expression,
  fields: Fields,
  timeOf: TimeOf = noTime,
): string | null {
  switch (expression.op) {
    case "field":
      // A field that lines of this kind have not is empty; null is one that the line ends before.
      return fields.has(expression.name) ? fields.get(expression.name)! : "";
    case "string":
      return Buffer.from(expression.value).toString("latin1");
    case "number":
      return expression.text;
    case "if": {
      const { condition, then, else: otherwise } = expression;
      const holds = referenceCondition(condition, fields, timeOf);
      return referenceValue(holds ? then : otherwise, fields, timeOf);
    }
    case "call": {
      const values = expression.arguments.map((argument) =>
        referenceValue(argument, fields, timeOf),
      );
      const ofTime = referenceTimeFunctions[expression.name];
      const [field] = expression.arguments;
      if (ofTime === undefined) return referenceFunctions[expression.name]!(values);
      if (values[0] === null || field?.op !== "field") return null;
      const { second, timezone } = timeOf(field.name, fields);
      return second === null ? "" : ofTime(second, timezone);
    }
    default:
      throw new Error(`${expression.op} is no value`);
  }
}

/** Whether the text is a decimal of any length. */
function isDecimal(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text);
}

function compare(
  op: string,
  left: Expression,
  right: Expression,
  fields: Fields,
  timeOf: TimeOf,
): boolean {
  const value = referenceValue(left, fields, timeOf) ?? "";
  if (right.op === "number") return isDecimal(value) && matches(op, orderOf(value, right.text));
  if (right.op !== "string") throw new Error("the right side is a literal");
  const literal = Buffer.from(right.value).toString("latin1");
  if (op === "starts_with") return value.startsWith(literal);
  if (op === "ends_with") return value.endsWith(literal);
  if (op === "contains") return value.includes(literal);
  if (op === "matches") return referenceMatches(value, right.value);
  return op === "==" ? value === literal : value !== literal;
}

function matches(op: string, order: number): boolean {
  const outcomes: Readonly<Record<string, boolean>> = {
    "==": order === 0,
    "!=": order !== 0,
    "<": order < 0,
    "<=": order <= 0,
    ">": order > 0,
    ">=": order >= 0,
  };
  return outcomes[op]!;
}

function orderOf(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  const places = Math.min(left.power, right.power);
  const difference = unitsOf(left, places) - unitsOf(right, places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

interface Parts {
  readonly digits: bigint;
  /** Of ten. */
  readonly power: number;
}

function partsOf(text: string): Parts {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const digits = BigInt(whole + fraction) * (mantissa.startsWith("-") ? -1n : 1n);
  if (digits === 0n) return { digits, power: 0 };
  // Beyond the lengths of lines a greater power changes no order.
  const power = Number(exponent) - fraction.length;
  return { digits, power: Math.max(-9999, Math.min(9999, power)) };
}

function unitsOf({ digits, power }: Parts, places: number): bigint {
  return digits === 0n ? 0n : digits * 10n ** BigInt(power - places);
}
