import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeAck } from "../../../../../src/shared/protocol/codec.ts";
import type { LedgerSource } from "../../../../../src/shared/protocol/messages.ts";
import { ledgerParts } from "../../../../../src/sink/delivery/core/ledger-parts.ts";

const key = "a".repeat(32);

function source(name: string, ranges: number, hints: number): LedgerSource {
  return {
    name,
    identity: { id: "0".repeat(32), headBytes: 2 ** 40, family: "1".repeat(16) },
    hints: Array.from({ length: hints }, (_, index) => ({
      path: `/logs/größe/${index}`,
      inode: "1:2",
      stat: "1:2:3:4",
    })),
    merged: {
      [key]: Array.from({ length: ranges }, (_, index) => ({
        from: index * 2 ** 30,
        to: index * 2 ** 30 + 2 ** 29,
        crc32: 1,
        tailCrc32: 2,
        tailBytes: 4096,
      })),
    },
  };
}

const encodedBytes = (sources: readonly LedgerSource[]): number => {
  const part = {
    request: 1,
    store: key,
    incarnation: 1n,
    more: false,
    sheets: { sources: {}, summaries: {} },
  };
  return encodeAck({ type: "ledger", ...part, sources })[0]!.length;
};

describe("the parts of a ledger", () => {
  it("are one, empty, for an empty ledger", () => {
    expect(ledgerParts([])).toEqual([[]]);
  });

  it("hold every source once, in order, and are within the bound unless a source alone is not", () => {
    const sources = fc.array(
      fc.tuple(fc.string({ unit: "grapheme", maxLength: 30 }), fc.nat(60), fc.nat(8)),
      { maxLength: 60 },
    );
    const bytesMax = 2048;
    const frameBytes = encodedBytes([]);
    fc.assert(
      fc.property(sources, (descriptions) => {
        const list = descriptions.map(([name, ranges, hints]) => source(name, ranges, hints));
        const parts = ledgerParts(list, bytesMax);
        expect(parts.flat()).toEqual(list);
        for (const part of parts) {
          if (part.length > 1)
            expect(encodedBytes(part)).toBeLessThanOrEqual(bytesMax + frameBytes);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("are few: a part is closed only when the next source might not fit", () => {
    const list = Array.from({ length: 1000 }, (_, index) => source(`s${index}`, 1, 1));
    const whole = encodedBytes(list);
    const parts = ledgerParts(list, 16 * 1024);
    expect(parts.length).toBeLessThan((4 * whole) / (16 * 1024));
  });
});
