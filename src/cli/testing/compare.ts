// Whether a value is the one that a test expects: counts and decimals exactly, estimates within a tolerance.

import { plainText, toFraction, type Value } from "../../shared/metric/value.ts";

/** As a configuration has it. */
export type ExpectedCell = string | number | null;

/** Digits after the point to which a quotient is compared, if the expected number has no more. */
const quotientDigits = 6;

export function isAsExpected(value: Value, expected: ExpectedCell, tolerance: number): boolean {
  if (value === null || expected === null) return value === null && expected === null;
  const text = String(expected);
  if (plainText(value) === text) return true;
  const number = Number(text);
  if (!Number.isFinite(number) || text.trim() === "") return false;
  switch (value.type) {
    case "estimate":
      return Math.abs(value.estimate - number) <= tolerance * Math.abs(number);
    case "fraction": {
      const { numerator, denominator } = value;
      const quotient = Number(numerator) / Number(denominator);
      return quotient.toFixed(quotientDigits) === number.toFixed(quotientDigits);
    }
    case "count":
    case "decimal":
      return isEqualDecimal(value, text);
  }
}

/** Whether a decimal as people write it is exactly this value. */
function isEqualDecimal(value: Value, text: string): boolean {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return false;
  const [, sign, whole, decimals = ""] = match;
  const units = BigInt(`${sign === "-" ? "-" : ""}${whole!}${decimals}`);
  const { numerator, denominator } = toFraction(value)!;
  return numerator * 10n ** BigInt(decimals.length) === units * denominator;
}

/** A value as a configuration is to expect it: `null`, a number where that is exact, or a text. */
export function expectedOf(value: Value): ExpectedCell {
  if (value === null) return null;
  const text = plainText(value);
  return String(Number(text)) === text ? Number(text) : text;
}
