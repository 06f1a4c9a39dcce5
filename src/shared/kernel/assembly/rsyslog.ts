// Lines of an rsyslog envelope, `timestamp host program body`, with a CSV body whose fields depend
// on the program. Three single spaces end the first three parts; the body is the rest, and may be
// empty. Only the fields that somebody asks for are written.

import { equalBitsAt, findByte, spanOf } from "./bytes";
import { cutQuoted } from "./csv";
import { equalBytes } from "./hash";
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
  reject,
  rejectLine,
} from "./rejects";
import { contentEnd, nextWindow } from "./structure";

const SPACE: u8 = 0x20;
const COMMA: u8 = 0x2c;
const QUOTE: u8 = 0x22;

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

/**
 * Writes the spans of a payload's fields at `offset` of their columns. `entries` are the addresses
 * of the commas and, last, of the body's end; the one before them is that of the body's start - 1.
 */
@inline
function cutAtCommas(payload: u32, entries: u32, offset: u32): void {
  let field = load<u32>(payload, payloadFields);
  for (let left = load<u32>(payload, payloadFieldCount); left > 0; left -= 1) {
    const entry = entries + (load<u32>(field) << 2);
    store<u64>(load<u32>(field, 4) + offset, spanOf(load<u32>(entry - 4) + 1, load<u32>(entry)));
    field += 8;
  }
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
  const spaces = i8x16.splat(SPACE);
  let newlineAt = load<u32>(cursor, cursorNewlineAt);
  let newlinesEnd = load<u32>(cursor, cursorNewlinesEnd);
  let next = load<u32>(cursor, cursorNext);
  let quotes = load<u32>(cursor, cursorQuotes);
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd) {
    if (newlineAt == newlinesEnd) {
      const more = nextWindow(cursor, COMMA);
      newlineAt = load<u32>(cursor, cursorNewlineAt);
      newlinesEnd = load<u32>(cursor, cursorNewlinesEnd);
      next = load<u32>(cursor, cursorNext);
      quotes = load<u32>(cursor, cursorQuotes);
      if (!more) break;
    }
    let entries = load<u32>(newlineAt - 4) + 4;
    const lastEntry = load<u32>(newlineAt);
    const newline = load<u32>(lastEntry);
    const from = next;
    const to = contentEnd(newline);
    newlineAt += 4;
    next = newline + 1;
    if (to - from > lineBytesMax) {
      reject(rejects, LINE_TOO_LONG, from, to);
      continue;
    }

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
    if (
      programEnd >= to ||
      timestampEnd == from ||
      hostEnd == timestampEnd + 1 ||
      programEnd == hostEnd + 1
    ) {
      // A body may be empty, but the space before it must be there.
      rejectLine(rejects, BAD_ENVELOPE, from, to);
      continue;
    }
    const payload = payloadOf(program, hostEnd + 1, programEnd - hostEnd - 1);
    if (!payload) {
      rejectLine(rejects, UNKNOWN_PAYLOAD, from, to);
      continue;
    }

    if (quotes && findByte(programEnd, to, QUOTE) != to) {
      const fault = cutQuoted(payload, programEnd + 1, to, offset);
      if (fault) {
        rejectLine(rejects, fault - 1, from, to);
        continue;
      }
    } else {
      while (load<u32>(entries) < programEnd) entries += 4;
      if (((lastEntry - entries) >> 2) + 1 < load<u32>(payload, payloadFieldsMin)) {
        rejectLine(rejects, MISSING_FIELD, from, to);
        continue;
      }
      store<u32>(entries - 4, programEnd);
      store<u32>(lastEntry, to);
      cutAtCommas(payload, entries, offset);
    }
    blankAbsent(payload, offset);
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
