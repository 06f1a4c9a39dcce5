import { describe, expect, test } from "vitest";
import { HyperLogLog, type HllEncoding } from "../../../../src/shared/sketch/hyperloglog.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const decode = (digits: string, encoding: HllEncoding = "postgres"): HyperLogLog =>
  HyperLogLog.decode(Buffer.from(digits, "hex"), encoding);

describe("the bytes of PostgreSQL", () => {
  test("are those of the specification's example", () => {
    const sketch = decode("13ab40" + "016344b4c0");
    expect(sketch.shape).toEqual({ log2m: 11, regwidth: 6, expthresh: 0, sparseon: true });
    const filled = [...sketch.registers().entries()].filter(([, rank]) => rank > 0);
    expect(filled).toEqual([
      [11, 6],
      [1099, 19],
    ]);
    expect(hex(sketch.encode("postgres"))).toBe("13ab40016344b4c0");
  });

  test("keep hashes in the order of signed numbers", () => {
    const sketch = HyperLogLog.create().addHash(1n).addHash(0xcba79700677cdeaan).addHash(1n);
    expect(hex(sketch.encode("postgres"))).toBe("128b7f" + "cba79700677cdeaa" + "0000000000000001");
    expect(sketch.estimate()).toEqual({
      value: 2,
      lo: 2,
      hi: 2,
      confidence: 1,
      method: "exact",
    });
  });

  test.each([
    ["", "0 bytes are too few for a header"],
    ["218b7f", "schema version 2 is unknown"],
    ["158b7f", "type 5 is unknown"],
    ["118b7f00", "1 bytes follow a header that has none"],
    ["118b60", "the threshold 32 is unknown"],
    ["11837f", "log2m is 3"],
    ["110b7f", "regwidth is 1"],
    ["128b7f00000000000000", "7 bytes are no whole number of hashes"],
    ["128b7f00000000000000010000000000000001", "its hashes do not ascend"],
    ["138b7f00210001", "its registers do not ascend"],
    ["138b7f0000", "a register holds 0"],
    ["148b7f00", "its registers take 1 bytes instead of 1280"],
  ])("%s are refused", (digits, reason) => {
    expect(() => decode(digits)).toThrow(reason);
  });

  test("of more registers than PostgreSQL has room for are not written", () => {
    expect(() => HyperLogLog.create({ log2m: 18 }).encode("postgres")).toThrow("fold it");
  });
});

describe("the bytes of Redis", () => {
  test.each([
    ["48594c4c", "too few for a header"],
    ["58594c4c01000000000000000000000000", "does not begin with HYLL"],
    ["48594c4c02000000000000000000000000", "encoding 2 is unknown"],
    ["48594c4c00000000000000000000000000", "17 bytes instead of 12304"],
    ["48594c4c0100000000000000000000007f", "ends within a run"],
    ["48594c4c0100000000000000000000007ffe", "16383 registers of 16384"],
    ["48594c4c0100000000000000000000007fff80", "more than 16384"],
  ])("%s are refused", (digits, reason) => {
    expect(() => decode(digits, "redis")).toThrow(reason);
  });

  test("are for one shape alone", () => {
    expect(() => HyperLogLog.create().encode("redis")).toThrow("log2m 14 and regwidth 6 alone");
    const larger = HyperLogLog.create({ log2m: 16, regwidth: 6 }).addHash(3n);
    expect(() => larger.encode("redis")).toThrow("fold it to 14");
    expect(decode(hex(larger.fold(14).encode("redis")), "redis").registers()[3]).toBe(51);
  });
});

describe("a union of unlike sketches", () => {
  test("has the lesser precision, and says so in its shape", () => {
    const one = HyperLogLog.create({ log2m: 14, regwidth: 6 });
    const other = HyperLogLog.create({ log2m: 11, regwidth: 5, expthresh: 64, sparseon: false });
    expect(one.union(other).shape).toEqual({
      log2m: 11,
      regwidth: 5,
      expthresh: 64,
      sparseon: false,
    });
  });
});
