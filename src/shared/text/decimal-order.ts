// Decimals as people and programs write them, compared exactly, of any length and exponent.

const decimal = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:[eE]([+-]?\d+))?$/;

interface Decimal {
  /** -1, 0 or 1. */
  readonly sign: number;
  /** Without zeros in front or at the end. */
  readonly digits: string;
  /** Of ten, by which `0.digits` is multiplied. */
  readonly power: bigint;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; null if one of them is no decimal. */
export function compareDecimals(a: string, b: string): number | null {
  const [left, right] = [parse(a), parse(b)];
  if (left === null || right === null) return null;
  if (left.sign !== right.sign) return left.sign - right.sign;
  return left.sign * compareSizes(left, right);
}

function compareSizes(a: Decimal, b: Decimal): number {
  if (a.power !== b.power) return a.power < b.power ? -1 : 1;
  // Digits behind the point: what is longer has more behind it.
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1;
}

function parse(text: string): Decimal | null {
  const match = decimal.exec(text);
  if (match === null) return null;
  const [, sign, whole = "", fraction = "", alone = "", exponent = "0"] = match;
  const written = whole + fraction + alone;
  const digits = written.replace(/^0+/, "");
  if (digits === "") return { sign: 0, digits, power: 0n };
  const power = BigInt(exponent) + BigInt(whole.length - (written.length - digits.length));
  return { sign: sign === "-" ? -1 : 1, digits: digits.replace(/0+$/, ""), power };
}
