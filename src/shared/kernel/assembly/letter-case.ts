// Letters of ASCII in the other case, sixteen bytes at a time. A value without such letters stays where it is.

import { cursorSpare } from "./parse-layout";
import { spareFor } from "./spare";

const BLOCK_BYTES: u32 = 16;
/** The difference between a large letter and a small one. */
const CASE_BIT: u8 = 0x20;

/** Which bytes are among the 26 from `first` on: all bits of each. */
@inline
function lettersIn(block: v128, first: v128): v128 {
  return i8x16.le_u(i8x16.sub(block, first), i8x16.splat(25));
}

@inline
function hasLetter(from: u32, bytes: u32, first: v128): bool {
  for (let offset: u32 = 0; offset < bytes; offset += BLOCK_BYTES) {
    let bits = u32(i8x16.bitmask(lettersIn(v128.load(from + offset), first)));
    const left = bytes - offset;
    if (left < BLOCK_BYTES) bits &= (u32(1) << left) - 1;
    if (bits) return true;
  }
  return false;
}

/** The span of a value with the 26 letters from `first` on in the other case. */
export function otherCase(cursor: u32, span: u64, first: u32): u64 {
  const from = u32(span);
  const bytes = u32(span >> 32);
  const letters = i8x16.splat(u8(first));
  if (!hasLetter(from, bytes, letters)) return span;
  // The last block may be written over the end.
  const to = spareFor(cursor, bytes + BLOCK_BYTES);
  store<u32>(cursor, to + bytes, cursorSpare);
  const bit = i8x16.splat(CASE_BIT);
  for (let offset: u32 = 0; offset < bytes; offset += BLOCK_BYTES) {
    const block = v128.load(from + offset);
    const changed = v128.xor(block, v128.and(lettersIn(block, letters), bit));
    v128.store(to + offset, changed);
  }
  return u64(to) | (span & 0xffffffff00000000);
}

/** Values with the 26 letters from `first` on in the other case. */
export function changeCase(cursor: u32, spans: u32, n: u32, first: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    store<u64>(out + (i << 3), otherCase(cursor, load<u64>(spans + (i << 3)), first));
  }
}
