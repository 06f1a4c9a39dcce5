import { describe, expect, test } from "vitest";
import { randomBelow, seededRandom } from "../../../../src/shared/base/prng.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";

describe("a kernel's memory", () => {
  test("hands out aligned blocks that never overlap, and takes them back", () => {
    const kernel = loadKernel();
    const random = seededRandom(4);
    const blocks: { ptr: number; bytes: number; mark: number }[] = [];
    for (let step = 0; step < 4000; step += 1) {
      if (blocks.length > 0 && random() < 0.45) {
        const [block] = blocks.splice(randomBelow(random, blocks.length), 1);
        const { ptr, bytes, mark } = block!;
        const held = kernel.u8.subarray(ptr, ptr + bytes);
        expect(held.every((byte) => byte === mark)).toBe(true);
        kernel.free(ptr, bytes);
      } else {
        const bytes = randomBelow(random, 2 ** (1 + randomBelow(random, 13)));
        const ptr = kernel.alloc(bytes);
        expect(ptr % 16).toBe(0);
        kernel.u8.fill(step & 255, ptr, ptr + bytes);
        blocks.push({ ptr, bytes, mark: step & 255 });
      }
    }
    for (const { ptr, bytes } of blocks) kernel.free(ptr, bytes);
    expect(kernel.exports.allocatedBytes()).toBe(0);
    expect(kernel.exports.arenaBytes()).toBeGreaterThan(0);
  });

  test("is used again after a reset", () => {
    const kernel = loadKernel();
    const first = kernel.alloc(1000);
    kernel.alloc(1_000_000);
    kernel.reset();
    expect(kernel.alloc(1000)).toBe(first);
    expect(kernel.exports.arenaBytes()).toBe(1024);
  });

  test("is seen through views that follow its growth", () => {
    const kernel = loadKernel();
    const ptr = kernel.place(Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0]));
    const before = kernel.u8;
    kernel.alloc(64 * 1024 * 1024);
    expect(before.length).toBe(0);
    expect([kernel.u8[ptr], kernel.u32[ptr / 4], kernel.u64[ptr / 8]]).toEqual([1, 1, 1n]);
    expect(kernel.u8).toBe(kernel.u8);
  });

  test("that is used up is an error that says so", () => {
    const kernel = loadKernel();
    const grab = (): void => {
      for (let blocks = 0; blocks < 3; blocks += 1) kernel.alloc(2 ** 31);
    };
    expect(grab).toThrow(expect.objectContaining({ code: "kernel_memory" }));
  });

  test("of one kernel is not that of another", () => {
    const a = loadKernel(1);
    const b = loadKernel(2);
    const ptr = a.place(Uint8Array.from([42]));
    expect(b.u8[ptr]).toBe(0);
  });
});
