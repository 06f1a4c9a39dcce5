// Files that are no text are known by their first bytes, also in a compressed file, and named.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openContent } from "../../../../../src/ventilator/source/file/content.ts";
import { recognise } from "../../../../../src/ventilator/source/file/recognise.ts";
import { tempFolder } from "../../../../support/temp-folder.ts";
import { zstdSamples } from "../../../../support/zstd-samples.ts";

const line = '192.0.2.1 - - [14/Oct/2023:00:00:01 +0000] "GET / HTTP/1.1" 200 5\n';
const hex = (text: string): Buffer => Buffer.from(text.padEnd(80, "0"), "hex");
const tar = Buffer.concat([Buffer.alloc(257, "a"), Buffer.from("ustar\0"), Buffer.alloc(300)]);
const utf16 = Buffer.from(line, "utf16le");

const foreign: [string, Buffer, RegExp][] = [
  [
    "UTF-16 with its mark",
    Buffer.from(`\ufeff${line}`, "utf16le"),
    /UTF-16 text.*iconv -f UTF-16 -t UTF-8/,
  ],
  ["UTF-16, big end first", Buffer.from(`\ufeff${line}`, "utf16le").swap16(), /UTF-16 text/],
  ["UTF-16 without a mark", utf16, /UTF-16 text.*iconv -f UTF-16LE/],
  [
    "big-endian UTF-16 without a mark",
    Buffer.from(utf16).swap16(),
    /UTF-16 text.*iconv -f UTF-16BE/,
  ],
  ["UTF-32", hex("fffe00003100000039000000"), /UTF-32 text/],
  ["xz", hex("fd377a585a00"), /is xz.*xz -d/],
  ["bzip2", hex("425a6839314159265359"), /is bzip2.*bzip2 -d/],
  ["lz4", hex("04224d18"), /is lz4.*lz4 -d/],
  ["zip", hex("504b0304"), /a zip archive.*unpack/],
  ["7z", hex("377abcaf271c"), /a 7z archive/],
  ["tar", tar, /a tar archive.*unpack/],
  ["a systemd journal", Buffer.from("LPKSHHRH........"), /journal of systemd.*journalctl/],
  ["compress", hex("1f9d"), /uncompress/],
];

async function readFrom(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(tempFolder(), name);
  writeFileSync(path, bytes);
  const content = await openContent(path);
  try {
    const buffer = Buffer.alloc(10_000);
    return buffer.subarray(0, await content.reader.read(buffer)).toString();
  } finally {
    await content.close();
  }
}

describe("a file by its first bytes", () => {
  it.each(foreign)("is %s: named, with what to do", async (_, bytes, sentence) => {
    await expect(readFrom("a.log", bytes)).rejects.toThrow(sentence);
    await expect(readFrom("a.log.gz", gzipSync(bytes))).rejects.toThrow(sentence);
  });

  it("is zstd or gzip under any name, and neither once more inside", async () => {
    expect(await readFrom("a.log", zstdSamples().frame)).toBe(zstdSamples().text.toString());
    expect(await readFrom("a.log", gzipSync(line))).toBe(line);
    await expect(readFrom("a.gz", gzipSync(gzipSync(line)))).rejects.toThrow(
      /is gzip.*decompress it once/,
    );
  });

  it.each<[string, string | Buffer]>([
    ["empty", ""],
    ["ASCII", line],
    ["UTF-8 with its mark", `\ufeff${line}`],
    ["Latin-1", Buffer.from("caf\xe9 \xff\n", "latin1")],
    ["what begins like bzip2 and is none", "BZh9 is how it begins\n"],
    ["a hole and text", `${"\0".repeat(600)}${line}`],
    ["NULs here and there", "a\0b\0\n"],
  ])("is text: %s", (_, bytes) => {
    expect(recognise(Buffer.from(bytes as string).subarray(0, 512))).toEqual({ kind: "text" });
  });
});
