// Regular expressions over spans and lines, by the tables of `shared/regex`: a byte is one step, whatever the
// pattern, and nothing is tried twice.

import { byteClass, matcherDecided, matcherFirst } from "./regex-layout";

/** `out[i]` = whether a part of `spans[i]` matches. */
export function matchSpans(table: u32, spans: u32, n: u32, out: u32): void {
  const first = load<u32>(table, matcherFirst);
  const decided = load<u32>(table, matcherDecided);
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const to = u32(span) + u32(span >> 32);
    let row = first;
    for (let at = u32(span); at < to && row >= decided; at += 1) {
      const column = u32(load<u8>(table + load<u8>(at), byteClass)) + 1;
      row = load<u32>(table + row + (column << 2));
    }
    store<u8>(out + i, u8(load<u32>(table + row)));
  }
}
