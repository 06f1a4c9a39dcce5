// Numbers as people and files read them. Everything here is exact text arithmetic on integers: the
// same value gives the same characters on every machine, in every locale, and no float is ever
// between a stored number and its print.

const kibi = 1024;
const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/**
 * An integer of 10^-scale units as a plain decimal with exactly `scale` digits after the point.
 * @example formatDecimal(-12345n, 2) === "-123.45"
 */
export function formatDecimal(units: bigint, scale: number): string {
  const text = units.toString();
  if (scale === 0) return text;
  const negative = units < 0n;
  const digits = (negative ? text.slice(1) : text).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${negative ? "-" : ""}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * A quotient as a decimal of at most `decimalsMax` digits after the point, rounded half away from
 * zero, without trailing zeros. `denominator` is positive.
 * @example formatQuotient(1n, 3n, 6) === "0.333333"
 */
export function formatQuotient(
  numerator: bigint,
  denominator: bigint,
  decimalsMax: number,
): string {
  const magnitude = numerator < 0n ? -numerator : numerator;
  const shifted = magnitude * 10n ** BigInt(decimalsMax);
  const rounded = (2n * shifted + denominator) / (2n * denominator);
  if (rounded === 0n) return "0";
  const text = formatDecimal(numerator < 0n ? -rounded : rounded, decimalsMax);
  if (decimalsMax === 0) return text;
  return text.replace(/\.?0+$/, "");
}

/** Puts a comma between thousands of a plain decimal: `-1234567.5` becomes `-1,234,567.5`. */
export function groupThousands(decimal: string): string {
  const point = decimal.indexOf(".");
  const end = point < 0 ? decimal.length : point;
  const start = decimal.startsWith("-") ? 1 : 0;
  let grouped = decimal.slice(end);
  let from = end;
  while (from - start > 3) {
    grouped = `,${decimal.slice(from - 3, from)}${grouped}`;
    from -= 3;
  }
  return decimal.slice(0, from) + grouped;
}

/** A whole number with thousands separators. */
export function formatCount(count: number | bigint): string {
  return groupThousands(BigInt(count).toString());
}

/** A share as a percentage with one decimal below ten and none above: `±2.3%`, `45%`. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  return `${percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)}%`;
}

/** Bytes in binary units, three significant digits: `1.25 MiB`. */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let value = bytes;
  // 1023.5 would print as "1024" of the smaller unit.
  while (value >= kibi - 0.5 && unit < byteUnits.length - 1) {
    value /= kibi;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(decimals)} ${byteUnits[unit]!}`;
}
