// Lines of an rsyslog envelope, `timestamp host program body`, with a CSV body whose fields depend
// on the program. Three single spaces end the first three parts; the body is the rest, and may be
// empty. Only the fields that somebody asks for are written.
//
// Commas of a body without quotes are found 64 bytes at a time, after simdjson (Langdale and
// Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 2019).

import {
  COMMA,
  QUOTE,
  SPACE,
  contentEnd,
  equalBitsAt,
  findByte,
  spanOf,
  splat,
} from "./bytes";
import { cutQuoted } from "./csv";
import { equalBytes } from "./hash";
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
  payloadFieldCount,
  payloadFields,
  payloadFieldsMin,
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
import {
  BAD_ENVELOPE,
  LINE_TOO_LONG,
  MISSING_FIELD,
  UNKNOWN_PAYLOAD,
  rejectLine,
} from "./rejects";

/** The payload whose program is `bytes` bytes at `name`, or 0. */
@inline
function payloadOf(program: u32, name: u32, bytes: u32): u32 {
  let payload = load<u32>(program, rsyslogPayloads);
  const head = v128.load(name);
  for (let left = load<u32>(program, rsyslogPayloadCount); left > 0; left -= 1) {
    const masked = v128.and(head, v128.load(payload, payloadNameMask));
    const difference = v128.xor(masked, v128.load(payload, payloadName));
    if (bytes == load<u32>(payload, payloadNameLength) && !v128.any_true(difference)) {
      if (bytes <= 16 || equalBytes(name, load<u32>(payload, payloadNameAddress), bytes)) {
        return payload;
      }
    }
    payload += payloadBytes;
  }
  return 0;
}

/** Fields of a payload that may be asked for; `limits.fieldsMax`. */
const FIELDS_MAX: u32 = 256;
/** Addresses: the body's start - 1, its commas (the first so many), its end; 64 more are scribbled. */
const entries: usize = memory.data((1 + 256 + 1 + 64) * 4, 16);
const entriesMax: usize = entries + 4 + (FIELDS_MAX << 2);

/** Writes the addresses of the lowest bits, eight at a time. */
@inline
function writeEntries(entry: usize, at: u32, positions: u64): void {
  let bits = positions;
  while (bits) {
    store<u32>(entry, at + u32(ctz(bits)));
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 4);
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 8);
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 12);
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 16);
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 20);
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 24);
    bits &= bits - 1;
    store<u32>(entry, at + u32(ctz(bits)), 28);
    bits &= bits - 1;
    entry += 32;
  }
}

/** Writes the entries of the body behind `before`; returns the address of the last, its end. */
@inline
function indexBody(before: u32, to: u32, commas: v128): usize {
  store<u32>(entries, before);
  let entry = entries + 4;
  for (let at = before + 1; at < to; at += 64) {
    let bits = equalBitsAt(at, commas);
    if (to - at < 64) bits &= (u64(1) << (to - at)) - 1;
    writeEntries(entry, at, bits);
    entry = min(entry + (usize(popcnt(bits)) << 2), entriesMax);
  }
  store<u32>(entry, to);
  return entry;
}

/** Writes the spans of a body's fields at `offset` of their columns. */
@inline
function cutAtCommas(payload: u32, before: u32, to: u32, commas: v128, offset: u32): u32 {
  const last = indexBody(before, to, commas);
  if (u32(last - entries) >> 2 < load<u32>(payload, payloadFieldsMin)) return MISSING_FIELD + 1;
  let field = load<u32>(payload, payloadFields);
  for (let left = load<u32>(payload, payloadFieldCount); left > 0; left -= 1) {
    const entry = entries + (load<u32>(field) << 2);
    store<u64>(load<u32>(field, 4) + offset, spanOf(load<u32>(entry) + 1, load<u32>(entry, 4)));
    field += 8;
  }
  return 0;
}

@inline
function blankAbsent(payload: u32, offset: u32): void {
  let absent = load<u32>(payload, payloadAbsent);
  for (let left = load<u32>(payload, payloadAbsentCount); left > 0; left -= 1) {
    store<u64>(load<u32>(absent) + offset, 0);
    absent += 4;
  }
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

    let bits = equalBitsAt(from, spaces);
    let timestampEnd = from + u32(ctz(bits));
    bits &= bits - 1;
    let hostEnd = from + u32(ctz(bits));
    bits &= bits - 1;
    let programEnd = from + u32(ctz(bits));
    if (!bits) {
      timestampEnd = findByte(from, to, SPACE);
      hostEnd = findByte(min(timestampEnd + 1, to), to, SPACE);
      programEnd = findByte(min(hostEnd + 1, to), to, SPACE);
    }
    let fault: u32;
    if (to - from > lineBytesMax) fault = LINE_TOO_LONG + 1;
    // The body may be empty, the parts before it may not.
    else if (
      programEnd >= to ||
      timestampEnd == from ||
      hostEnd == timestampEnd + 1 ||
      programEnd == hostEnd + 1
    ) {
      fault = BAD_ENVELOPE + 1;
    } else {
      const payload = payloadOf(program, hostEnd + 1, programEnd - hostEnd - 1);
      if (!payload) fault = UNKNOWN_PAYLOAD + 1;
      else {
        fault =
          quotes && findByte(programEnd, to, QUOTE) != to
            ? cutQuoted(payload, programEnd + 1, to, offset)
            : cutAtCommas(payload, programEnd, to, commas, offset);
        blankAbsent(payload, offset);
      }
    }
    if (fault) {
      rejectLine(rejects, fault - 1, from, to);
      continue;
    }
    store<u64>(lineColumn + offset, spanOf(from, to));
    if (timestampColumn) store<u64>(timestampColumn + offset, spanOf(from, timestampEnd));
    if (hostColumn) store<u64>(hostColumn + offset, spanOf(timestampEnd + 1, hostEnd));
    if (programColumn) store<u64>(programColumn + offset, spanOf(hostEnd + 1, programEnd));
    offset += 8;
  }
  store<u32>(cursor, newlineAt, cursorNewlineAt);
  store<u32>(cursor, next, cursorNext);
  return offset >> 3;
}
