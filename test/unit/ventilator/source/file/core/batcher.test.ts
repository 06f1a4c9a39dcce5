import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  Batcher,
  type BatcherOptions,
} from "../../../../../../src/ventilator/source/file/core/batcher.ts";
import { type Cut } from "../../../../../../src/ventilator/batch/cut.ts";

const defaults = { from: 0, to: null, batchBytesMax: 10, lineBytesMax: 10, expectedBytes: null };

/** Feeds text as far as there is space, then ends. */
function cutsOf(text: string, options: Partial<BatcherOptions> = {}) {
  const batcher = new Batcher({ ...defaults, ...options });
  const content = Buffer.from(text);
  const cuts: Cut[] = [];
  for (let offset = 0; offset < content.length;) {
    const space = batcher.space();
    if (space.length === 0) break;
    const piece = content.subarray(offset, offset + space.length);
    space.set(piece);
    offset += piece.length;
    cuts.push(...batcher.advance(piece.length));
  }
  return [...cuts, ...batcher.end(true)];
}

const texts = (cuts: readonly Cut[]): string[] =>
  cuts.map(({ payload }) => Buffer.from(payload).toString());

describe("the batcher", () => {
  it("fills a batch with as many whole lines as fit", () => {
    expect(texts(cutsOf("aa\nbb\ncc\ndd\n"))).toEqual(["aa\nbb\ncc\n", "dd\n"]);
  });

  it("makes the unfinished last line a batch of its own when the content is over", () => {
    expect(texts(cutsOf("aa\nbb"))).toEqual(["aa\n", "bb"]);
  });

  it("leaves the unfinished last line when more may come", () => {
    const batcher = new Batcher(defaults);
    batcher.space().set(Buffer.from("aa\nbb"));
    batcher.advance(5);
    expect(texts(batcher.end(false))).toEqual(["aa\n"]);
    expect(batcher.cutTo).toBe(3);
  });

  it("cuts nothing from nothing", () => {
    expect(cutsOf("")).toEqual([]);
  });

  it("takes a legal line whole although it is longer than a batch", () => {
    const line = `${"x".repeat(30)}\r\n`;
    expect(texts(cutsOf(`a\n${line}b\n`, { lineBytesMax: 30 }))).toEqual(["a\n", line, "b\n"]);
  });

  it("counts offsets from where the stretch begins, and stops where it ends", () => {
    const cuts = cutsOf("aa\nbb\ncc\n", { from: 100, to: 106 });
    expect(cuts.map(({ from, to }) => [from, to])).toEqual([[100, 106]]);
    expect(texts(cuts)).toEqual(["aa\nbb\n"]);
  });

  it("keeps a kilobyte of an over-long line and the checksums of all of it", () => {
    const line = Buffer.from(`${"0123456789abcdef".repeat(6000)}\n`);
    const cuts = cutsOf(`a\n${line.toString()}b\n`, { batchBytesMax: 5000 });
    expect(cuts.map(({ kind }) => kind)).toEqual(["lines", "oversize", "lines"]);
    expect(cuts[1]).toMatchObject({
      from: 2,
      to: 2 + line.length,
      crc32: crc32(line),
      tailCrc32: crc32(line.subarray(-4096)),
      payloadCrc32: crc32(line.subarray(0, 1024)),
    });
    expect(cuts[1]!.payload.length).toBe(1024);
  });

  it("never asks for more memory than a batch while it skips", () => {
    const batcher = new Batcher({ ...defaults, batchBytesMax: 1 << 20, lineBytesMax: 1 << 20 });
    for (let read = 0; read < 64 << 20;) {
      const { length } = batcher.space().fill(0x78);
      expect(length).toBeLessThanOrEqual(1 << 20);
      expect(batcher.advance(length)).toEqual([]);
      read += length;
    }
    const [cut] = batcher.end(true);
    expect(cut?.kind).toBe("oversize");
    expect(cut!.to).toBeGreaterThanOrEqual(64 << 20);
  });

  it("gives every batch memory of its own", () => {
    const cuts = cutsOf("aaaa\nbbbb\ncccc\ndddd\n");
    expect(new Set(cuts.map(({ payload }) => payload.buffer)).size).toBe(2);
  });
});
