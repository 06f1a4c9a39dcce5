// zstd files as `zstd` and others write them. The samples are small files of frames that were made by
// the reference implementation; what is large is put together from raw and repeated blocks here.

import { mkdirSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { zstdSamples } from "../../../../support/zstd-samples.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { ZstdContent } from "../../../../../src/ventilator/source/file/zstd-content.ts";
import { tempFolder } from "../../../../support/temp-folder.ts";

async function contentOf(bytes: Uint8Array): Promise<ZstdContent> {
  const folder = join(tempFolder(), "logs");
  mkdirSync(folder);
  const path = join(folder, "a.log.zst");
  writeFileSync(path, bytes);
  const handle = await open(path);
  onTestFinished(() => handle.close());
  return new ZstdContent(path, handle);
}

/** What can be read, and what it fails with in the end. */
async function readAll(bytes: Uint8Array): Promise<{ text: Buffer; error: string | null }> {
  const content = await contentOf(bytes);
  const pieces: Buffer[] = [];
  for (;;) {
    const buffer = Buffer.alloc(100_000);
    try {
      const read = await content.read(buffer);
      if (read === 0) return { text: Buffer.concat(pieces), error: null };
      pieces.push(buffer.subarray(0, read));
    } catch (error) {
      return { text: Buffer.concat(pieces), error: (error as Error).message };
    }
  }
}

async function expectText(file: Uint8Array, expected: Buffer): Promise<void> {
  const { text: read, error } = await readAll(file);
  expect(error).toBeNull();
  expect(read.equals(expected)).toBe(true);
}

/** A frame of blocks that repeat one byte: 4 bytes become 128 KiB. */
function bomb(blocks: number): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const repeated = (isLast: boolean): Buffer => {
    const word = ((128 * 1024) << 3) | (1 << 1) | Number(isLast);
    return Buffer.from([word & 0xff, (word >> 8) & 0xff, word >> 16, 0x61]);
  };
  const pieces = Array.from({ length: blocks }, (_, index) => repeated(index === blocks - 1));
  return Buffer.concat([header, ...pieces]);
}

const { text, frame, withoutChecksum, manyBlocks, manyBlocksText } = zstdSamples();

describe("a zstd file", () => {
  it("is what it decompresses to, with and without a checksum", async () => {
    await expectText(frame, text);
    await expectText(withoutChecksum, text);
    await expectText(manyBlocks, manyBlocksText);
  });

  it("may have many frames, frames to be skipped between them, and zeros behind them", async () => {
    const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const file = Buffer.concat([skippable, frame, skippable, manyBlocks, withoutChecksum]);
    const whole = Buffer.concat([text, manyBlocksText, text]);
    await expectText(file, whole);
    await expectText(Buffer.concat([file, Buffer.alloc(1000)]), whole);
  });

  it("that is cut off anywhere gives what precedes the cut, and says where that is", async () => {
    const file = Buffer.concat([frame, manyBlocks]);
    const whole = Buffer.concat([text, manyBlocksText]);
    for (let cut = 1; cut < file.length; cut += cut < 200 ? 1 : 997) {
      const { text: read, error } = await readAll(file.subarray(0, cut));
      expect(whole.subarray(0, read.length).equals(read)).toBe(true);
      if (cut === frame.length) expect([read.length, error]).toEqual([text.length, null]);
      else expect(error).toMatch(`after ${read.length} bytes of content (it ends in the middle)`);
    }
  });

  it("of which any byte is flipped is never read as something else without a word", async () => {
    for (let at = 0; at < frame.length; at += 1) {
      const damaged = Buffer.from(frame);
      damaged[at]! ^= 0x10;
      const { text: read, error } = await readAll(damaged);
      if (error === null) expect(read.equals(text)).toBe(true);
      else expect(error).toMatch(/damaged zstd after \d+ bytes of content/);
    }
  });

  it("of which a few bytes unfold to many megabytes comes out a little at a time", async () => {
    const content = await contentOf(bomb(1024));
    const buffer = Buffer.alloc(1 << 20);
    const before = process.memoryUsage().rss;
    let total = 0;
    for (let read = -1; read !== 0; total += read) read = await content.read(buffer);
    expect(total).toBe(2 ** 27);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 ** 2);
  });

  it("that asks for more memory than is allowed, or for a dictionary, is refused with the reason", async () => {
    const long = Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xa0]), Buffer.alloc(20)]);
    expect((await readAll(long)).error).toMatch(/needs 1024 MiB.*compress it without --long/);
    const dictionary = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 0x38, 7]),
      Buffer.alloc(20),
    ]);
    expect((await readAll(dictionary)).error).toMatch(/it needs a dictionary/);
  });

  it("goes back by beginning anew", async () => {
    const content = await contentOf(Buffer.concat([frame, manyBlocks]));
    expect(await content.seek(text.length + 1000)).toBe(true);
    expect(await content.seek(3)).toBe(true);
    const buffer = Buffer.alloc(10);
    await content.read(buffer);
    expect(buffer).toEqual(text.subarray(3, 13));
    expect(await content.seek(text.length + manyBlocksText.length + 1)).toBe(false);
  });
});
