// Sorting of u32 columns: radix sort, least digit first, 11 bits a digit; insertion sort for few.

import { allocate, release } from "./memory";

const DIGIT_BITS: u32 = 11;
const DIGITS: u32 = 1 << DIGIT_BITS;
const INSERTION_MAX: u32 = 32;

const digitStarts: usize = memory.data(4 << 11, 16);

function insertionSort(numbers: u32, n: u32): void {
  for (let i: u32 = 1; i < n; i += 1) {
    const value = load<u32>(numbers + (i << 2));
    let place = numbers + (i << 2);
    while (place > numbers && load<u32>(place - 4) > value) {
      store<u32>(place, load<u32>(place - 4));
      place -= 4;
    }
    store<u32>(place, value);
  }
}

/** Sorts `n` numbers in place, ascending. */
export function sortNumbers(numbers: u32, n: u32): void {
  if (n <= INSERTION_MAX) {
    insertionSort(numbers, n);
    return;
  }
  let all: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) all |= load<u32>(numbers + (i << 2));
  const scratch = allocate(u64(n) << 2);
  let from = numbers;
  let to = scratch;
  for (let shift: u32 = 0; shift < 32 && all >> shift; shift += DIGIT_BITS) {
    memory.fill(digitStarts, 0, DIGITS << 2);
    for (let i: u32 = 0; i < n; i += 1) {
      const digit = (load<u32>(from + (i << 2)) >> shift) & (DIGITS - 1);
      const at = digitStarts + (digit << 2);
      store<u32>(at, load<u32>(at) + 1);
    }
    sumStarts();
    for (let i: u32 = 0; i < n; i += 1) {
      const value = load<u32>(from + (i << 2));
      const at = digitStarts + (((value >> shift) & (DIGITS - 1)) << 2);
      const place = load<u32>(at);
      store<u32>(at, place + 1);
      store<u32>(to + (place << 2), value);
    }
    const swapped = from;
    from = to;
    to = swapped;
  }
  if (from != numbers) memory.copy(numbers, from, n << 2);
  release(scratch, u64(n) << 2);
}

/** Turns counts into the places where their digits begin. */
function sumStarts(): void {
  let start: u32 = 0;
  for (let digit: u32 = 0; digit < DIGITS; digit += 1) {
    const at = digitStarts + (digit << 2);
    const count = load<u32>(at);
    store<u32>(at, start);
    start += count;
  }
}
