// Dictionaries against a Map.

import fc from "fast-check";
import { expect, test } from "vitest";
import { loadKernel, type Kernel } from "../../src/shared/kernel/kernel.ts";
import { keyArbitrary } from "../support/table-arbitraries.ts";
import { placeSpans } from "../support/table-feeder.ts";

const kernel = loadKernel(99);

const texts = fc.array(
  fc.oneof(
    keyArbitrary,
    fc.uint8Array({ maxLength: 3 }),
    fc.uint8Array({ minLength: 100, maxLength: 400 }),
  ),
  { maxLength: 300, size: "max" },
);

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

/** The entries of a dictionary, read through its spans. */
function entriesOf(from: Kernel, dict: number): string[] {
  const spans = from.exports.dictSpans(dict) >>> 0;
  return Array.from({ length: from.exports.dictSize(dict) }, (_, id) => {
    const span = from.u64[spans / 8 + id]!;
    const start = Number(span & 0xffffffffn);
    return hexOf(from.u8.subarray(start, start + Number(span >> 32n)));
  });
}

test.each(["dictEncode", "dictEncodeCopy"] as const)(
  "%s numbers distinct strings in order of first appearance",
  (encode) => {
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.boolean(), { minLength: 300, maxLength: 300 }),
        (values, wanted) => {
          kernel.reset();
          const dict = kernel.exports.dictNew();
          const numbers = new Map<string, number>();
          // Twice, so that entries are found as well as added.
          for (const masked of [true, false]) {
            const spans = placeSpans(kernel, values);
            const mask = kernel.place(Uint8Array.from(wanted, Number));
            const ids = kernel.alloc(values.length * 4);
            const before = kernel.u32.slice(ids / 4, ids / 4 + values.length);
            kernel.exports[encode](dict, spans, values.length, masked ? mask : 0, ids);
            if (encode === "dictEncodeCopy")
              kernel.u64.fill(0n, spans / 8, spans / 8 + values.length);
            for (const [index, value] of values.entries()) {
              const id = kernel.u32[ids / 4 + index]!;
              if (masked && !wanted[index]!) {
                expect(id).toBe(before[index]);
                continue;
              }
              const name = hexOf(value);
              if (!numbers.has(name)) numbers.set(name, numbers.size);
              expect(id).toBe(numbers.get(name));
            }
          }
          expect(entriesOf(kernel, dict)).toEqual([...numbers.keys()]);
          kernel.exports.dictClear(dict);
          expect(kernel.exports.dictSize(dict)).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  },
);

test("a dictionary of many strings knows what it holds and gives it back", () => {
  kernel.reset();
  const count = 30_000;
  const values = Array.from({ length: count }, (_, index) =>
    Buffer.from(`${"common beginning of a key ".repeat(index % 8)}${index}`),
  );
  const spans = placeSpans(kernel, values);
  const ids = kernel.alloc(count * 4);
  const before = kernel.exports.allocatedBytes();
  const dict = kernel.exports.dictNew();
  kernel.exports.dictEncodeCopy(dict, spans, count, 0, ids);
  expect([...kernel.u32.subarray(ids / 4, ids / 4 + count)]).toEqual(values.map((_, id) => id));
  expect(entriesOf(kernel, dict)).toEqual(values.map(hexOf));
  expect(kernel.exports.dictBytes(dict)).toBe(kernel.exports.allocatedBytes() - before);
  kernel.exports.dictFree(dict);
  expect(kernel.exports.allocatedBytes()).toBe(before);
});
