// Derived metrics: arithmetic over the merged metrics of one row, done with exact fractions so that
// neither the order of merging nor the machine can change a digit. Only printing rounds.

import { assert } from "../../base/assert.ts";
import type { Expression } from "../../model/plan.ts";
import type { Fraction } from "../fraction.ts";

/** Digits after the point of a derived metric, at most. */
export const derivedDecimalsMax = 6;

/**
 * The value of an arithmetic expression, or null where there is none: a metric without a value, or
 * a division by zero.
 * @param valueOf the row's metric of that name, null when it has no value (no minimum of nothing).
 */
export function evaluateDerived(
  expression: Expression,
  valueOf: (metric: string) => Fraction | null,
): Fraction | null {
  switch (expression.op) {
    case "field":
      return valueOf(expression.name);
    case "number":
      return parseDecimal(expression.text);
    case "+":
    case "-":
    case "*":
    case "/": {
      const left = evaluateDerived(expression.left, valueOf);
      const right = evaluateDerived(expression.right, valueOf);
      return left === null || right === null ? null : apply(expression.op, left, right);
    }
    default:
      assert(false, `a derived metric has no "${expression.op}": the configuration is checked`);
  }
}

function apply(op: "+" | "-" | "*" | "/", a: Fraction, b: Fraction): Fraction | null {
  switch (op) {
    case "+":
    case "-": {
      const left = a.numerator * b.denominator;
      const right = b.numerator * a.denominator;
      return {
        numerator: op === "+" ? left + right : left - right,
        denominator: a.denominator * b.denominator,
      };
    }
    case "*":
      return {
        numerator: a.numerator * b.numerator,
        denominator: a.denominator * b.denominator,
      };
    case "/": {
      if (b.numerator === 0n) return null;
      const sign = b.numerator < 0n ? -1n : 1n;
      return {
        numerator: sign * a.numerator * b.denominator,
        denominator: sign * a.denominator * b.numerator,
      };
    }
  }
}

/** @param text a decimal literal of an expression */
export function parseDecimal(text: string): Fraction {
  const match = /^([+-]?)(\d*)\.?(\d*)$/.exec(text);
  assert(match !== null && /\d/.test(text), `"${text}" is a decimal: the configuration is checked`);
  const [, sign, whole, fraction] = match;
  const digits = BigInt(`${whole!}${fraction!}`);
  return {
    numerator: sign === "-" ? -digits : digits,
    denominator: 10n ** BigInt(fraction!.length),
  };
}
