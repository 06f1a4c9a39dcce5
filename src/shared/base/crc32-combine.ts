// The CRC-32 of two pieces of content laid end to end, from the CRC-32s of the pieces and the
// length of the second: what lets neighbouring ranges of a source become one range without reading
// the content again. After Mark Adler's `crc32_combine` in zlib: appending `n` zero bits to a
// message multiplies its CRC by x^n modulo the polynomial, and CRCs add by exclusive or.

import { assert } from "./assert.ts";

/** The CRC-32 polynomial of ISO 3309, bits reflected: x^0 is the highest bit. */
const polynomial = 0xedb88320;

/** Product of two polynomials modulo the CRC's. */
function multiply(a: number, b: number): number {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ polynomial;
  }
  return product >>> 0;
}

/** x^(2^k) for k = 0, 1, …; they repeat after 31, since x has the order 2^32 − 1. */
const powersOfTwo = ((): readonly number[] => {
  const powers = [0x40000000];
  for (let k = 1; k < 32; k += 1) powers.push(multiply(powers[k - 1]!, powers[k - 1]!));
  return powers;
})();

/** x^(8 · bytes) modulo the polynomial. */
function shiftOf(bytes: number): number {
  let power = 0x80000000;
  let rest = bytes;
  for (let k = 3; rest > 0; k += 1) {
    if (rest % 2 === 1) power = multiply(powersOfTwo[k & 31]!, power);
    rest = Math.floor(rest / 2);
  }
  return power;
}

/**
 * CRC-32 of `first` followed by `second`.
 * @param second CRC-32 of the second piece; `secondBytes` its length, below 2^53.
 */
export function crc32Combine(first: number, second: number, secondBytes: number): number {
  assert(Number.isSafeInteger(secondBytes) && secondBytes >= 0, "a length is a safe integer");
  return (multiply(shiftOf(secondBytes), first) ^ second) >>> 0;
}
