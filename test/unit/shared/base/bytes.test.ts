import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter } from "../../../../src/shared/base/bytes.ts";
import type { LogmillError } from "../../../../src/shared/base/errors.ts";

function reader(...bytes: number[]): ByteReader {
  return new ByteReader(Uint8Array.from(bytes), "bad_message", "sample");
}

const refused = expect.objectContaining({ code: "bad_message" }) as LogmillError;

describe("ByteWriter and ByteReader", () => {
  test("give back whatever was written, through every growth", () => {
    const field = fc.oneof(
      fc.record({ type: fc.constant("u8" as const), value: fc.nat(255) }),
      fc.record({ type: fc.constant("u16" as const), value: fc.nat(65_535) }),
      fc.record({ type: fc.constant("u32" as const), value: fc.nat(2 ** 32 - 1) }),
      fc.record({
        type: fc.constant("u64" as const),
        value: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      }),
      fc.record({
        type: fc.constant("i64" as const),
        value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      }),
      fc.record({ type: fc.constant("varint" as const), value: fc.maxSafeNat() }),
      fc.record({ type: fc.constant("text" as const), value: fc.string({ unit: "grapheme" }) }),
      fc.record({ type: fc.constant("blob" as const), value: fc.uint8Array({ maxLength: 300 }) }),
    );
    fc.assert(
      fc.property(fc.array(field), fc.nat(16), (fields, bytesExpected) => {
        const writer = new ByteWriter(bytesExpected);
        for (const { type, value } of fields) writer[type](value as never);
        const bytes = writer.finish();
        expect(bytes.length).toBe(writer.length);
        const back = new ByteReader(bytes, "bad_message", "sample");
        for (const { type, value } of fields) expect(back[type]()).toEqual(value);
        back.end();
      }),
    );
  });

  test("read a view into a larger buffer where it lies", () => {
    const buffer = Uint8Array.from([9, 9, 1, 2, 3, 4, 9]);
    const back = new ByteReader(buffer.subarray(2, 6), "bad_message", "sample");
    expect(back.u32()).toBe(0x04030201);
    expect(back.remaining).toBe(0);
    expect(() => back.u8()).toThrow(refused);
  });

  test("turn hex digits into half as many bytes and back", () => {
    const bytes = new ByteWriter().hex("00ff1a").finish();
    expect([...bytes]).toEqual([0, 255, 26]);
    expect(new ByteReader(bytes, "bad_message", "sample").hex(3)).toBe("00ff1a");
    expect(() => new ByteWriter().hex("0f0")).toThrow("pairs");
  });

  test("write a length afterwards in the place that was kept for it", () => {
    const writer = new ByteWriter(0).u8(7).u32(0).text("ab");
    writer.setU32(1, writer.length);
    expect([...writer.finish()]).toEqual([7, 8, 0, 0, 0, 2, 97, 98]);
    expect(() => writer.setU32(5, 0)).toThrow("overwritten");
  });
});

describe("ByteReader", () => {
  test.each([
    ["u8", []],
    ["u16", [1]],
    ["u32", [1, 2, 3]],
    ["u64", [1, 2, 3, 4, 5, 6, 7]],
    ["i64", [1, 2, 3, 4, 5, 6, 7]],
    ["varint", [0x80]],
    ["text", [2, 97]],
    ["blob", [0x80, 0x80, 0x80, 0x80, 1]],
  ] as const)("refuses a %s that ends too early", (type, bytes) => {
    expect(() => reader(...bytes)[type]()).toThrow(refused);
  });

  test.each([
    ["with a needless last byte", [0x80, 0]],
    ["beyond 2^53", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["of nine bytes", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]],
  ])("refuses a varint %s", (_what, bytes) => {
    expect(() => reader(...bytes).varint()).toThrow(refused);
  });

  test("reads the largest safe integer", () => {
    const bytes = new ByteWriter().varint(Number.MAX_SAFE_INTEGER).finish();
    expect(reader(...bytes).varint()).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("refuses a text that is not UTF-8, and keeps a byte order mark", () => {
    expect(() => reader(1, 0xff).text()).toThrow(refused);
    expect(reader(3, 0xef, 0xbb, 0xbf).text()).toBe("\ufeff");
  });

  test("refuses a count of elements that cannot fit in what is left", () => {
    expect(reader(2, 0, 0, 0, 0).count(2)).toBe(2);
    expect(() => reader(3, 0, 0, 0, 0).count(2)).toThrow(refused);
  });

  test("refuses bytes that are left over", () => {
    expect(() => reader(1).end()).toThrow(refused);
  });

  test.each([Number.NaN, -1])("refuses to step by %d bytes", (count) => {
    expect(() => reader(1, 2).bytes(count)).toThrow(refused);
  });

  test("says what and where in a fault", () => {
    const back = reader(1, 2);
    back.u8();
    expect(back.fault("it is odd")).toMatchObject({
      message: "sample: it is odd at byte 1",
      fields: { offset: 1, length: 2 },
    });
  });
});
