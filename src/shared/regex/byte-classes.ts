// Bytes that no part of a pattern tells from each other share a column in the tables of its automata.

import type { Program } from "./program.ts";

export interface ByteClasses {
  /** The class of each byte. */
  readonly ofByte: Uint8Array;
  readonly count: number;
  /** The least byte of each. */
  readonly firsts: readonly number[];
}

export function byteClasses({ nodes }: Program): ByteClasses {
  const begins = new Uint8Array(257);
  for (const node of nodes) {
    if (node.op !== "bytes" || node.low > node.high) continue;
    begins[node.low] = 1;
    begins[node.high + 1] = 1;
  }
  const ofByte = new Uint8Array(256);
  const firsts = [0];
  for (let byte = 1; byte < 256; byte += 1) {
    if (begins[byte] === 1) firsts.push(byte);
    ofByte[byte] = firsts.length - 1;
  }
  return { ofByte, count: firsts.length, firsts };
}
