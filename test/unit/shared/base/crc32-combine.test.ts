import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32Combine } from "../../../../src/shared/base/crc32-combine.ts";

test("the checksum of two pieces is that of the pieces laid end to end", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 5000 }),
      (first, second) => {
        const joined = crc32(Buffer.concat([first, second]));
        expect(crc32Combine(crc32(first), crc32(second), second.length)).toBe(joined);
      },
    ),
  );
});

test("lengths beyond 32 bits count", () => {
  // 2^33 zeros, by doubling a megabyte of them.
  let zeros = crc32(new Uint8Array(2 ** 20));
  for (let bytes = 2 ** 20; bytes < 2 ** 33; bytes *= 2) zeros = crc32Combine(zeros, zeros, bytes);
  // From Python: binascii.crc32 over 8 GiB of zeros, a mebibyte at a time.
  expect(zeros).toBe(1104745215);
});
