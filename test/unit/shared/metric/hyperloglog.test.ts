import { describe, expect, test } from "vitest";
import { seededRandom, type Random } from "../../../../src/shared/base/prng.ts";
import {
  hllBounds,
  hllRelativeError,
} from "../../../../src/shared/metric/hll/hyperloglog-bounds.ts";
import { estimateCardinality, maxRank } from "../../../../src/shared/metric/hll/hyperloglog.ts";
import type { HllParameters } from "../../../../src/shared/metric/hll/hll-parameters.ts";

/** Registers that a stream of distinct random hashes fills, with their histogram. */
class Stream {
  readonly #parameters: HllParameters;
  readonly #random: Random;
  readonly #registers: Uint8Array;
  readonly #histogram: Uint32Array;
  #added = 0;

  constructor(parameters: HllParameters, seed: number) {
    this.#parameters = parameters;
    this.#random = seededRandom(seed);
    this.#registers = new Uint8Array(2 ** parameters.log2m);
    this.#histogram = new Uint32Array(maxRank(parameters) + 1);
    this.#histogram[0] = this.#registers.length;
  }

  addUntil(count: number): void {
    const cap = maxRank(this.#parameters);
    for (; this.#added < count; this.#added += 1) {
      const register = Math.floor(this.#random() * this.#registers.length);
      // Leading zeros of a uniform number are as trailing ones of a hash's upper bits.
      const rank = Math.min(cap, Math.clz32(Math.floor(this.#random() * 2 ** 32)) + 1);
      const held = this.#registers[register]!;
      if (rank <= held) continue;
      this.#registers[register] = rank;
      this.#histogram[held]! -= 1;
      this.#histogram[rank]! += 1;
    }
  }

  estimate(): number {
    return estimateCardinality(this.#histogram, this.#parameters);
  }

  get filled(): number {
    return this.#registers.length - this.#histogram[0]!;
  }
}

interface Errors {
  readonly cardinality: number;
  readonly bias: number;
  readonly rmse: number;
  /** Share of trials whose 95 % bounds hold the truth. */
  readonly covered: number;
}

function measure(
  parameters: HllParameters,
  cardinalities: readonly number[],
  trials: number,
): Errors[] {
  const errors = cardinalities.map((): number[] => []);
  const covered = cardinalities.map(() => 0);
  for (let trial = 0; trial < trials; trial += 1) {
    const stream = new Stream(parameters, trial + 1);
    for (const [index, cardinality] of cardinalities.entries()) {
      stream.addUntil(cardinality);
      const estimate = stream.estimate();
      errors[index]!.push(estimate / cardinality - 1);
      const { lo, hi } = hllBounds(estimate, stream.filled, parameters);
      if (lo <= cardinality && cardinality <= hi) covered[index]! += 1;
    }
  }
  return cardinalities.map((cardinality, index) => ({
    cardinality,
    bias: errors[index]!.reduce((sum, error) => sum + error, 0) / trials,
    rmse: Math.sqrt(errors[index]!.reduce((sum, error) => sum + error * error, 0) / trials),
    covered: covered[index]! / trials,
  }));
}

describe("the estimate", () => {
  test("of no hashes is 0, and of saturated registers is beyond all bounds", () => {
    const parameters = { log2m: 11, regwidth: 5 };
    const empty = new Uint32Array(32);
    empty[0] = 2048;
    expect(estimateCardinality(empty, parameters)).toBe(0);
    const saturated = new Uint32Array(32);
    saturated[31] = 2048;
    expect(estimateCardinality(saturated, parameters)).toBe(Number.POSITIVE_INFINITY);
  });

  test("of one register is about one", () => {
    for (const rank of [1, 2, 7, 20]) {
      const histogram = new Uint32Array(32);
      histogram[0] = 2047;
      histogram[rank] = 1;
      expect(estimateCardinality(histogram, { log2m: 11, regwidth: 5 })).toBeCloseTo(1, 2);
    }
  });

  test("holds its error within 1.1 of theory, without a bias, at every size", () => {
    const parameters = { log2m: 11, regwidth: 5 };
    const m = 2048;
    const trials = 600;
    const theory = hllRelativeError(parameters);
    // Around the change from exact to registers, and where older estimators changed theirs.
    const cardinalities = [
      65,
      80,
      500,
      m,
      2.4 * m,
      2.5 * m,
      2.6 * m,
      4.9 * m,
      5 * m,
      5.1 * m,
      20 * m,
    ].map(Math.round);
    const measured = measure(parameters, cardinalities, trials);
    for (const { cardinality, bias, rmse, covered } of measured) {
      expect(rmse, `error at ${cardinality}`).toBeLessThan(1.1 * theory);
      expect(Math.abs(bias), `bias at ${cardinality}`).toBeLessThan(
        (3.5 * rmse) / Math.sqrt(trials),
      );
      expect(covered, `cover at ${cardinality}`).toBeGreaterThan(0.93);
    }
    for (const [index, { cardinality, bias }] of measured.entries()) {
      if (index === 0) continue;
      const jump = Math.abs(bias - measured[index - 1]!.bias);
      expect(jump, `jump before ${cardinality}`).toBeLessThan(0.15 * theory);
    }
  });

  test.each([
    [4, 5, 16 * 40],
    [8, 4, 2 ** 8 * 200],
    [14, 6, 2 ** 14 * 3],
  ])("of log2m %i and regwidth %i is within 1.1 of theory too", (log2m, regwidth, cardinality) => {
    const parameters = { log2m, regwidth };
    const trials = log2m === 14 ? 300 : 1500;
    const [{ bias, rmse }] = measure(parameters, [cardinality], trials) as [Errors];
    expect(rmse).toBeLessThan(1.1 * hllRelativeError(parameters));
    expect(Math.abs(bias)).toBeLessThan((3.5 * rmse) / Math.sqrt(trials));
  });
});

describe("bounds", () => {
  test("hold the estimate, and never fall below what is certain", () => {
    const parameters = { log2m: 11, regwidth: 5 };
    const { lo, hi } = hllBounds(10_000, 2000, parameters);
    expect(lo).toBeGreaterThan(9500);
    expect(hi).toBeLessThan(10_500);
    expect(hllBounds(100, 99, parameters).lo).toBe(99);
    expect(hllBounds(100, 120, parameters)).toEqual({ lo: 120, hi: 120 });
  });
});
