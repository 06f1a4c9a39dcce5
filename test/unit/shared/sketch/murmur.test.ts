import { describe, expect, test } from "vitest";
import { HyperLogLog } from "../../../../src/shared/sketch/hyperloglog.ts";
import { murmur3_128, murmur64a } from "../../../../src/shared/sketch/murmur.ts";
import { referenceHash } from "../../../reference/values.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");

describe("murmur3_128", () => {
  test("is the hash of the metric, for every length", () => {
    for (let length = 0; length <= 40; length += 1) {
      const text = Array.from({ length }, (_, at) => String.fromCharCode((at * 89) % 256)).join("");
      expect(murmur3_128(bytes(text))).toBe(BigInt.asUintN(64, referenceHash(text)));
    }
  });
});

describe("murmur64a", () => {
  // Nine elements of a PFADD to Redis 7.0, and what GET gave then.
  test("fills the registers that Redis fills", () => {
    const sketch = HyperLogLog.create({ log2m: 14, regwidth: 6 });
    for (let index = 0; index < 9; index += 1) {
      sketch.addHash(murmur64a(bytes(`user-${"x".repeat(index)}${index}`)));
    }
    expect(Buffer.from(sketch.encode("redis")).toString("hex")).toBe(
      "48594c4c010000000000000000000080473d8450418045368040778040d28041d58844538042b5844d27804bec",
    );
  });
});
