// Partials: what is read is what was written, and any other bytes are refused.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rejectReasons } from "../../src/shared/model/reasons.ts";
import type { BatchPartial, DecodedPartial } from "../../src/shared/model/partial.ts";
import type { RejectCounts, SourceSheet, SummarySheet } from "../../src/shared/model/sheet.ts";
import { decodePartial, encodePartial } from "../../src/shared/table/partial-codec.ts";
import { codeOf } from "../support/error-code.ts";

const count = fc.oneof(fc.nat(200), fc.nat(2 ** 40));

const counts = fc.array(fc.nat(1000), {
  minLength: rejectReasons.length,
  maxLength: rejectReasons.length,
});

/** Counts by reason, and what they add up to. */
const rejects = counts.map((numbers) => ({
  rejected: Object.fromEntries(
    rejectReasons.map((reason, index) => [reason, numbers[index]!]).filter(([, n]) => n !== 0),
  ) as RejectCounts,
  sum: numbers.reduce((total, n) => total + n, 0),
}));

const sourceSheet: fc.Arbitrary<SourceSheet> = fc
  .record({ bytes: count, parsed: count, deadLettered: count, rejects })
  .map(({ rejects: { rejected, sum }, ...rest }) => {
    return { ...rest, rejected, lines: rest.parsed + rest.deadLettered + sum };
  });

const summarySheet: fc.Arbitrary<SummarySheet> = fc
  .record({ bytes: count, counted: count, filtered: count, rejects })
  .map(({ rejects: { rejected, sum }, ...rest }) => {
    return { ...rest, rejected, parsed: rest.counted + rest.filtered + sum };
  });

const key = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString("hex"));

const faultyValue = fc
  .record({ at: fc.nat(300), bytes: fc.uint8Array({ maxLength: 64 }), more: fc.nat(3) })
  // What is cut off makes the value longer than what is kept of it.
  .map(({ at, bytes, more }) => {
    return { at, length: bytes.length + (bytes.length === 64 ? more : 0), bytes };
  });

const sampledLine = fc.record({
  bytes: fc.uint8Array({ maxLength: 256 }),
  rejects: fc.array(
    fc.record({
      of: fc.nat(3),
      reason: fc.constantFrom(...rejectReasons),
      field: fc.constantFrom("", "revenue", "ü"),
      value: fc.option(faultyValue, { nil: null }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});

const partial: fc.Arbitrary<BatchPartial> = fc
  .record({
    source: fc.option(sourceSheet, { nil: null }),
    summaries: fc.uniqueArray(fc.record({ summary: key, sheet: summarySheet }), {
      selector: ({ summary }) => summary,
      maxLength: 3,
    }),
    lines: fc.array(sampledLine, { maxLength: 6 }),
    tables: fc.array(
      fc.record({
        summary: key,
        bucketStart: fc.integer({ min: -(2 ** 38), max: 2 ** 38 }),
        frame: fc.uint8Array({ maxLength: 500 }),
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ lines, ...rest }) => ({
    ...rest,
    samples: lines.flatMap(({ bytes, rejects: fates }, index) =>
      fates.map(({ of, reason, field, value }) => {
        const summary = rest.summaries[of]?.summary ?? null;
        return { summary, reason, field, offset: index * 4711, bytes, value };
      }),
    ),
  }));

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

  test("of changed bytes is refused, or can be written as it was read", () => {
    fc.assert(
      fc.property(partial, fc.nat(), fc.nat(255), (value, at, byte) => {
        const bytes = Uint8Array.from(encodePartial(value));
        bytes[at % bytes.length] = byte;
        let read: DecodedPartial | undefined;
        const code = codeOf(() => {
          read = decodePartial(bytes);
        });
        expect(["none", "bad_table"]).toContain(code);
        // Partials of version 1 are read and not written.
        if (read === undefined || read.summaries === null) return;
        const again = encodePartial({ ...read, summaries: read.summaries });
        expect(decodePartial(again)).toEqual(read);
      }),
      { numRuns: 2000 },
    );
  });

  test("of any bytes is refused without a crash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const headed = Buffer.concat([Buffer.from("LMP\u0002", "latin1"), bytes]);
        expect(["none", "bad_table"]).toContain(codeOf(() => decodePartial(headed)));
        expect(codeOf(() => decodePartial(bytes))).toBe("bad_table");
      }),
      { numRuns: 1000 },
    );
  });
});
