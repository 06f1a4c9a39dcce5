// Batches against a naive model that sees the whole content at once: however the content arrives,
// the cuts are the same, without a gap, at line ends, with the right checksums.

import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Batcher, type BatcherOptions } from "../../../src/ventilator/source/file/core/batcher.ts";
import { type Cut } from "../../../src/ventilator/batch/cut.ts";

const newline = 0x0a;

interface Expected {
  readonly kind: Cut["kind"];
  readonly from: number;
  readonly to: number;
}

function model(content: Buffer, options: BatcherOptions, isWhole: boolean): Expected[] {
  const { batchBytesMax, lineBytesMax } = options;
  const runBytesMax = Math.max(batchBytesMax, lineBytesMax + 2);
  const end = options.to ?? content.length;
  const cuts: Expected[] = [];
  let from = options.from;
  while (from < end) {
    const window = content.subarray(from, Math.min(end, from + batchBytesMax));
    const last = window.lastIndexOf(newline);
    let to = from + last + 1;
    let kind: Cut["kind"] = "lines";
    if (last < 0) {
      const lineEnd = content.subarray(0, end).indexOf(newline, from);
      to = lineEnd < 0 ? end : lineEnd + 1;
      const isLong = lineEnd < 0 ? to - from >= runBytesMax : to - from > runBytesMax;
      if (isLong) kind = "oversize";
      const hole = isLong ? holeEnd(content.subarray(0, end), from) : null;
      if (hole !== null) to = hole;
      else if (lineEnd < 0 && !isWhole) break;
    }
    cuts.push({ kind, from, to });
    from = to;
  }
  return cuts;
}

/** Where NULs at `from` end, with a line end of their own; null where there are none, or no end. */
function holeEnd(content: Buffer, from: number): number | null {
  let at = from;
  while (content[at] === 0) at += 1;
  if (at === from || at === content.length) return null;
  return content[at] === newline ? at + 1 : at;
}

/** Feeds the content in pieces of at most the sizes given, over and over. */
function run(
  content: Buffer,
  options: BatcherOptions,
  sizes: readonly number[],
  isWhole: boolean,
): Cut[] {
  const batcher = new Batcher(options);
  const cuts: Cut[] = [];
  let offset = options.from;
  for (let turn = 0; ; turn += 1) {
    const space = batcher.space();
    const size = Math.min(space.length, sizes[turn % sizes.length]!);
    const piece = content.subarray(offset, offset + size);
    if (piece.length === 0) break;
    space.set(piece);
    offset += piece.length;
    cuts.push(...batcher.advance(piece.length));
  }
  cuts.push(...batcher.end(isWhole));
  expect(batcher.cutTo).toBe(cuts.at(-1)?.to ?? options.from);
  return cuts;
}

const line = fc.oneof(
  { weight: 8, arbitrary: fc.string({ maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 20, max: 200 }).map((length) => "x".repeat(length)) },
  { weight: 1, arbitrary: fc.integer({ min: 3e3, max: 9e3 }).map((length) => "y".repeat(length)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom("", "z", "z".repeat(150)))
      .map(([length, text]) => "\0".repeat(length) + text),
  },
);
const scenario = fc.record({
  lines: fc.array(line, { maxLength: 60 }),
  tail: fc.oneof(fc.constant(""), line),
  batchBytesMax: fc.integer({ min: 8, max: 80 }),
  lineBytesMax: fc.integer({ min: 1, max: 120 }),
  sizes: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 }),
  skipped: fc.nat(5),
  isBounded: fc.boolean(),
  isWhole: fc.boolean(),
  expectedBytes: fc.option(fc.nat(100)),
});

describe("the batcher", () => {
  it("cuts the same batches as one who sees everything, whatever the pieces", () => {
    fc.assert(
      fc.property(scenario, (it) => {
        const lines = it.lines.map((text) => Buffer.from(`${text.replaceAll("\n", "")}\n`));
        const content = Buffer.concat([...lines, Buffer.from(it.tail.replaceAll("\n", ""))]);
        const whole = lines.reduce((sum, { length }) => sum + length, 0);
        const from = lines.slice(0, it.skipped).reduce((sum, { length }) => sum + length, 0);
        const options = { ...it, from, to: it.isBounded ? whole : null };
        const cuts = run(content, options, it.sizes, it.isWhole);
        expect(cuts.map(({ kind, from, to }) => ({ kind, from, to }))).toEqual(
          model(content, options, it.isWhole),
        );
        for (const cut of cuts) checkBytes(cut, content);
      }),
      { numRuns: 2000 },
    );
  });
});

function checkBytes(cut: Cut, content: Buffer): void {
  const bytes = content.subarray(cut.from, cut.to);
  const isOversize = cut.kind === "oversize";
  const payload = Buffer.from(cut.payload);
  expect(payload.equals(isOversize ? bytes.subarray(0, 1024) : bytes)).toBe(true);
  expect(cut.crc32).toBe(crc32(bytes));
  expect(cut.tailCrc32).toBe(crc32(bytes.subarray(-4096)));
  expect(cut.payloadCrc32).toBe(crc32(payload));
}
