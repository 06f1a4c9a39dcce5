// Rejected lines, counted by reason, with the first few of each kept as samples. Reasons are
// numbered as in `base/reasons.ts`; the structure is drawn in `parse-layout.ts`.

import { isBlank } from "./bytes";
import { rejectsHeaderBytes, rejectsSampleBytes } from "./parse-layout";

// Positions in `rejectReasons`.
export const BLANK: u32 = 0;
export const LINE_TOO_LONG: u32 = 1;
export const BAD_ENVELOPE: u32 = 2;
export const UNKNOWN_PAYLOAD: u32 = 3;
export const BAD_CSV: u32 = 4;
export const MISSING_FIELD: u32 = 5;
export const BAD_TIMESTAMP: u32 = 6;
export const BAD_NUMBER: u32 = 7;
export const INVALID_UTF8: u32 = 8;

export function reject(rejects: u32, reason: u32, from: u32, to: u32): void {
  const samplesMax = load<u32>(rejects);
  const record = rejects + rejectsHeaderBytes + reason * (4 + samplesMax * rejectsSampleBytes);
  const lines = load<u32>(record);
  store<u32>(record, lines + 1);
  if (lines >= samplesMax) return;
  const sample = record + 4 + lines * rejectsSampleBytes;
  store<u32>(sample, from);
  store<u32>(sample, to - from, 4);
}

/** A line that did not tokenise: blank lines get here by every way, and are told apart last. */
export function rejectLine(rejects: u32, reason: u32, from: u32, to: u32): void {
  const blank = reason != LINE_TOO_LONG && isBlank(from, to);
  reject(rejects, blank ? BLANK : reason, from, to);
}

/** Rejects the events whose `status` is 1 + a reason; returns how many there are. */
export function rejectRows(rejects: u32, status: u32, lines: u32, n: u32): u32 {
  let rejected: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    // Most blocks have nothing to reject; what is read behind the last line may only cost a skip.
    if (i % 16 == 0 && !v128.any_true(v128.load(status + i))) {
      i += 15;
      continue;
    }
    const reason = u32(load<u8>(status + i));
    if (!reason) continue;
    const span = load<u64>(lines + (i << 3));
    reject(rejects, reason - 1, u32(span), u32(span) + u32(span >> 32));
    rejected += 1;
  }
  return rejected;
}

/** Sets the status of lines that are still alive and have `flag` in `flags`; clears the flag. */
export function rejectFlagged(flags: u32, flag: u32, reason: u32, n: u32, status: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    if (u32(load<u8>(flags + i)) != flag) continue;
    store<u8>(flags + i, 0);
    if (!load<u8>(status + i)) store<u8>(status + i, u8(reason + 1));
  }
}
