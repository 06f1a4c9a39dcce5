// Columns in a kernel's memory for tests of single operations. Texts are "binary" strings, one
// character a byte; every value has other values right before and behind it, so that an operation
// that looks too far is found out.

import type { Kernel } from "../../src/shared/kernel/kernel.ts";

/** Room of 16 bytes more than it needs, as operations may write that much. */
export function column(kernel: Kernel, n: number, width: 1 | 4 | 8): number {
  return kernel.place(new Uint8Array(n * width + 16));
}

/** Stands before and behind every value. */
export const glue = "0.0.";

/** A column of spans of these texts. */
export function spans(kernel: Kernel, texts: readonly string[]): number {
  const bytes = Buffer.from(glue + texts.map((text) => text + glue).join(""), "latin1");
  let at = kernel.place(bytes) + glue.length;
  const pointer = column(kernel, texts.length, 8);
  texts.forEach((text, line) => {
    kernel.u32[pointer / 4 + line * 2] = at;
    kernel.u32[pointer / 4 + line * 2 + 1] = text.length;
    at += text.length + glue.length;
  });
  return pointer;
}

export function bytesAt(kernel: Kernel, pointer: number, n: number): readonly number[] {
  return [...kernel.u8.subarray(pointer, pointer + n)];
}

export function wordsAt(kernel: Kernel, pointer: number, n: number): readonly bigint[] {
  return [...new BigInt64Array(kernel.u8.buffer, pointer, n)];
}

export function numbersAt(kernel: Kernel, pointer: number, n: number): readonly number[] {
  return [...kernel.u32.subarray(pointer / 4, pointer / 4 + n)];
}

/** The texts that a column of spans stands for, one character a byte. */
export function textsOf(kernel: Kernel, pointer: number, n: number): readonly string[] {
  return Array.from({ length: n }, (_, line) => {
    const [at, bytes] = kernel.u32.subarray(pointer / 4 + line * 2);
    return Buffer.from(kernel.u8.subarray(at, at! + bytes!)).toString("latin1");
  });
}
