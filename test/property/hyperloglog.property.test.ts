// Sketches of distinct values as a library: laws of merging and folding, and what any bytes give.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { HyperLogLog, type HllEncoding } from "../../src/shared/sketch/hyperloglog.ts";
import type { HllShape } from "../../src/shared/sketch/hll-shape.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Equal in shape, in what they hold and in how that is kept. */
const postgres = (sketch: HyperLogLog): string => hex(sketch.encode("postgres"));

const anyShape: fc.Arbitrary<HllShape> = fc.record({
  log2m: fc.integer({ min: 4, max: 12 }),
  regwidth: fc.integer({ min: 4, max: 7 }),
  expthresh: fc.constantFrom(-1, 0, 1, 2, 8, 64, 512),
  sparseon: fc.boolean(),
});

/** Few hashes and many, random and with long runs of zeros. */
const anyHashes = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: 0, max: 400 }))
  .chain(([seed, count]) =>
    fc
      .array(fc.integer({ min: 0, max: 63 }), { maxLength: 6 })
      .map((shifts) => [
        ...Array.from({ length: count }, (_, index) => spread(seed + BigInt(index))),
        ...shifts.map((shift) => BigInt.asUintN(64, spread(seed) << BigInt(shift))),
      ]),
  );

/** The finaliser of splitmix64. */
function spread(value: bigint): bigint {
  const word = (number: bigint): bigint => BigInt.asUintN(64, number);
  let hash = word(value * 0x9e3779b97f4a7c15n);
  hash = word((hash ^ (hash >> 30n)) * 0xbf58476d1ce4e5b9n);
  hash = word((hash ^ (hash >> 27n)) * 0x94d049bb133111ebn);
  return hash ^ (hash >> 31n);
}

function sketchOf(shape: HllShape, hashes: Iterable<bigint>): HyperLogLog {
  const sketch = HyperLogLog.create(shape);
  for (const hash of hashes) sketch.addHash(hash);
  return sketch;
}

const anySketch = fc.tuple(anyShape, anyHashes).map(([shape, hashes]) => sketchOf(shape, hashes));

describe("a union", () => {
  test("commutes and associates, whatever the shapes", () => {
    fc.assert(
      fc.property(anySketch, anySketch, anySketch, (a, b, c) => {
        expect(postgres(a.union(b))).toBe(postgres(b.union(a)));
        expect(postgres(a.union(b).union(c))).toBe(postgres(a.union(b.union(c))));
        expect(postgres(a.union(a))).toBe(postgres(a));
        expect(postgres(a.union(HyperLogLog.create(a.shape)))).toBe(postgres(a));
      }),
    );
  });

  test("is the sketch of the union of the values", () => {
    fc.assert(
      fc.property(anyShape, anyHashes, anyHashes, (shape, one, other) => {
        const union = sketchOf(shape, one).union(sketchOf(shape, other));
        expect(postgres(union)).toBe(postgres(sketchOf(shape, [...one, ...other])));
      }),
    );
  });

  test("with an undefined sketch is undefined, and has no count", () => {
    const undefinedSketch = HyperLogLog.decode(Buffer.from("108b7f", "hex"), "postgres");
    const union = sketchOf(undefinedSketch.shape, [1n, 2n]).union(undefinedSketch);
    expect(postgres(union)).toBe("108b7f");
    expect(() => union.estimate()).toThrow("an undefined sketch has no count");
  });
});

describe("a fold", () => {
  test("is the sketch of the same values with fewer registers", () => {
    fc.assert(
      fc.property(anyShape, anyHashes, fc.nat(), (shape, hashes, pick) => {
        const log2m = 4 + (pick % (shape.log2m - 3));
        // Without kept hashes, since one that became registers stays so where the smaller shape keeps more.
        const registers = { ...shape, expthresh: 0 };
        const folded = sketchOf(registers, hashes).fold(log2m);
        expect(postgres(folded)).toBe(postgres(sketchOf({ ...registers, log2m }, hashes)));
        const kept = sketchOf(shape, hashes).fold(log2m);
        expect(kept.registers()).toEqual(sketchOf({ ...shape, log2m }, hashes).registers());
      }),
    );
  });

  test("of a union is the union of folds", () => {
    fc.assert(
      fc.property(anyShape, anyHashes, anyHashes, fc.nat(), (shape, one, other, pick) => {
        const log2m = 4 + (pick % (shape.log2m - 3));
        const [a, b] = [sketchOf(shape, one), sketchOf(shape, other)];
        expect(postgres(a.union(b).fold(log2m))).toBe(postgres(a.fold(log2m).union(b.fold(log2m))));
      }),
    );
  });

  test("to more registers is refused", () => {
    expect(() => HyperLogLog.create({ log2m: 11 }).fold(12)).toThrow("more exact");
  });
});

describe("bytes", () => {
  test("of PostgreSQL come back as they were", () => {
    fc.assert(
      fc.property(anySketch, (sketch) => {
        const bytes = sketch.encode("postgres");
        const again = HyperLogLog.decode(bytes, "postgres");
        expect(again.shape).toEqual(sketch.shape);
        expect(hex(again.encode("postgres"))).toBe(hex(bytes));
        expect(again.estimate()).toEqual(sketch.estimate());
      }),
    );
  });

  test("of Redis come back with the same registers, sparse and dense", () => {
    const shape = { log2m: 14, regwidth: 6, expthresh: -1, sparseon: true };
    const encodings = new Set<number>();
    for (const count of [0, 1, 50, 900, 1500, 40_000]) {
      const hashes = Array.from({ length: count }, (_, index) => spread(BigInt(index)));
      const sketch = sketchOf(shape, hashes);
      const bytes = sketch.encode("redis");
      encodings.add(bytes[4]!);
      expect(HyperLogLog.decode(bytes, "redis").registers()).toEqual(sketch.registers());
    }
    expect(encodings).toEqual(new Set([0, 1]));
  });

  test("of anything are a sketch, or refused with a reason", () => {
    const start = (encoding: HllEncoding): fc.Arbitrary<number[]> =>
      encoding === "postgres"
        ? fc.tuple(fc.integer({ min: 0x10, max: 0x14 }), fc.constantFrom(0x84, 0x8b), fc.nat(255))
        : fc
            .tuple(fc.constantFrom(0, 1), fc.uint8Array({ minLength: 11, maxLength: 11 }))
            .map(([kind, rest]) => [...Buffer.from("HYLL"), kind, ...rest]);
    for (const encoding of ["postgres", "redis"] as const) {
      fc.assert(
        fc.property(fc.boolean(), start(encoding), fc.uint8Array(), (bare, head, tail) => {
          const bytes = Uint8Array.from(bare ? tail : [...head, ...tail]);
          let sketch: HyperLogLog;
          try {
            sketch = HyperLogLog.decode(bytes, encoding);
          } catch (error) {
            expect(error).toBeInstanceOf(LogmillError);
            expect((error as LogmillError).code).toBe("bad_sketch");
            return;
          }
          expect(HyperLogLog.decode(sketch.encode(encoding), encoding).registers()).toEqual(
            sketch.registers(),
          );
        }),
      );
    }
  });

  test("cut anywhere, or longer by one, are refused unless they are whole pairs or hashes", () => {
    const full = sketchOf(
      { log2m: 6, regwidth: 5, expthresh: 0, sparseon: false },
      Array.from({ length: 100 }, (_, index) => spread(BigInt(index))),
    ).encode("postgres");
    for (let length = 0; length < full.length; length += 1) {
      expect(() => HyperLogLog.decode(full.subarray(0, length), "postgres")).toThrow(LogmillError);
    }
    expect(() => HyperLogLog.decode(Uint8Array.from([...full, 0]), "postgres")).toThrow(
      "its registers take 41 bytes instead of 40",
    );
  });
});
