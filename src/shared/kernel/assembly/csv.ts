// The body of a payload in CSV, where it holds a quote (RFC 4180): a field is either free of quotes
// or quoted as a whole, with quotes inside doubled. Bodies without a quote never come here; their
// commas are known from the structural index.

import { COMMA, QUOTE, findByte, findEither, spanOf } from "./bytes";
import { cursorSpare, payloadColumns, payloadFieldCount } from "./parse-layout";
import { spareFor } from "./spare";
import { BAD_CSV } from "./rejects";
import { markMissing } from "./missing";

/** Where the field that was read last continues: at its comma, or at the end of the body. */
let fieldAfter: u32 = 0;

/** Whether a field ends at this quote; it is noted where. */
@inline
function endsAt(quote: u32, to: u32): bool {
  fieldAfter = quote + 1;
  return fieldAfter == to || load<u8>(fieldAfter) == COMMA;
}

@inline
function isDoubled(quote: u32, to: u32): bool {
  return quote + 1 < to && load<u8>(quote + 1) == QUOTE;
}

/**
 * The span of the quoted field at `from`, or 0 if it is not closed or goes on behind its quote.
 * One with doubled quotes is copied with single ones; the text stays as it came.
 */
function quotedField(cursor: u32, from: u32, to: u32): u64 {
  let read = from + 1;
  let quote = findByte(read, to, QUOTE);
  if (quote == to) return 0;
  if (!isDoubled(quote, to)) return endsAt(quote, to) ? spanOf(read, quote) : 0;
  const copied = spareFor(cursor, to - read);
  let write = copied;
  while (isDoubled(quote, to)) {
    const bytes = quote + 1 - read;
    memory.copy(write, read, bytes);
    write += bytes;
    read = quote + 2;
    quote = findByte(read, to, QUOTE);
  }
  if (quote == to || !endsAt(quote, to)) return 0;
  memory.copy(write, read, quote - read);
  write += quote - read;
  store<u32>(cursor, write, cursorSpare);
  return spanOf(copied, write);
}

/** The span of the field at `from`, or 0 if a quote is in the middle of it. */
function plainField(from: u32, to: u32): u64 {
  fieldAfter = findEither(from, to, COMMA, QUOTE);
  if (fieldAfter < to && load<u8>(fieldAfter) == QUOTE) return 0;
  return spanOf(from, fieldAfter);
}

/**
 * Writes the spans of a payload's fields at `offset` of their columns. Returns 0, or 1 + the
 * reason why the line is rejected. The whole body is checked, whatever fields are asked for.
 */
export function cutQuoted(cursor: u32, payload: u32, from: u32, to: u32, offset: u32): u32 {
  const columns = load<u32>(payload, payloadColumns);
  const fields = load<u32>(payload, payloadFieldCount);
  let at = from;
  let field: u32 = 0;
  while (true) {
    const quoted = at < to && load<u8>(at) == QUOTE;
    const span = quoted ? quotedField(cursor, at, to) : plainField(at, to);
    if (!span) return BAD_CSV + 1;
    if (field < fields) store<u64>(load<u32>(columns + (field << 2)) + offset, span);
    field += 1;
    if (fieldAfter == to) break;
    at = fieldAfter + 1;
  }
  if (field < fields) {
    markMissing(cursor, columns + (field << 2), columns + (fields << 2), offset);
  }
  return 0;
}
