import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limits } from "../../../../../src/shared/base/limits.ts";
import { decodeAck, encodeAck } from "../../../../../src/shared/protocol/codec.ts";
import type {
  LedgerPart,
  LedgerRange,
  LedgerSource,
} from "../../../../../src/shared/protocol/messages.ts";
import { ledgerParts } from "../../../../../src/sink/delivery/core/ledger-parts.ts";
import {
  LedgerAnswer,
  type WholeLedger,
} from "../../../../../src/ventilator/sink-link/core/ledger-answer.ts";

const keys = ["a", "b", "c"].map((digit) => digit.repeat(32));
const sheets = { sources: {}, summaries: {} };

interface Shape {
  readonly name: string;
  /** Ranges of each key. */
  readonly ranges: readonly number[];
  readonly hints: number;
  readonly markBytes: number;
}

function rangesOf(count: number, markBytes: number): LedgerRange[] {
  return Array.from({ length: count }, (_, index) => {
    const from = index * 2 ** 30;
    const range = { from, to: from + 2 ** 29, crc32: 1, tailCrc32: 2 ** 32 - 1, tailBytes: 4096 };
    return markBytes === 0 ? range : { ...range, marks: new Uint8Array(markBytes) };
  });
}

function source({ name, ranges, hints, markBytes }: Shape, index: number): LedgerSource {
  return {
    name,
    identity: {
      id: index.toString(16).padStart(32, "0"),
      headBytes: 2 ** 40,
      family: "1".repeat(16),
    },
    hints: Array.from({ length: hints }, (_, at) => ({
      path: `/logs/größe/${at}`,
      inode: "1:2",
      stat: "1:2:3:4",
    })),
    merged: Object.fromEntries(
      ranges.map((count, at) => [keys[at]!, rangesOf(count, markBytes)] as const),
    ),
  };
}

const shape = fc.record({
  name: fc.string({ unit: "grapheme", maxLength: 30 }),
  ranges: fc.array(fc.nat(60), { maxLength: keys.length }),
  hints: fc.nat(8),
  markBytes: fc.constantFrom(0, 0, 7, 300),
});

const messageOf = (parts: readonly LedgerSource[][], part: number): LedgerPart => {
  const more = part < parts.length - 1;
  const answer = { request: 1, store: keys[0]!, incarnation: 1n, part, more };
  return { type: "ledger", ...answer, sources: parts[part]!, sheets: more ? null : sheets };
};

/** What a ventilator makes of the parts, over the wire. */
function received(
  parts: readonly LedgerSource[][],
  onFrame?: (bytes: number) => void,
): ReturnType<LedgerAnswer["add"]> {
  const answer = new LedgerAnswer();
  let result: ReturnType<LedgerAnswer["add"]> = "ignored";
  for (const part of parts.keys()) {
    const frames = encodeAck(messageOf(parts, part));
    onFrame?.(frames[0]!.length);
    result = answer.add(decodeAck(frames) as LedgerPart);
  }
  return result;
}

describe("the parts of a ledger", () => {
  it("are one, empty, for an empty ledger", () => {
    expect(ledgerParts([])).toEqual([[]]);
  });

  it("make the same ledger where they arrive, and each is within the bound", () => {
    const bytesMax = 2048;
    const emptyBytes = encodeAck(messageOf([[]], 0))[0]!.length;
    const headBytesMax = 1000;
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 40 }), (shapes) => {
        const list = shapes.map(source);
        const whole = received(ledgerParts(list, bytesMax), (bytes) => {
          // The head of a source and one range are never divided.
          expect(bytes).toBeLessThanOrEqual(bytesMax + emptyBytes + headBytesMax);
        });
        expect(whole).toEqual({ sources: list, sheets });
      }),
      { numRuns: 40 },
    );
  });

  it("are few: a part is closed only when what follows might not fit", () => {
    const one = { name: "s", ranges: [1], hints: 1, markBytes: 0 };
    const list = Array.from({ length: 1000 }, (_, index) => source(one, index));
    const whole = encodeAck(messageOf([list], 0))[0]!.length;
    const parts = ledgerParts(list, 16 * 1024);
    expect(parts.length).toBeLessThan((4 * whole) / (16 * 1024));
  });

  it("carry a source of 1,000,000 ranges in frames that a socket takes", () => {
    const far = source({ name: "gaps", ranges: [1_000_000], hints: 8, markBytes: 0 }, 1);
    let longest = 0;
    const whole = received(ledgerParts([far]), (bytes) => (longest = Math.max(longest, bytes)));
    expect(longest).toBeLessThan(limits.messageBytesMax / 8);
    const { sources } = whole as WholeLedger;
    const [merged, expected] = [sources[0]!, far].map((one) => one.merged[keys[0]!]!);
    expect(merged).toHaveLength(1_000_000);
    expect(merged!.at(-1)).toEqual(expected!.at(-1));
  });
});
