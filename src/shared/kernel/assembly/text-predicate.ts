// Comparisons of texts with a literal, byte by byte: equal, different, beginning, end, part. A
// missing field is the empty text.

import { findBytes } from "./bytes";
import { equalBytes } from "./hash";
import {
  compareContains,
  compareEndsWith,
  compareEqual,
  compareNotEqual,
  compareStartsWith,
} from "./parse-layout";

@inline
function matches(comparison: u32, ptr: u32, bytes: u32, literal: u32, literalBytes: u32): bool {
  if (bytes < literalBytes) return false;
  if (comparison == compareStartsWith) return equalBytes(ptr, literal, literalBytes);
  if (comparison == compareEndsWith) {
    return equalBytes(ptr + (bytes - literalBytes), literal, literalBytes);
  }
  if (!literalBytes) return true;
  return findBytes(ptr, ptr + bytes, literal, literalBytes) != ptr + bytes;
}

/** `out[i]` = whether `spans[i]` compares so with a literal. */
export function compareText(
  spans: u32,
  n: u32,
  comparison: u32,
  literal: u32,
  bytes: u32,
  out: u32,
): void {
  if (comparison == compareEqual || comparison == compareNotEqual) {
    const wanted = comparison == compareEqual;
    for (let i: u32 = 0; i < n; i += 1) {
      const span = load<u64>(spans + (i << 3));
      const equal = u32(span >> 32) == bytes && equalBytes(u32(span), literal, bytes);
      store<u8>(out + i, u8(equal == wanted));
    }
    return;
  }
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const found = matches(comparison, u32(span), u32(span >> 32), literal, bytes);
    store<u8>(out + i, u8(found));
  }
}
