// The body of a payload in CSV, where it holds a quote (RFC 4180): a field is either free of quotes
// or quoted as a whole, with quotes inside doubled. Bodies without a quote never come here; their
// commas are known from the structural index.

import { COMMA, QUOTE, findByte, findEither, spanOf } from "./bytes";
import { payloadColumns, payloadFieldsMin } from "./parse-layout";
import { BAD_CSV, MISSING_FIELD } from "./rejects";

/** Where the field that was read last continues: at its comma, or at the end of the body. */
let fieldAfter: u32 = 0;

/**
 * The span of the quoted field at `from`, or 0 if it is not closed or goes on behind its quote.
 * Doubled quotes become one in place, which moves bytes inside the quotes only.
 */
function quotedField(from: u32, to: u32): u64 {
  let read = from + 1;
  let write = read;
  while (true) {
    const quote = findByte(read, to, QUOTE);
    if (quote == to) return 0;
    const doubled = quote + 1 < to && load<u8>(quote + 1) == QUOTE;
    const bytes = quote - read + u32(doubled);
    if (write != read) memory.copy(write, read, bytes);
    write += bytes;
    if (!doubled) {
      fieldAfter = quote + 1;
      if (fieldAfter < to && load<u8>(fieldAfter) != COMMA) return 0;
      return spanOf(from + 1, write);
    }
    read = quote + 2;
  }
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
export function cutQuoted(payload: u32, from: u32, to: u32, offset: u32): u32 {
  const columns = load<u32>(payload, payloadColumns);
  const fieldsMin = load<u32>(payload, payloadFieldsMin);
  let at = from;
  let field: u32 = 0;
  while (true) {
    const quoted = at < to && load<u8>(at) == QUOTE;
    const span = quoted ? quotedField(at, to) : plainField(at, to);
    if (!span) return BAD_CSV + 1;
    if (field < fieldsMin) store<u64>(load<u32>(columns + (field << 2)) + offset, span);
    field += 1;
    if (fieldAfter == to) break;
    at = fieldAfter + 1;
  }
  return field < fieldsMin ? MISSING_FIELD + 1 : 0;
}
