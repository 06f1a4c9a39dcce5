import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { limits } from "../../../../src/shared/base/limits.ts";
import { tailCrc32 } from "../../../../src/shared/model/content-id.ts";
import { BatchMaker } from "../../../../src/ventilator/batch/batch-maker.ts";
import type { FlightBatch } from "../../../../src/ventilator/batch/batch.ts";
import { RangeSizer } from "../../../../src/ventilator/delivery/core/range-size.ts";
import { RangeLoader } from "../../../../src/ventilator/delivery/range-loader.ts";
import { openContent } from "../../../../src/ventilator/source/file/content.ts";
import { cutReference } from "../../../../src/ventilator/source/file/reference.ts";
import { sampleHeader } from "../../../golden/protocol-samples.ts";
import { temporaryFolder } from "../../../support/net-fixture.ts";

const MiB = 1024 * 1024;

/** The batches that a range of a file becomes when workers can not read it. */
async function loaded(content: Buffer): Promise<readonly FlightBatch[]> {
  const path = join(temporaryFolder(), "a.log");
  writeFileSync(path, content);
  const opened = await openContent(path);
  const stretch = { from: 0, to: content.length, batchBytesMax: content.length };
  const cut = await cutReference(opened, stretch, (error) => expect.fail(String(error)));
  await opened.close();
  rmSync(path);
  const maker = new BatchMaker(sampleHeader.plan, { id: 1n, tagKey: Buffer.alloc(32) });
  const { kind, from, to, tailCrc32: tail, checksums, payload } = cut!;
  const facts = { ...sampleHeader, kind, from, to, crc32: 0, tailCrc32: tail, checksums };
  const made = maker.make(facts);
  const { header } = made;
  const loader = new RangeLoader(maker, new RangeSizer(limits.rangeBytesMax));
  const event = await loader.load({ ...made, payload, payloadCrc32: 0 });
  expect(event).toMatchObject({ type: "loaded", id: header.batch });
  const batches = event.into ?? [];
  for (const batch of batches) {
    expect(batch.header.checksums).toBe("given");
    expect(batch.payload.length).toBeLessThanOrEqual(limits.batchBytesMax);
    expect(batch.payloadCrc32).toBe(crc32(batch.payload as Uint8Array));
    const range = content.subarray(batch.header.from, batch.header.to);
    expect(batch.header.crc32).toBe(crc32(range));
    expect(batch.header.tailCrc32).toBe(tailCrc32(range));
  }
  const ids = batches.map(({ header: { batch } }) => batch);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.includes(header.batch)).toBe(ids.length === 1);
  return batches;
}

const rangesOf = (batches: readonly FlightBatch[]): string[] =>
  batches.map(({ header: { kind, from, to } }) => `${kind} ${from}-${to}`);

it("pieces of a batch go out with what precedes each of them", () => {
  const session = { id: 1n, tagKey: Buffer.alloc(32) };
  const kinds = new Map([[sampleHeader.source, "directives"]] as const);
  const maker = new BatchMaker(sampleHeader.plan, session, kinds);
  const preamble = Buffer.from("#Fields: a\n");
  const preambleOf = maker.preamblesWithin({ ...sampleHeader, from: 900, to: 1000, preamble });
  const pieces = ["1\n", "#Fields: b\n2\n", "x".repeat(99), "3\n"].map((text) => Buffer.from(text));
  expect(pieces.map((piece) => Buffer.from(preambleOf(piece).preamble!).toString())).toEqual([
    "#Fields: a\n",
    "#Fields: a\n",
    "#Fields: b\n",
    "#Fields: b\n",
  ]);
  const others = new BatchMaker(sampleHeader.plan, session);
  expect(others.preamblesWithin(sampleHeader)(pieces[1]!)).toEqual({});
});

describe("a range that workers can not read", () => {
  it("is sent with its bytes, as the same batch, if they fit in a message", async () => {
    const content = Buffer.from("a line\n".repeat(1000));
    expect(rangesOf(await loaded(content))).toEqual(["lines 0-7000"]);
  });

  it("makes several batches of whole lines if they do not", async () => {
    const content = Buffer.alloc(20 * MiB, `${"x".repeat(1023)}\n`);
    const ends = [8, 16, 20].map((mebibytes) => mebibytes * MiB);
    expect(rangesOf(await loaded(content))).toEqual([
      `lines 0-${ends[0]}`,
      `lines ${ends[0]}-${ends[1]}`,
      `lines ${ends[1]}-${ends[2]}`,
    ]);
  });

  it("keeps a line that fits in no message, by its beginning", async () => {
    const content = Buffer.concat([
      Buffer.from("first\n"),
      Buffer.alloc(12 * MiB, "y"),
      Buffer.from("\nlast\n"),
    ]);
    const end = 6 + 12 * MiB + 1;
    expect(rangesOf(await loaded(content))).toEqual([
      "lines 0-6",
      `oversize 6-${end}`,
      `lines ${end}-${end + 5}`,
    ]);
  });
});
