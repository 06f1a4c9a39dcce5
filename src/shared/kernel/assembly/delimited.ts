// Lines that are values between delimiters: CSV, tab-separated values, and the logs of W3C.
//
// - The delimiter is one byte. Where it is blanks, the first blank of a line says which: runs of spaces, of
//   which those at the ends of the line are nothing, or single tabs.
// - A value is quoted as a whole, with quotes inside doubled (RFC 4180), or free of quotes; W3C's may have
//   quotes inside.
// - A line has as many values as there are columns; otherwise it is none of the format. W3C's may have more.
// - A line that begins with the comment's byte is counted as a comment. Such lines can say how those behind
//   them are to be read: then the caller gets them, one at a time, before the next line is cut.

import { QUOTE, SPACE, findByte, findEither, isBlank, spanOf } from "./bytes";
import {
  delimitedAbsent,
  delimitedAbsentCount,
  delimitedColumns,
  delimitedComment,
  delimitedDelimiter,
  delimitedFieldCount,
  delimitedLine,
  delimitedLineLength,
  delimitedMarkCount,
  delimitedMarks,
  delimitedNamed,
  delimitedQuotes,
  delimitedReports,
  delimitedValuesLeast,
  delimitedValuesMost,
  quotesNone,
  quotesStrict,
  reportsComments,
  reportsNext,
} from "./delimited-layout";
import { equalBytes } from "./hash";
import {
  isTooLong,
  keepLine,
  lineFrom,
  lineTo,
  nextLineOfAnyLength,
  rejectThis,
} from "./line-loop";
import { markMissing } from "./missing";
import { cursorSpare } from "./parse-layout";
import { BAD_CSV, BAD_ENVELOPE, BLANK, COMMENT, LINE_TOO_LONG, NO_HEADER } from "./rejects";
import { spareFor } from "./spare";

const TAB: u8 = 0x09;

/** Set by those that read a value: where it ends, quotes included. */
let valueEnd: u32 = 0;

@inline
function isDoubled(quote: u32, to: u32): bool {
  return quote + 1 < to && load<u8>(quote + 1) == QUOTE;
}

/** The span of the quoted value at `from`, or 0 if it is not closed. Doubled quotes are undone in a copy. */
function quotedValue(cursor: u32, from: u32, to: u32): u64 {
  let read = from + 1;
  let quote = findByte(read, to, QUOTE);
  if (quote == to) return 0;
  valueEnd = quote + 1;
  if (!isDoubled(quote, to)) return spanOf(read, quote);
  const copied = spareFor(cursor, to - read);
  let write = copied;
  while (isDoubled(quote, to)) {
    const bytes = quote + 1 - read;
    memory.copy(write, read, bytes);
    write += bytes;
    read = quote + 2;
    quote = findByte(read, to, QUOTE);
  }
  if (quote == to) return 0;
  valueEnd = quote + 1;
  memory.copy(write, read, quote - read);
  write += quote - read;
  store<u32>(cursor, write, cursorSpare);
  return spanOf(copied, write);
}

function isMark(program: u32, span: u64): bool {
  let mark = load<u32>(program, delimitedMarks);
  for (let left = load<u32>(program, delimitedMarkCount); left > 0; left -= 1) {
    const bytes = load<u32>(mark, 4);
    if (bytes == u32(span >> 32) && equalBytes(u32(span), load<u32>(mark), bytes)) return true;
    mark += 8;
  }
  return false;
}

@inline
function behindSpaces(at: u32, to: u32): u32 {
  while (at < to && load<u8>(at) == SPACE) at += 1;
  return at;
}

/** Writes the spans of a line's values at `offset` of their columns; returns 0, or 1 + why it is rejected. */
export function cutValues(cursor: u32, program: u32, from: u32, to: u32, offset: u32): u32 {
  const columns = load<u32>(program, delimitedColumns);
  const fields = load<u32>(program, delimitedFieldCount);
  const quotes = load<u32>(program, delimitedQuotes);
  let delimiter = u8(load<u32>(program, delimitedDelimiter));
  const isBlanks = delimiter == 0;
  let at = isBlanks ? behindSpaces(from, to) : from;
  let field: u32 = 0;
  while (true) {
    let span: u64 = 0;
    if (quotes != quotesNone && at < to && load<u8>(at) == QUOTE) {
      span = quotedValue(cursor, at, to);
      if (!span) return BAD_CSV + 1;
      if (valueEnd < to) {
        const behind = load<u8>(valueEnd);
        if (!delimiter && (behind == SPACE || behind == TAB)) delimiter = behind;
        if (behind != delimiter) return BAD_CSV + 1;
      }
    } else {
      if (!delimiter) {
        valueEnd = findEither(at, to, SPACE, TAB);
        if (valueEnd < to) delimiter = load<u8>(valueEnd);
      } else if (quotes == quotesStrict) {
        valueEnd = findEither(at, to, delimiter, QUOTE);
        if (valueEnd < to && load<u8>(valueEnd) == QUOTE) return BAD_CSV + 1;
      } else valueEnd = findByte(at, to, delimiter);
      span = spanOf(at, valueEnd);
    }
    if (field < fields) {
      store<u64>(load<u32>(columns + (field << 2)) + offset, isMark(program, span) ? 0 : span);
    }
    field += 1;
    if (valueEnd == to) break;
    at = valueEnd + 1;
    if (isBlanks && delimiter == SPACE) {
      at = behindSpaces(at, to);
      if (at == to) break;
    }
  }
  const isWhole =
    field >= load<u32>(program, delimitedValuesLeast) &&
    field <= load<u32>(program, delimitedValuesMost);
  return isWhole ? 0 : BAD_ENVELOPE + 1;
}

/** Why a line is rejected, 1 + the reason; 0 and its values are written. */
function cutLine(cursor: u32, program: u32, from: u32, to: u32, offset: u32): u32 {
  // A blank may be a delimiter.
  if (from == to || (load<u8>(from) <= SPACE && isBlank(from, to))) return BLANK + 1;
  if (!load<u32>(program, delimitedNamed)) return NO_HEADER + 1;
  const fault = cutValues(cursor, program, from, to, offset);
  if (fault) return fault;
  const absent = load<u32>(program, delimitedAbsent);
  const absentCount = load<u32>(program, delimitedAbsentCount);
  if (absentCount) markMissing(cursor, absent, absent + (absentCount << 2), offset);
  return 0;
}

/** Whether a line is a comment, or what the caller waits for; it is noted where the caller gets it. */
@inline
function isNoEvent(program: u32, from: u32, to: u32): bool {
  const reports = load<u32>(program, delimitedReports);
  const comment = load<u32>(program, delimitedComment);
  const isComment = comment != 0 && from < to && load<u8>(from) == comment;
  const isHeader = reports == reportsNext && !isBlank(from, to);
  if (isHeader || (isComment && reports == reportsComments)) {
    store<u32>(program, from, delimitedLine);
    store<u32>(program, to - from, delimitedLineLength);
    return true;
  }
  return isComment;
}

/**
 * Cuts the lines from the cursor on into events from `first` on, and at most to `capacity`; returns where they
 * end. It ends before that where a line is given to the caller.
 */
export function tokeniseDelimited(cursor: u32, program: u32, first: u32, capacity: u32): u32 {
  let offset = first << 3;
  const offsetEnd = capacity << 3;
  store<u32>(program, 0, delimitedLine);
  while (offset < offsetEnd && !load<u32>(program, delimitedLine)) {
    // A directive says how others are read, however long it is itself.
    if (!nextLineOfAnyLength(cursor)) break;
    const isEvent = !isNoEvent(program, lineFrom, lineTo);
    if (isTooLong(cursor)) rejectThis(cursor, LINE_TOO_LONG);
    else if (!isEvent) rejectThis(cursor, COMMENT);
    else {
      const fault = cutLine(cursor, program, lineFrom, lineTo, offset);
      if (fault) rejectThis(cursor, fault - 1);
      else {
        keepLine(cursor, offset);
        offset += 8;
      }
    }
  }
  return offset >> 3;
}
