// Partials: what is read is what was written, and any other bytes are refused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { rejectReasons } from "../../src/shared/model/reasons.ts";
import type { Balance, BatchPartial } from "../../src/shared/model/partial.ts";
import { decodePartial, encodePartial } from "../../src/shared/table/partial-codec.ts";

const count = fc.oneof(fc.nat(200), fc.nat(2 ** 40));

const balance: fc.Arbitrary<Balance> = fc
  .record({
    bytes: count,
    accepted: count,
    filtered: count,
    deadLettered: count,
    counts: fc.array(fc.nat(1000), {
      minLength: rejectReasons.length,
      maxLength: rejectReasons.length,
    }),
  })
  .map(({ counts, ...rest }) => {
    const rejected = Object.fromEntries(
      rejectReasons.map((reason, index) => [reason, counts[index]!]).filter(([, n]) => n !== 0),
    ) as Balance["rejected"];
    const sum = counts.reduce((total, n) => total + n, 0);
    return { ...rest, rejected, lines: rest.accepted + rest.filtered + rest.deadLettered + sum };
  });

const partial: fc.Arbitrary<BatchPartial> = fc.record({
  balance: fc.option(balance, { nil: null }),
  samples: fc.array(
    fc.record({
      reason: fc.constantFrom(...rejectReasons),
      offset: fc.nat(2 ** 24),
      bytes: fc.uint8Array({ maxLength: 256 }),
    }),
    { maxLength: 6 },
  ),
  tables: fc.array(
    fc.record({
      summary: fc
        .uint8Array({ minLength: 16, maxLength: 16 })
        .map((bytes) => Buffer.from(bytes).toString("hex")),
      bucketStart: fc.integer({ min: -(2 ** 38), max: 2 ** 38 }),
      frame: fc.uint8Array({ maxLength: 500 }),
    }),
    { maxLength: 5 },
  ),
});

function codeOf(action: () => void): string {
  try {
    action();
    return "none";
  } catch (error) {
    if (error instanceof LogmillError) return error.code;
    throw error;
  }
}

describe("a partial", () => {
  test("is read as it was written", () => {
    fc.assert(
      fc.property(partial, (value) => {
        expect(decodePartial(encodePartial(value))).toEqual(value);
      }),
    );
  });

  test("that ends early or goes on is refused", () => {
    fc.assert(
      fc.property(partial, (value) => {
        const bytes = encodePartial(value);
        for (let end = 0; end < bytes.length; end += 1 + Math.floor(bytes.length / 40)) {
          expect(codeOf(() => decodePartial(bytes.subarray(0, end)))).toBe("bad_table");
        }
        expect(codeOf(() => decodePartial(Buffer.concat([bytes, Buffer.from([0])])))).toBe(
          "bad_table",
        );
      }),
    );
  });

  test("of changed bytes is refused, or is written again as it came", () => {
    fc.assert(
      fc.property(partial, fc.nat(), fc.nat(255), (value, at, byte) => {
        const bytes = Uint8Array.from(encodePartial(value));
        bytes[at % bytes.length] = byte;
        let read: BatchPartial | undefined;
        const code = codeOf(() => {
          read = decodePartial(bytes);
        });
        expect(["none", "bad_table"]).toContain(code);
        if (read !== undefined) {
          expect(Buffer.from(encodePartial(read)).toString("hex")).toBe(
            Buffer.from(bytes).toString("hex"),
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("of any bytes is refused without a crash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const headed = Buffer.concat([Buffer.from("LMP\u0001", "latin1"), bytes]);
        expect(["none", "bad_table"]).toContain(codeOf(() => decodePartial(headed)));
        expect(codeOf(() => decodePartial(bytes))).toBe("bad_table");
      }),
      { numRuns: 1000 },
    );
  });
});
