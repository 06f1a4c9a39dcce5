import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDecimal,
  formatPercent,
  formatQuotient,
  groupThousands,
} from "../../../../src/shared/text/number-format.ts";

describe("formatDecimal", () => {
  it.each([
    [0n, 0, "0"],
    [0n, 3, "0.000"],
    [5n, 2, "0.05"],
    [-5n, 2, "-0.05"],
    [12345n, 2, "123.45"],
    [-12345n, 0, "-12345"],
    [-(2n ** 127n), 18, "-170141183460469231731.687303715884105728"],
  ])("writes %s units of 10^-%s as %s", (units, scale, text) => {
    expect(formatDecimal(units, scale)).toBe(text);
  });

  it("keeps every digit of every value", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 127n), max: 2n ** 127n }),
        fc.nat(18),
        (units, scale) => {
          const text = formatDecimal(units, scale);
          expect(text).toMatch(scale === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${scale}}$`));
          expect(BigInt(text.replace(".", ""))).toBe(units);
        },
      ),
    );
  });
});

describe("formatQuotient", () => {
  it.each([
    [1n, 3n, 6, "0.333333"],
    [2n, 3n, 6, "0.666667"],
    [-2n, 3n, 6, "-0.666667"],
    [1n, 2n, 6, "0.5"],
    [10n, 5n, 6, "2"],
    [100n, 1n, 0, "100"],
    [5n, 10n, 0, "1"],
    [-5n, 10n, 0, "-1"],
    [1n, 10_000_000n, 6, "0"],
    [-1n, 10_000_000n, 6, "0"],
    [5n, 10_000_000n, 6, "0.000001"],
    [1n, 100_000n, 6, "0.00001"],
    [10n ** 30n, 7n, 2, "142857142857142857142857142857.14"],
  ])("writes %s / %s to %s decimals as %s", (numerator, denominator, decimals, text) => {
    expect(formatQuotient(numerator, denominator, decimals)).toBe(text);
  });

  it("is within half a unit of its last place", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        (numerator, denominator) => {
          const [whole, fraction = ""] = formatQuotient(numerator, denominator, 6).split(".");
          const printed = BigInt(whole! + fraction.padEnd(6, "0"));
          const error = printed * denominator - numerator * 1_000_000n;
          expect(2n * (error < 0n ? -error : error) <= denominator).toBe(true);
        },
      ),
    );
  });
});

describe("groupThousands", () => {
  it.each([
    ["0", "0"],
    ["999", "999"],
    ["1000", "1,000"],
    ["-999", "-999"],
    ["-1000", "-1,000"],
    ["1234567.1234567", "1,234,567.1234567"],
    ["-123456.5", "-123,456.5"],
  ])("turns %s into %s", (plain, grouped) => {
    expect(groupThousands(plain)).toBe(grouped);
  });

  it("agrees with Intl on whole numbers", () => {
    const reference = new Intl.NumberFormat("en-US");
    fc.assert(
      fc.property(fc.bigInt(), (count) => {
        expect(formatCount(count)).toBe(reference.format(count));
      }),
    );
  });
});

describe("short forms", () => {
  it.each([
    [0.0225, "2.3%"],
    [0.0994, "9.9%"],
    [0.0996, "10%"],
    [0.456, "46%"],
    [1.25, "125%"],
  ])("writes a share of %s as %s", (share, text) => {
    expect(formatPercent(share)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1024, "1.00 KiB"],
    [1024 * 1024 - 1, "1.00 MiB"],
    [10.5 * 1024, "10.5 KiB"],
    [256 * 1024 * 1024, "256 MiB"],
    [1.5 * 1024 ** 4, "1.50 TiB"],
  ])("writes %s bytes as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
