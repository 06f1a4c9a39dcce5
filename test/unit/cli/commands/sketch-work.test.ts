import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  convertSketches,
  foldSketches,
  inspectSketches,
  uniteSketches,
} from "../../../../src/cli/commands/sketch-work.ts";
import { HyperLogLog } from "../../../../src/shared/sketch/hyperloglog.ts";
import { murmur3_128 } from "../../../../src/shared/sketch/murmur.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const reading = { from: undefined, json: false };
const writing = { from: undefined, to: undefined, base64: undefined };
const one = "\\x128b7f0000000000000001";
const other = "128b7f0000000000000002";

function users(count: number, log2m: number): Buffer {
  const sketch = HyperLogLog.create({ log2m, regwidth: 6 });
  for (let user = 0; user < count; user += 1) sketch.addHash(murmur3_128(Buffer.from(`u${user}`)));
  return Buffer.from(sketch.encode("postgres"));
}

describe("logmill sketch", () => {
  test("inspect prints an exact count, and ranks by register", async () => {
    expect(await inspectSketches([one], reading)).toBe(
      [
        "postgres: explicit, log2m 11, regwidth 5, expthresh -1, sparseon 1",
        "1 distinct values, exactly",
        "rank  registers",
        `   0  2047  ${"#".repeat(40)}`,
        ...Array.from({ length: 30 }, (_, index) => `${String(index + 1).padStart(4)}     0`),
        "  31     1  #",
        "",
      ].join("\n"),
    );
  });

  test("inspect gives an estimate with bounds that hold the truth, as JSON too", async () => {
    const text = await inspectSketches([users(20_000, 12).toString("base64")], {
      ...reading,
      json: true,
    });
    const { kind, log2m, estimate } = JSON.parse(text) as {
      kind: string;
      log2m: number;
      estimate: { lo: number; hi: number; confidence: number };
    };
    expect([kind, log2m, estimate.confidence]).toEqual(["registers", 12, 0.95]);
    expect(estimate.lo).toBeLessThan(20_000);
    expect(estimate.hi).toBeGreaterThan(20_000);
  });

  test("union reads hex, base64, files of bytes and files of lines, and says that it folds", async () => {
    const folder = tempFolder();
    const [bytes, lines] = [join(folder, "bytes"), join(folder, "lines")];
    writeFileSync(bytes, users(3000, 14));
    writeFileSync(lines, `${one}\r\n\n${other}\n`);
    expect(
      await uniteSketches([lines, Buffer.from(other, "hex").toString("base64")], writing),
    ).toEqual({ text: "\\x128b7f00000000000000010000000000000002\n", notice: null });
    const mixed = await uniteSketches([bytes, users(3000, 12).toString("hex")], writing);
    expect(mixed.text).toBe(`\\x${users(3000, 12).toString("hex")}\n`);
    expect(mixed.notice).toContain("log2m 12 and regwidth 6");
  });

  test("convert and fold keep the registers", async () => {
    const redis = await convertSketches([users(3000, 14).toString("hex")], {
      ...writing,
      to: "redis",
    });
    expect(redis.startsWith("\\x48594c4c")).toBe(true);
    const folded = await foldSketches([redis], 12, { ...writing, to: "postgres", base64: true });
    expect(HyperLogLog.decode(Buffer.from(folded, "base64"), "postgres").registers()).toEqual(
      HyperLogLog.decode(users(3000, 12), "postgres").registers(),
    );
  });

  test.each([
    [
      "no-such-file.hex",
      '"no-such-file.hex" is neither a file nor a sketch in hex digits or base64',
    ],
    ["48594c4c", "redis sketch: 4 bytes are too few for a header"],
    ["218b7f", "postgres sketch: schema version 2 is unknown; 1 is read"],
  ])("%s is refused in plain words", async (input, reason) => {
    await expect(inspectSketches([input], reading)).rejects.toThrow(reason);
  });
});
