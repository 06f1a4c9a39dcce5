// The oracle itself is checked against published values.

import { describe, expect, it } from "vitest";
import { referenceDecimal, referenceHash, referenceTimestamp } from "../../reference/values.ts";

describe("the oracle", () => {
  it.each([
    ["", 0n],
    ["hello", 0xcbd8a7b341bd9b02n],
    ["hello, world", 0x342fac623a5ebc8en],
    ["The quick brown fox jumps over the lazy dog.", 0xcd99481f9ee902c9n],
  ])("hashes %j as MurmurHash3 does", (text, hash) => {
    expect(referenceHash(text)).toBe(hash);
  });

  it("knows the calendar", () => {
    expect(referenceTimestamp("2011-06-30T00:00:03-07:00", "UTC")).toBe(1_309_417_203);
    expect(referenceTimestamp("10/Oct/2000:13:55:36 -0700", "UTC")).toBe(971_211_336);
    expect(referenceTimestamp("2011-06-30", "Europe/Berlin")).toBe(1_309_384_800);
    expect(referenceTimestamp("2011-0-21", "UTC")).toBeNull();
    expect(referenceTimestamp("2011-02-29T00:00:00Z", "UTC")).toBeNull();
  });

  it("knows decimals", () => {
    expect(referenceDecimal("-12.5", 3)).toBe(-12_500n);
    expect(referenceDecimal(".", 3)).toBeNull();
    expect(referenceDecimal("1.0010", 3)).toBe(1001n);
    expect(referenceDecimal("1.0001", 3)).toBeNull();
  });
});
