// Damage at any place of a gzip file ends its content with an error, never with a wait; what comes
// out before it is a beginning of the true content.

import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { seededRandom, randomBelow } from "../../../../../src/shared/base/prng.ts";
import { openContent } from "../../../../../src/ventilator/source/file/content.ts";
import { tempFolder } from "../../../../support/temp-folder.ts";

interface Read {
  readonly content: Buffer;
  readonly error: string | null;
}

async function readAll(path: string, pieceBytes = 10_000): Promise<Read> {
  const content = await openContent(path);
  const pieces: Buffer[] = [];
  let error: string | null = null;
  try {
    for (;;) {
      const piece = Buffer.alloc(pieceBytes);
      const bytes = await content.reader.read(piece);
      if (bytes === 0) break;
      pieces.push(piece.subarray(0, bytes));
    }
  } catch (cause) {
    error = (cause as { code: string }).code;
  } finally {
    await content.close();
  }
  return { content: Buffer.concat(pieces), error };
}

const random = seededRandom(11);
const text = Buffer.from(
  Array.from({ length: 4000 }, (_, index) => `${index} ${random().toString(36)}\n`).join(""),
);

describe("gzip content", () => {
  it("is what was compressed, of one member and of many", async () => {
    const path = join(tempFolder(), "a.gz");
    writeFileSync(path, gzipSync(text));
    expect(await readAll(path)).toEqual({ content: text, error: null });
    for (let member = 0; member < 30; member += 1)
      appendFileSync(path, gzipSync(`member ${member}\n`));
    const { content, error } = await readAll(path, 7);
    expect(error).toBeNull();
    expect(content.subarray(text.length).toString().split("\n").length).toBe(31);
  });

  it.each([1, 20, 1000, 100_000])("ends before %d zeros of padding", async (zeros) => {
    const path = join(tempFolder(), "a.gz");
    for (const members of [1, 2]) {
      const packed = Buffer.concat(Array.from({ length: members }, () => gzipSync(text)));
      writeFileSync(path, Buffer.concat([packed, Buffer.alloc(zeros)]));
      const content = Buffer.concat(Array.from({ length: members }, () => text));
      const read = await readAll(path);
      expect([read.content.equals(content), read.error]).toEqual([true, null]);
    }
  });

  it.each([
    ["a few bytes", Buffer.from("garbage")],
    ["many bytes", Buffer.alloc(200_000, 7)],
    ["zeros and then bytes", Buffer.concat([Buffer.alloc(100_000), Buffer.from("x")])],
    ["zeros and then gzip", Buffer.concat([Buffer.alloc(10), gzipSync("never seen\n")])],
    ["half a header", Buffer.from([0x1f, 0x8b])],
  ])("delivers all and then reports damage where %s follow", async (_what, rest) => {
    const path = join(tempFolder(), "a.gz");
    writeFileSync(path, Buffer.concat([gzipSync(text), rest]));
    const read = await readAll(path);
    expect([read.content.equals(text), read.error]).toEqual([true, "source_unreadable"]);
  });

  it("ends with an error wherever the file is cut, after a true beginning", async () => {
    const folder = tempFolder();
    const packed = gzipSync(text);
    for (let cut = 4; cut < packed.length; cut += 997) {
      const path = join(folder, `${cut}.gz`);
      writeFileSync(path, packed.subarray(0, cut));
      const { content, error } = await readAll(path);
      expect(error).toBe("source_unreadable");
      expect(content.equals(text.subarray(0, content.length))).toBe(true);
    }
  });

  it("ends with an error wherever a bit is flipped, or is not changed by it", async () => {
    const folder = tempFolder();
    const packed = gzipSync(text);
    let damaged = 0;
    for (let flip = 0; flip < 60; flip += 1) {
      const bytes = Buffer.from(packed);
      const at = 10 + randomBelow(random, packed.length - 10);
      bytes[at]! ^= 1 << randomBelow(random, 8);
      const path = join(folder, `${flip}.gz`);
      writeFileSync(path, bytes);
      const { content, error } = await readAll(path);
      if (error === null) expect(content.equals(text)).toBe(true);
      else damaged += 1;
    }
    expect(damaged).toBeGreaterThan(50);
  });

  it("can be read from any offset, forwards and backwards", async () => {
    const path = join(tempFolder(), "a.gz");
    writeFileSync(path, gzipSync(text));
    const content = await openContent(path);
    for (const offset of [0, 50_000, 100, text.length - 5, 7]) {
      expect(await content.reader.seek(offset)).toBe(true);
      const piece = Buffer.alloc(5);
      await content.reader.read(piece);
      expect(piece.equals(text.subarray(offset, offset + 5))).toBe(true);
    }
    expect(await content.reader.seek(text.length)).toBe(true);
    expect(await content.reader.seek(text.length + 1)).toBe(false);
    await content.close();
  });

  it("of a bomb comes out piece by piece", async () => {
    const path = join(tempFolder(), "bomb.gz");
    writeFileSync(path, gzipSync(Buffer.alloc(64 << 20)));
    const content = await openContent(path);
    const before = process.memoryUsage().arrayBuffers;
    await content.reader.read(Buffer.alloc(1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 << 20);
    await content.close();
  });
});
