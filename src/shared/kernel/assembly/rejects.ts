// Rejected lines, counted by reason, with the first few of each kept as samples. Reasons of a format
// are numbered as in `model/reasons.ts`, those of a summary by what it needs; the structure is drawn
// in `parse-layout.ts`.

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
export const BAD_IP: u32 = 10;
export const BAD_JSON: u32 = 11;
export const COMMENT: u32 = 12;
export const UNFINISHED_RECORD: u32 = 13;
export const NO_HEADER: u32 = 14;

/** Counts a line; returns the address of its sample, 0 where there are enough. */
function count(rejects: u32, reason: u32, from: u32, to: u32): u32 {
  const samplesMax = load<u32>(rejects);
  const record = rejects + rejectsHeaderBytes + reason * (4 + samplesMax * rejectsSampleBytes);
  const lines = load<u32>(record);
  store<u32>(record, lines + 1);
  if (lines >= samplesMax) return 0;
  const sample = record + 4 + lines * rejectsSampleBytes;
  store<u32>(sample, from);
  store<u32>(sample, to - from, 4);
  store<u64>(sample, 0, 8);
  return sample;
}

/** A line that did not tokenise: blank lines get here by every way, and are told apart last. */
export function rejectLine(rejects: u32, reason: u32, from: u32, to: u32): void {
  const blank = reason != LINE_TOO_LONG && isBlank(from, to);
  count(rejects, blank ? BLANK : reason, from, to);
}

/**
 * Rejects the events whose `status` is not 0, as the record of that number less 1; returns how many.
 * `values` holds the span column of the value at fault of each record, 0 where it is not known.
 */
export function rejectRows(rejects: u32, status: u32, lines: u32, n: u32, values: u32): u32 {
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
    const sample = count(rejects, reason - 1, u32(span), u32(span) + u32(span >> 32));
    if (sample) {
      const column = load<u32>(values + ((reason - 1) << 2));
      if (column) store<u64>(sample, load<u64>(column + (i << 3)), 8);
    }
    rejected += 1;
  }
  return rejected;
}
