// Looking numbers up in a sorted list of disjoint intervals `[start, end)`: the bucket of a second,
// the offset of a local time. What the list does not hold yet the caller adds, and goes on from
// there; a batch knows few intervals, and neighbouring lines mostly share one.

import { intervalBytes, intervalEnd, intervalStart, intervalValue } from "./parse-layout";

/** The interval that holds `value`, or 0. */
function find(intervals: u32, count: u32, value: i64): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    const interval = intervals + middle * intervalBytes;
    if (value < load<i64>(interval, intervalStart)) high = middle;
    else if (value >= load<i64>(interval, intervalEnd)) low = middle + 1;
    else return interval;
  }
  return 0;
}

/**
 * `ids[i]` = what the interval of `values[i]` stands for, from line `from` on. Returns the first
 * line whose value no interval holds, or `n`.
 */
export function lookUp(values: u32, n: u32, from: u32, intervals: u32, count: u32, ids: u32): u32 {
  let start = i64.MAX_VALUE;
  let end = i64.MIN_VALUE;
  let id: u32 = 0;
  for (let i = from; i < n; i += 1) {
    const value = load<i64>(values + (i << 3));
    if (value < start || value >= end) {
      const interval = find(intervals, count, value);
      if (!interval) return i;
      start = load<i64>(interval, intervalStart);
      end = load<i64>(interval, intervalEnd);
      id = u32(load<i64>(interval, intervalValue));
    }
    store<u32>(ids + (i << 2), id);
  }
  return n;
}

/**
 * Subtracts from every local time (`local[i]` = 1) what its interval stands for, and marks it as
 * done. Returns the first line whose time no interval holds, or `n`.
 */
export function subtractOffsets(
  values: u32,
  local: u32,
  n: u32,
  from: u32,
  intervals: u32,
  count: u32,
): u32 {
  for (let i = from; i < n; i += 1) {
    if (!load<u8>(local + i)) continue;
    const value = load<i64>(values + (i << 3));
    const interval = find(intervals, count, value);
    if (!interval) return i;
    store<i64>(values + (i << 3), value - load<i64>(interval, intervalValue));
    store<u8>(local + i, 0);
  }
  return n;
}
