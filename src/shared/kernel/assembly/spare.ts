// Where fields go that are not in the text as they are: quotes undone, addresses in their one spelling.
// The memory is the batch's, and lasts as long as its columns.

import { allocate } from "./memory";
import { cursorSpare, cursorSpareEnd } from "./parse-layout";

/** Memory is taken for so many bytes at a time. */
const SPARE_BYTES: u32 = 65536;

/** Where so many bytes can go; they are taken when `cursorSpare` is moved behind them. */
export function spareFor(cursor: u32, bytes: u32): u32 {
  const spare = load<u32>(cursor, cursorSpare);
  if (load<u32>(cursor, cursorSpareEnd) - spare >= bytes) return spare;
  const size = max(bytes, SPARE_BYTES);
  const fresh = allocate(size);
  store<u32>(cursor, fresh, cursorSpare);
  store<u32>(cursor, fresh + size, cursorSpareEnd);
  return fresh;
}
