// MurmurHash3_x64_128 with seed 0 (Austin Appleby, public domain), of which the first word is kept:
// what HyperLogLogs of other systems (postgresql-hll, Aggregate Knowledge's storage specification)
// hash with, so that our sketches can be merged with theirs. The tail is read as two whole words
// with the bytes beyond the end masked out; mixing a zero word changes nothing, as the original's
// switch does nothing for it.

import { loadMasked } from "./hash";

const C1: u64 = 0x87c37b91114253d5;
const C2: u64 = 0x4cf5ad432745937f;

@inline
function mix1(k: u64): u64 {
  return rotl(k * C1, 31) * C2;
}

@inline
function mix2(k: u64): u64 {
  return rotl(k * C2, 33) * C1;
}

@inline
function finalise(h: u64): u64 {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccd;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 33);
}

@inline
export function murmur3(ptr: u32, bytes: u32): u64 {
  let h1: u64 = 0;
  let h2: u64 = 0;
  let at = ptr;
  let left = bytes;
  while (left >= 16) {
    h1 ^= mix1(load<u64>(at));
    h1 = (rotl(h1, 27) + h2) * 5 + 0x52dce729;
    h2 ^= mix2(load<u64>(at, 8));
    h2 = (rotl(h2, 31) + h1) * 5 + 0x38495ab5;
    at += 16;
    left -= 16;
  }
  const tail = loadMasked(at, left);
  h2 ^= mix2(u64(i64x2.extract_lane(tail, 1)));
  h1 ^= mix1(u64(i64x2.extract_lane(tail, 0)));
  h1 ^= u64(bytes);
  h2 ^= u64(bytes);
  h1 += h2;
  h2 += h1;
  return finalise(h1) + finalise(h2);
}

/** `hashes[i]` of every value and `valid[i]` = it is not empty; returns how many are empty. */
export function hashSpans(spans: u32, n: u32, hashes: u32, valid: u32): u32 {
  let empty: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const bytes = u32(span >> 32);
    store<u64>(hashes + (i << 3), murmur3(u32(span), bytes));
    store<u8>(valid + i, u8(bytes != 0));
    empty += u32(bytes == 0);
  }
  return empty;
}
