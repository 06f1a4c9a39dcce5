// What a metric says of one row, still exact. Values are compared here; only formats make text of them.

import { formatDecimal, formatQuotient } from "../text/number-format.ts";
import { compareFractions, type Fraction } from "./fraction.ts";

export type Value =
  | { readonly type: "count"; readonly count: bigint }
  /** Units of 10^-scale. */
  | { readonly type: "decimal"; readonly units: bigint; readonly scale: number }
  /** Whole numbers; lo and hi hold the true value with 95 % confidence, or always if `exact`. */
  | {
      readonly type: "estimate";
      readonly estimate: number;
      readonly lo: number;
      readonly hi: number;
      readonly exact: boolean;
    }
  /** Printed with at most `decimals` digits after the point. */
  | ({ readonly type: "fraction"; readonly decimals: number } & Fraction)
  /** Nothing to tell: a minimum of nothing, a division by zero. */
  | null;

/** A double holds every decimal of so many significant digits (DBL_DIG of IEEE 754 binary64). */
const exactDigitsMax = 15;

/** The value as an exact fraction, for arithmetic; an estimate counts as its whole number. */
export function toFraction(value: Value): Fraction | null {
  if (value === null) return null;
  switch (value.type) {
    case "count":
      return { numerator: value.count, denominator: 1n };
    case "decimal":
      return { numerator: value.units, denominator: 10n ** BigInt(value.scale) };
    case "estimate":
      return { numerator: BigInt(value.estimate), denominator: 1n };
    case "fraction":
      return value;
  }
}

/** Ascending and exact; what has no value comes first. */
export function compareValues(a: Value, b: Value): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  if (a.type === "count" && b.type === "count") {
    return a.count < b.count ? -1 : a.count > b.count ? 1 : 0;
  }
  return compareFractions(toFraction(a)!, toFraction(b)!);
}

/** As CSV has it: exact, without separators; empty when there is none. */
export function plainText(value: Value): string {
  if (value === null) return "";
  switch (value.type) {
    case "count":
      return value.count.toString();
    case "decimal":
      return formatDecimal(value.units, value.scale);
    case "estimate":
      return value.estimate.toString();
    case "fraction":
      return formatQuotient(value.numerator, value.denominator, value.decimals);
  }
}

/**
 * As JSON has it. A number is a JSON number where every reader that uses doubles gets exactly it back,
 * else a string of its digits. Estimates are objects with their bounds; what has no value is null.
 */
export function jsonText(value: Value): string {
  if (value === null) return "null";
  if (value.type === "estimate") {
    return `{"estimate":${value.estimate},"lo":${value.lo},"hi":${value.hi}}`;
  }
  return jsonNumber(plainText(value));
}

function jsonNumber(decimal: string): string {
  return isExactDouble(decimal) ? decimal : `"${decimal}"`;
}

/** Whether every reader that uses doubles gets exactly this number back. */
export function isExactDouble(decimal: string): boolean {
  return (
    decimal.replace(/^-?[0.]*|\./g, "").length <= exactDigitsMax ||
    (!decimal.includes(".") && Number.isSafeInteger(Number(decimal)))
  );
}
