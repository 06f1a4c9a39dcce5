// Fields that a line has not, because it ends before them. Such a field is not an empty one: a summary
// that needs it cannot count the line, while others can.

import { cursorShortLines, missingSpan } from "./parse-layout";
import { MISSING_FIELD } from "./rejects";

/** Says of the fields from `columns` to `last` that the line has ended before them. */
export function markMissing(cursor: u32, columns: u32, last: u32, offset: u32): void {
  for (let at = columns; at < last; at += 4) store<u64>(load<u32>(at) + offset, u64(missingSpan));
  store<u32>(cursor, load<u32>(cursor, cursorShortLines) + 1, cursorShortLines);
}

/** Flags of the lines that end before a field; returns how many there are. */
export function flagMissing(spans: u32, n: u32, flags: u32): u32 {
  memory.fill(flags, 0, n);
  const wanted = i64x2.splat(missingSpan);
  let missing: u32 = 0;
  let i: u32 = 0;
  for (; i + 1 < n; i += 2) {
    const bits = u32(i64x2.bitmask(i64x2.eq(v128.load(spans + (i << 3)), wanted)));
    if (!bits) continue;
    if (bits & 1) store<u8>(flags + i, u8(MISSING_FIELD + 1));
    if (bits & 2) store<u8>(flags + i, u8(MISSING_FIELD + 1), 1);
    missing += popcnt(bits);
  }
  if (i < n && load<u64>(spans + (i << 3)) == u64(missingSpan)) {
    store<u8>(flags + i, u8(MISSING_FIELD + 1));
    missing += 1;
  }
  return missing;
}
