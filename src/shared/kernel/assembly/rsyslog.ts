// Lines of an rsyslog envelope, `timestamp host program body`, with a CSV body whose fields depend
// on the program. Three single spaces end the first three parts; the body is the rest, and may be
// empty. Only the fields that somebody asks for are written.
//
// rsyslog's own templates write a tag, `program:` or `program[pid]:`, in the place of the program, and a
// message that begins with a space of its own: so one more space before the body is no part of it.
//
// Commas of a body without quotes are found 64 bytes at a time, after simdjson (Langdale and
// Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 2019), and every field's span is
// written, those that nobody asks for to a column that nobody reads: that is faster than asking.

import {
  COMMA,
  QUOTE,
  SPACE,
  contentEnd,
  equalBitsAt,
  findByte,
  findEither,
  spanOf,
  splat,
} from "./bytes";
import { cutQuoted } from "./csv";
import { equalBytes } from "./hash";
import { markMissing } from "./missing";
import { nextWindow } from "./newlines";
import {
  cursorLineBytesMax,
  cursorLineColumn,
  cursorNewlineAt,
  cursorNewlinesEnd,
  cursorNext,
  cursorQuotes,
  cursorRejects,
  payloadAbsent,
  payloadAbsentCount,
  payloadBytes,
  payloadColumns,
  payloadFieldCount,
  payloadName,
  payloadNameAddress,
  payloadNameLength,
  payloadNameMask,
  rsyslogHostColumn,
  rsyslogPayloadCount,
  rsyslogPayloads,
  rsyslogProgramColumn,
  rsyslogTimestampColumn,
} from "./parse-layout";
import { BAD_ENVELOPE, LINE_TOO_LONG, UNKNOWN_PAYLOAD, rejectLine } from "./rejects";

const COLON: u8 = 0x3a;
const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;

/** The payload whose program's name and a space are at `name`, or 0. */
@inline
function payloadOf(program: u32, name: u32): u32 {
  let payload = load<u32>(program, rsyslogPayloads);
  const head = load<u64>(name);
  for (let left = load<u32>(program, rsyslogPayloadCount); left > 0; left -= 1) {
    if ((head & load<u64>(payload, payloadNameMask)) == load<u64>(payload, payloadName)) {
      const bytes = load<u32>(payload, payloadNameLength) + 1;
      if (bytes <= 8 || equalBytes(name, load<u32>(payload, payloadNameAddress), bytes)) {
        return payload;
      }
    }
    payload += payloadBytes;
  }
  return 0;
}

/** Where the tag ends whose program ends at `at`: at the space behind `:`, `[pid]:` or `[pid]`; or 0. */
function tagEnd(at: u32, to: u32): u32 {
  if (load<u8>(at) == OPEN) {
    const close = findEither(at + 1, to, CLOSE, SPACE);
    if (close >= to || close == at + 1 || load<u8>(close) != CLOSE) return 0;
    at = close + 1;
    if (load<u8>(at) == SPACE) return at;
  }
  return load<u8>(at) == COLON && load<u8>(at, 1) == SPACE ? at + 1 : 0;
}

/** Set by `payloadOfTag`: the space behind the tag. */
let tagSpace: u32 = 0;

/** As `payloadOf`, for a program that is written as a tag. */
function payloadOfTag(program: u32, name: u32, to: u32): u32 {
  let payload = load<u32>(program, rsyslogPayloads);
  for (let left = load<u32>(program, rsyslogPayloadCount); left > 0; left -= 1) {
    const bytes = load<u32>(payload, payloadNameLength);
    if (name + bytes < to && equalBytes(name, load<u32>(payload, payloadNameAddress), bytes)) {
      tagSpace = tagEnd(name + bytes, to);
      if (tagSpace) return payload;
    }
    payload += payloadBytes;
  }
  return 0;
}

@inline
function writeSpan(column: u32, offset: u32, from: u32, to: u32): void {
  store<u32>(column + offset, from);
  store<u32>(column + offset, to - from, 4);
}

/**
 * Ends fields at the lowest bits of a block at `at`, eight at a time; the first began at `from`.
 * When bits run out the rest is nonsense, of which nothing is read.
 */
@inline
function cutBlock(columns: u32, last: u32, bits: u64, at: u32, from: u32, offset: u32): void {
  while (bits) {
    const a = at + u32(ctz(bits));
    writeSpan(load<u32>(columns), offset, from, a);
    bits &= bits - 1;
    const b = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 4), offset, a + 1, b);
    bits &= bits - 1;
    const c = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 8), offset, b + 1, c);
    bits &= bits - 1;
    const d = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 12), offset, c + 1, d);
    bits &= bits - 1;
    const e = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 16), offset, d + 1, e);
    bits &= bits - 1;
    const f = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 20), offset, e + 1, f);
    bits &= bits - 1;
    const g = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 24), offset, f + 1, g);
    bits &= bits - 1;
    const h = at + u32(ctz(bits));
    writeSpan(load<u32>(columns, 28), offset, g + 1, h);
    bits &= bits - 1;
    from = h + 1;
    columns = min(columns + 32, last);
  }
}

/** Writes the spans of a body's fields at `offset` of their columns. */
@inline
function cutAtCommas(
  cursor: u32,
  payload: u32,
  from: u32,
  to: u32,
  commas: v128,
  offset: u32,
): void {
  const first = load<u32>(payload, payloadColumns);
  const last = first + (load<u32>(payload, payloadFieldCount) << 2);
  let columns = first;
  let start = from;
  let at = from;
  while (to - at >= 64) {
    const bits = equalBitsAt(at, commas);
    cutBlock(columns, last, bits, at, start, offset);
    columns = min(columns + (u32(popcnt(bits)) << 2), last);
    if (bits) start = at + 64 - u32(clz(bits));
    at += 64;
  }
  // The body's end ends a field like a comma.
  const end = u64(1) << (to - at);
  const bits = (equalBitsAt(at, commas) & (end - 1)) | end;
  cutBlock(columns, last, bits, at, start, offset);
  columns += u32(popcnt(bits)) << 2;
  if (columns < last) markMissing(cursor, columns, last, offset);
}

@inline
function blankAbsent(payload: u32, offset: u32): void {
  let absent = load<u32>(payload, payloadAbsent);
  for (let left = load<u32>(payload, payloadAbsentCount); left > 0; left -= 1) {
    store<u64>(load<u32>(absent) + offset, 0);
    absent += 4;
  }
}

/** Cuts the CSV of a body into the columns of its payload; 0, or 1 + why it is rejected. */
export function cutCsvBody(cursor: u32, payload: u32, from: u32, to: u32, offset: u32): u32 {
  let fault: u32 = 0;
  if (findByte(from, to, QUOTE) != to) fault = cutQuoted(cursor, payload, from, to, offset);
  else cutAtCommas(cursor, payload, from, to, splat(COMMA), offset);
  if (!fault) blankAbsent(payload, offset);
  return fault;
}

/** Why a line has no known payload. */
function envelopeFault(from: u32, to: u32): u32 {
  const timestampEnd = findByte(from, to, SPACE);
  const hostEnd = findByte(min(timestampEnd + 1, to), to, SPACE);
  const programEnd = findByte(min(hostEnd + 1, to), to, SPACE);
  const whole =
    programEnd < to &&
    timestampEnd > from &&
    hostEnd > timestampEnd + 1 &&
    programEnd > hostEnd + 1;
  return whole ? UNKNOWN_PAYLOAD + 1 : BAD_ENVELOPE + 1;
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseRsyslog(cursor: u32, program: u32, capacity: u32): u32 {
  const lineBytesMax = load<u32>(cursor, cursorLineBytesMax);
  const rejects = load<u32>(cursor, cursorRejects);
  const lineColumn = load<u32>(cursor, cursorLineColumn);
  const timestampColumn = load<u32>(program, rsyslogTimestampColumn);
  const hostColumn = load<u32>(program, rsyslogHostColumn);
  const programColumn = load<u32>(program, rsyslogProgramColumn);
  const spaces = splat(SPACE);
  const commas = splat(COMMA);
  let next = load<u32>(cursor, cursorNext);
  let newlineAt = load<u32>(cursor, cursorNewlineAt);
  let newlinesEnd = load<u32>(cursor, cursorNewlinesEnd);
  let quotes = load<u32>(cursor, cursorQuotes);
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd) {
    if (newlineAt == newlinesEnd) {
      const more = nextWindow(cursor);
      newlineAt = load<u32>(cursor, cursorNewlineAt);
      newlinesEnd = load<u32>(cursor, cursorNewlinesEnd);
      quotes = load<u32>(cursor, cursorQuotes);
      if (!more) break;
    }
    const newline = load<u32>(newlineAt);
    const from = next;
    const to = contentEnd(newline);
    newlineAt += 4;
    next = newline + 1;

    const bits = equalBitsAt(from, spaces);
    let timestampEnd = from + u32(ctz(bits));
    let hostEnd = from + u32(ctz(bits & (bits - 1)));
    if (!(bits & (bits - 1))) {
      timestampEnd = findByte(from, to, SPACE);
      hostEnd = findByte(min(timestampEnd + 1, to), to, SPACE);
    }
    let payload = payloadOf(program, hostEnd + 1);
    let space = hostEnd + 1 + (payload ? load<u32>(payload, payloadNameLength) : 0);
    if (!payload && hostEnd < to) {
      payload = payloadOfTag(program, hostEnd + 1, to);
      space = tagSpace;
    }
    const known = payload && space < to && timestampEnd != from && hostEnd != timestampEnd + 1;
    let body = space + 1;
    // A branch that is hardly ever taken, so that the body's place does not wait for the byte there.
    if (load<u8>(body) == SPACE) body += 1;
    let fault: u32 = 0;
    if (to - from > lineBytesMax) fault = LINE_TOO_LONG + 1;
    else if (!known) fault = envelopeFault(from, to);
    else if (quotes && findByte(space, to, QUOTE) != to) {
      fault = cutQuoted(cursor, payload, body, to, offset);
    } else cutAtCommas(cursor, payload, body, to, commas, offset);
    if (fault) {
      rejectLine(rejects, fault - 1, from, to);
      continue;
    }
    blankAbsent(payload, offset);
    writeSpan(lineColumn, offset, from, to);
    if (timestampColumn) writeSpan(timestampColumn, offset, from, timestampEnd);
    if (hostColumn) writeSpan(hostColumn, offset, timestampEnd + 1, hostEnd);
    if (programColumn) {
      const programEnd = hostEnd + 1 + load<u32>(payload, payloadNameLength);
      writeSpan(programColumn, offset, hostEnd + 1, programEnd);
    }
    offset += 8;
  }
  store<u32>(cursor, newlineAt, cursorNewlineAt);
  store<u32>(cursor, next, cursorNext);
  return offset >> 3;
}
