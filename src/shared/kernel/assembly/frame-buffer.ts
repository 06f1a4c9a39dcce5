// The buffer that a frame is written to: one at a time, growing, freed by `frameFree` when
// JavaScript has copied it out.

import { allocate, regrow, release } from "./memory";

const BYTES_FIRST: u64 = 4096;

let buffer: u32 = 0;
let capacity: u64 = 0;
let used: u64 = 0;

export function frameBegin(): void {
  buffer = allocate(BYTES_FIRST);
  capacity = BYTES_FIRST;
  used = 0;
}

/** Makes room for `bytes` more and returns where they go; what was written before may have moved. */
export function frameRoom(bytes: u64): u32 {
  const needed = used + bytes;
  if (needed > capacity) {
    const larger = max(needed, capacity * 2);
    buffer = regrow(buffer, capacity, used, larger);
    capacity = larger;
  }
  const at = buffer + u32(used);
  used = needed;
  return at;
}

/** Gives back the end of the room taken last, where less was written. */
export function frameTrim(bytes: u64): void {
  used -= bytes;
}

export function frameStart(): u32 {
  return buffer;
}

export function frameBytes(): u32 {
  return u32(used);
}

export function frameFree(): void {
  release(buffer, capacity);
  buffer = 0;
}
