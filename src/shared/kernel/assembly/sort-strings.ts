// Sorts entries of a dictionary by their bytes (as memcmp; a prefix comes before what it begins), and what
// else has eight leading bytes and a number. Merge sort over items of 16 bytes: the leading bytes as a
// big-endian number, and the number that a comparison goes on with where these are equal.

import { allocate, release } from "./memory";
import { dictSpans } from "./dictionary";

/** Below 0, 0 or above 0, for the numbers of two items whose leading bytes are equal. */
type Comparison = (a: u32, b: u32) => i32;

/** Bytes that every entry begins with; the items' eight bytes come after them. */
let commonBytes: u32 = 0;
let spans: u32 = 0;

@inline
export function firstBytes(ptr: u32, bytes: u32): u64 {
  if (!bytes) return 0;
  const value = bswap(load<u64>(ptr));
  return bytes >= 8 ? value : value & ~(u64.MAX_VALUE >> u64(bytes << 3));
}

/** Below 0, 0 or above 0, by bytes and then by length. */
export function compareBytes(a: u32, aBytes: u32, b: u32, bBytes: u32): i32 {
  const both = min(aBytes, bBytes);
  for (let offset: u32 = 0; offset < both; offset += 8) {
    const left = firstBytes(a + offset, both - offset);
    const right = firstBytes(b + offset, both - offset);
    if (left != right) return left < right ? -1 : 1;
  }
  return i32(aBytes > bBytes) - i32(aBytes < bBytes);
}

/** Whether item `b` comes before item `a`; both are addresses. */
@inline
function before(b: u32, a: u32, compare: Comparison): bool {
  const left = load<u64>(b);
  const right = load<u64>(a);
  return left != right ? left < right : compare(load<u32>(b, 8), load<u32>(a, 8)) < 0;
}

/** Merges two runs that lie one after the other, `[from, middle)` and `[middle, to)`. */
function mergeRuns(from: u32, middle: u32, to: u32, target: u32, compare: Comparison): void {
  let left = from;
  let right = middle;
  let at = target;
  if (!before(middle, middle - 16, compare)) {
    memory.copy(target, from, to - from);
    return;
  }
  while (left < middle && right < to) {
    if (before(right, left, compare)) {
      v128.store(at, v128.load(right));
      right += 16;
    } else {
      v128.store(at, v128.load(left));
      left += 16;
    }
    at += 16;
  }
  memory.copy(at, left, middle - left);
  memory.copy(at + (middle - left), right, to - right);
}

/** Sorts items and returns where they are then, `items` or `scratch`. */
export function mergeSort(items: u32, scratch: u32, entries: u32, compare: Comparison): u32 {
  let from = items;
  let to = scratch;
  for (let run: u32 = 1; run < entries; run <<= 1) {
    for (let start: u32 = 0; start < entries; start += run << 1) {
      const middle = min(start + run, entries);
      const stop = min(start + (run << 1), entries);
      const first = from + (start << 4);
      if (middle == stop) memory.copy(to + (start << 4), first, (stop - start) << 4);
      else mergeRuns(first, from + (middle << 4), from + (stop << 4), to + (start << 4), compare);
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  return from;
}

/** Bytes that all listed entries begin with. */
function measureCommon(list: u32, n: u32): u32 {
  const first = load<u64>(spans + (load<u32>(list) << 3));
  const ptr = u32(first);
  let common = u32(first >> 32);
  for (let i: u32 = 1; i < n && common; i += 1) {
    const span = load<u64>(spans + (load<u32>(list + (i << 2)) << 3));
    common = min(common, u32(span >> 32));
    let same: u32 = 0;
    while (same < common && load<u8>(ptr + same) == load<u8>(u32(span) + same)) same += 1;
    common = same;
  }
  return common;
}

function compareEntries(a: u32, b: u32): i32 {
  const aSpan = load<u64>(spans + (a << 3));
  const bSpan = load<u64>(spans + (b << 3));
  const common = commonBytes;
  return compareBytes(
    u32(aSpan) + common,
    u32(aSpan >> 32) - common,
    u32(bSpan) + common,
    u32(bSpan >> 32) - common,
  );
}

/** Sorts `n` listed entries of a dictionary in place. */
export function sortEntries(dict: u32, list: u32, n: u32): void {
  if (n < 2) return;
  spans = dictSpans(dict);
  commonBytes = measureCommon(list, n);
  const bytes = u64(n) << 4;
  const items = allocate(bytes);
  const scratch = allocate(bytes);
  for (let i: u32 = 0; i < n; i += 1) {
    const id = load<u32>(list + (i << 2));
    const span = load<u64>(spans + (id << 3));
    const rest = u32(span >> 32) - commonBytes;
    store<u64>(items + (i << 4), firstBytes(u32(span) + commonBytes, rest));
    store<u32>(items + (i << 4), id, 8);
  }
  const sorted = mergeSort(items, scratch, n, (a, b) => compareEntries(a, b));
  for (let i: u32 = 0; i < n; i += 1) {
    store<u32>(list + (i << 2), load<u32>(sorted + (i << 4), 8));
  }
  release(scratch, bytes);
  release(items, bytes);
}
