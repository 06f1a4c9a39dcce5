// A field that is made of two, such as a date and a time of day.

import { SPACE, spanOf } from "./bytes";
import { cursorSpare, missingSpan } from "./parse-layout";
import { spareFor } from "./spare";

/**
 * Writes the spans of `n` fields that are two fields joined by a blank. Without one of the two there is none: it is
 * missing where the line ends before it, and otherwise empty.
 */
export function joinFields(cursor: u32, left: u32, right: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const a = load<u64>(left + (i << 3));
    const b = load<u64>(right + (i << 3));
    const bytes = u32(a >> 32);
    const more = u32(b >> 32);
    if (!bytes || !more) {
      const isMissing = a == u64(missingSpan) || b == u64(missingSpan);
      store<u64>(out + (i << 3), isMissing ? u64(missingSpan) : 0);
      continue;
    }
    // Mostly they lie in the line as they are wanted.
    if (u32(b) == u32(a) + bytes + 1 && load<u8>(u32(a) + bytes) == SPACE) {
      store<u64>(out + (i << 3), spanOf(u32(a), u32(b) + more));
      continue;
    }
    const at = spareFor(cursor, bytes + 1 + more);
    memory.copy(at, u32(a), bytes);
    store<u8>(at + bytes, SPACE);
    memory.copy(at + bytes + 1, u32(b), more);
    const end = at + bytes + 1 + more;
    store<u32>(cursor, end, cursorSpare);
    store<u64>(out + (i << 3), spanOf(at, end));
  }
}
