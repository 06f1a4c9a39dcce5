import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync } from "node:fs";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { limits } from "../../../src/shared/base/limits.ts";
import { hintOf, tailCrc32 } from "../../../src/shared/model/content-id.ts";
import type { BatchHeader } from "../../../src/shared/protocol/messages.ts";
import { RangeReader, RangeUnreadable } from "../../../src/worker/range-reader.ts";
import { sampleHeader } from "../../golden/protocol-samples.ts";
import { temporaryFolder } from "../../support/net-fixture.ts";

const content = Buffer.from(Array.from({ length: 2000 }, (_, n) => `line ${n}\n`).join(""));
const reader = new RangeReader();

afterEach(() => reader.close());

function file(): string {
  const path = join(temporaryFolder(), "a.log");
  writeFileSync(path, content);
  return path;
}

/** The header of a batch by reference, as the ventilator makes it for the file as it is now. */
function rangeOf(path: string, from: number, to: number): BatchHeader {
  return {
    ...sampleHeader,
    hint: hintOf(path, statSync(path, { bigint: true })),
    checksums: "measured",
    ...{ from, to, crc32: 0, tailCrc32: tailCrc32(content.subarray(from, to)) },
  };
}

async function fault(header: BatchHeader): Promise<string> {
  const error: unknown = await reader.read(header).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RangeUnreadable);
  return (error as Error).message;
}

describe("a range of a file", () => {
  it("is read with the checksum of what was read, range after range", async () => {
    const path = file();
    for (const [from, to] of [
      [0, 9000],
      [9000, content.length],
      [50, 60],
    ] as const) {
      const { bytes, crc32: crc } = await reader.read(rangeOf(path, from, to));
      expect(Buffer.from(bytes).equals(content.subarray(from, to))).toBe(true);
      expect(crc).toBe(crc32(content.subarray(from, to)));
    }
  });

  it("is read to where there is room for it", async () => {
    const memory = new Uint8Array(20_000);
    const { bytes } = await reader.read(rangeOf(file(), 100, 9000), (length) =>
      memory.subarray(10, 10 + length),
    );
    expect(bytes.buffer).toBe(memory.buffer);
    expect(Buffer.from(memory.subarray(10, 8910)).equals(content.subarray(100, 9000))).toBe(true);
  });

  it("is still had of a file that was renamed while it is open, or has grown", async () => {
    const path = file();
    const header = rangeOf(path, 100, 9000);
    await reader.read(header);
    renameSync(path, `${path}.1`);
    writeFileSync(path, "another file\n");
    appendFileSync(`${path}.1`, "more\n");
    expect((await reader.read(header)).bytes.length).toBe(8900);
  });

  it("is refused when another file lies at the path, or none", async () => {
    const path = file();
    const header = rangeOf(path, 0, 9000);
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    expect(await fault(header)).toBe(`${path} is another file now`);
    rmSync(path);
    expect(await fault(header)).toMatch(/ENOENT/);
  });

  it("is refused when the file has become shorter, or was written over", async () => {
    const path = file();
    const header = rangeOf(path, 0, 9000);
    await reader.read(header);
    writeFileSync(path, Buffer.from(content).fill("x", 8000));
    expect(await fault(header)).toMatch(/was written over before byte 9000/);
    truncateSync(path, 5000);
    expect(await fault(header)).toMatch(/ends at byte 5000, before 9000/);
  });

  it("is never longer than a batch may be", async () => {
    const header = rangeOf(file(), 0, 9000);
    expect(await fault({ ...header, to: limits.rangeBytesMax + 1 })).toMatch(/no batch/);
  });
});
