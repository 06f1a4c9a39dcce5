// Exact fractions, in which quotients are computed: neither the order of merging nor the machine can
// change a digit. Only printing rounds.

/** The denominator is positive. Not reduced: comparing and printing do not need it. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}
