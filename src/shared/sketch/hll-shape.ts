// The shape of a HyperLogLog: how many registers, how wide, and when it stops keeping the hashes
// themselves. These are the modifiers of postgresql-hll's type `hll(log2m, regwidth, expthresh, sparseon)`.

import { LogmillError } from "../base/errors.ts";
import type { HllParameters } from "../metric/hll/hll-parameters.ts";

export interface HllShape extends HllParameters {
  /** Hashes that are kept as they are before they become registers: 0, a power of two, or -1 for as many as take no more bytes. */
  readonly expthresh: number;
  /** Whether registers are written as pairs of index and rank while that is shorter. */
  readonly sparseon: boolean;
}

/** postgresql-hll's own defaults. */
export const defaultShape: HllShape = { log2m: 11, regwidth: 5, expthresh: -1, sparseon: true };

const log2mRange = { min: 4, max: 18 } as const;
const regwidthRange = { min: 4, max: 7 } as const;

/** postgresql-hll keeps no more hashes than fit its buffer of 128 KiB, whatever the modifiers say. */
const explicitMost = 16_383;
const expthreshMost = 2 ** 30;

/** Throws `bad_sketch` unless every number is one that this library can work with. */
export function checkShape({ log2m, regwidth, expthresh }: HllShape): void {
  checkWithin("log2m", log2m, log2mRange.min, log2mRange.max);
  checkWithin("regwidth", regwidth, regwidthRange.min, regwidthRange.max);
  if (expthresh === -1 || expthresh === 0) return;
  if (
    expthresh >= 1 &&
    expthresh <= expthreshMost &&
    2 ** Math.floor(Math.log2(expthresh)) === expthresh
  ) {
    return;
  }
  throw new LogmillError(
    "bad_sketch",
    `expthresh is ${expthresh}; it must be -1, 0, or a power of two up to ${expthreshMost}`,
  );
}

function checkWithin(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new LogmillError(
    "bad_sketch",
    `${name} is ${value}; it must be a whole number from ${min} to ${max}`,
  );
}

/** Hashes that a sketch of this shape keeps as they are. */
export function explicitLimit({ log2m, regwidth, expthresh }: HllShape): number {
  const asManyBytes = Math.floor((2 ** log2m * regwidth) / 64);
  return Math.min(expthresh === -1 ? asManyBytes : expthresh, explicitMost);
}

/**
 * The shape of a union: of everything the lesser, which both operands can be brought to exactly. Where
 * only one threshold is automatic, both count as the powers of two that they hold, so that unions
 * associate.
 */
export function unionShape(one: HllShape, other: HllShape): HllShape {
  return {
    log2m: Math.min(one.log2m, other.log2m),
    regwidth: Math.min(one.regwidth, other.regwidth),
    expthresh:
      one.expthresh === other.expthresh
        ? one.expthresh
        : Math.min(wholePower(explicitLimit(one)), wholePower(explicitLimit(other))),
    sparseon: one.sparseon && other.sparseon,
  };
}

function wholePower(limit: number): number {
  return limit === 0 ? 0 : 2 ** Math.floor(Math.log2(limit));
}
