// Envelopes of syslog around lines of any format.
//
// - RFC 3164, with and without its priority: `<PRI>Mmm dd hh:mm:ss host tag[pid]: body`; the time may be as ISO 8601
//   has it, which is what rsyslog writes. The tag ends with a colon: without one, who could say what is the program?
//   A program may have spaces in its name, as on macOS, if its number stands behind it.
// - RFC 5424: `<PRI>1 time host program pid msgid data body`, where a dash is a missing value.
// - The template `time host program body` of rsyslog, in which the program may be a tag.
//
// A payload is chosen by the program. What the envelope says is written first, so that a field of the body that
// has the same name goes before it.

import { isHost } from "./address";
import { SPACE, contentEnd, findByte, findEither, isBlank, spanOf } from "./bytes";
import { equalBytes } from "./hash";
import { cutInner } from "./inner";
import { keepLine, lineFrom, lineNewline, nextLine, rejectThis } from "./line-loop";
import { BAD_ENVELOPE, BLANK, UNKNOWN_PAYLOAD } from "./rejects";
import { clearParams, readStructuredData } from "./structured-data";
import {
  bodyAbsent,
  bodyAbsentCount,
  bodyBytes,
  bodyKind,
  bodyName,
  bodyNameLength,
  bodyProgram,
  rules3164,
  rules5424,
  rulesTemplate,
  syslogFacility,
  syslogHost,
  syslogMessage,
  syslogMsgid,
  syslogNames,
  syslogParamCount,
  syslogPayloadCount,
  syslogPayloads,
  syslogPid,
  syslogProgram,
  syslogRules,
  syslogSeverity,
  syslogTimestamp,
} from "./syslog-layout";
import {
  PRIORITIES,
  SHORT_TIME,
  forgetPriority,
  isIsoTime,
  isShortTime,
  priority,
  priorityEnd,
} from "./syslog-parts";
import { isDigit } from "./time-parts";

const LESS: u8 = 0x3c;
const DASH: u8 = 0x2d;
const COLON: u8 = 0x3a;
const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;
const ONE: u8 = 0x31;
const SEVERITIES: u32 = 8;
/** Bytes of a tag, by RFC 3164. */
const TAG_MAX: u32 = 32;

// What an envelope says, set by its reader: spans, 0 for what is missing.
let timestamp: u64 = 0;
let host: u64 = 0;
let programName: u64 = 0;
let pid: u64 = 0;
let msgid: u64 = 0;
let bodyFrom: u32 = 0;

/** Reads the tag [from, to), `program:` or `program[pid]:`. */
function readTag(from: u32, to: u32): bool {
  if (to - from < 2 || load<u8>(to - 1) != COLON) return false;
  let end = to - 1;
  const open = findByte(from, end, OPEN);
  if (open < end) {
    const close = end - 1;
    if (load<u8>(close) != CLOSE || close <= open + 1) return false;
    if (findEither(open + 1, close, OPEN, CLOSE) != close) return false;
    pid = spanOf(open + 1, close);
    end = open;
  }
  programName = spanOf(from, end);
  return end > from && findByte(from, end, CLOSE) == end;
}

/**
 * Reads the tag at `from` of a program with spaces in its name, `Some App[pid]:`. Nothing but the number tells it from a
 * text, so it is one only with digits, before any other bracket or colon, and within the bytes of a tag.
 */
function readSpacedTag(from: u32, to: u32): bool {
  const most = min(to, from + TAG_MAX + 1);
  const open = findByte(from, most, OPEN);
  if (open == most || open == from || findEither(from, open, COLON, CLOSE) != open) return false;
  if (load<u8>(from) == SPACE || load<u8>(open - 1) == SPACE) return false;
  let close = open + 1;
  while (close < to && isDigit(load<u8>(close))) close += 1;
  const end = close + 2;
  if (close == open + 1 || end > to) return false;
  if (load<u8>(close) != CLOSE || load<u8>(close, 1) != COLON) return false;
  if (end < to && load<u8>(end) != SPACE) return false;
  programName = spanOf(from, open);
  pid = spanOf(open + 1, close);
  bodyFrom = min(end + 1, to);
  return true;
}

function read3164(from: u32, to: u32): bool {
  let at = from;
  if (load<u8>(from) == LESS) {
    at = priorityEnd(from, to);
    if (!at) return false;
  }
  if (to - at <= SHORT_TIME) return false;
  const isIso = isDigit(load<u8>(at));
  const timeEnd = isIso ? findByte(at, to, SPACE) : at + SHORT_TIME;
  if (isIso ? !isIsoTime(at, timeEnd) : !isShortTime(at)) return false;
  const hostFrom = timeEnd + 1;
  if (hostFrom >= to) return false;
  const hostEnd = findByte(hostFrom, to, SPACE);
  if (hostEnd >= to || !isHost(hostFrom, hostEnd)) return false;
  const tagEnd = findByte(hostEnd + 1, to, SPACE);
  timestamp = spanOf(at, timeEnd);
  host = spanOf(hostFrom, hostEnd);
  bodyFrom = min(tagEnd + 1, to);
  return readTag(hostEnd + 1, tagEnd) || readSpacedTag(hostEnd + 1, to);
}

/** Set by `nextWord`: where the word ends, which is 0 where there is none. */
let wordEnd: u32 = 0;

/** The word at `from`, which a space ends; 0 for a dash, which is a missing one. */
function nextWord(from: u32, to: u32): u64 {
  const end = from < to ? findByte(from, to, SPACE) : to;
  wordEnd = end >= to || end == from ? 0 : end;
  if (!wordEnd) return 0;
  return end - from == 1 && load<u8>(from) == DASH ? 0 : spanOf(from, end);
}

@inline
function isWord(span: u64, byTime: bool): bool {
  if (!span) return true;
  const from = u32(span);
  const to = from + u32(span >> 32);
  return byTime ? isIsoTime(from, to) : isHost(from, to);
}

function read5424(cursor: u32, program: u32, from: u32, to: u32, offset: u32): bool {
  let at = priorityEnd(from, to);
  if (!at || to - at < 2 || load<u8>(at) != ONE || load<u8>(at, 1) != SPACE) return false;
  timestamp = nextWord(at + 2, to);
  if (!wordEnd) return false;
  host = nextWord(wordEnd + 1, to);
  if (!wordEnd) return false;
  programName = nextWord(wordEnd + 1, to);
  if (!wordEnd) return false;
  pid = nextWord(wordEnd + 1, to);
  if (!wordEnd) return false;
  msgid = nextWord(wordEnd + 1, to);
  if (!wordEnd) return false;
  if (!isWord(timestamp, true) || !isWord(host, false)) return false;
  at = readStructuredData(cursor, program, wordEnd + 1, to, offset);
  if (!at || (at < to && load<u8>(at) != SPACE)) return false;
  at = min(at + 1, to);
  // A byte order mark says that the body is UTF-8.
  if (to - at >= 3 && (load<u32>(at) & 0xffffff) == 0xbfbbef) at += 3;
  bodyFrom = at;
  return true;
}

/** The payload of a program's name, or 0. */
function payloadOf(program: u32, from: u32, to: u32): u32 {
  let payload = load<u32>(program, syslogPayloads);
  for (let left = load<u32>(program, syslogPayloadCount); left > 0; left -= 1) {
    const name = load<u32>(payload, bodyName);
    const bytes = load<u32>(payload, bodyNameLength);
    if (!name || (bytes == to - from && equalBytes(from, name, bytes))) return payload;
    payload += bodyBytes;
  }
  return 0;
}

/** Where the program ends that is written as the tag [from, to), with or without `:`, `[pid]` or both. */
function tagProgramEnd(from: u32, to: u32): u32 {
  const end = to - u32(load<u8>(to - 1) == COLON);
  if (end > from + 1 && load<u8>(end - 1) == CLOSE) {
    const close = end - 1;
    let start = from;
    for (let at = findByte(from, close, CLOSE); at < close; at = findByte(start, close, CLOSE)) {
      start = at + 1;
    }
    const open = findByte(start, close, OPEN);
    if (open + 1 < close) return open;
  }
  return end;
}

/** Reads the template's envelope; the payload, or 0. */
function readTemplate(program: u32, from: u32, to: u32): u32 {
  programName = 0;
  timestamp = nextWord(from, to);
  if (!wordEnd) return 0;
  timestamp = spanOf(from, wordEnd);
  const hostFrom = wordEnd + 1;
  nextWord(hostFrom, to);
  if (!wordEnd) return 0;
  host = spanOf(hostFrom, wordEnd);
  const tag = wordEnd + 1;
  nextWord(tag, to);
  if (!wordEnd) return 0;
  bodyFrom = wordEnd + 1;
  if (bodyFrom < to && load<u8>(bodyFrom) == SPACE) bodyFrom += 1;
  let end = wordEnd;
  let payload = payloadOf(program, tag, end);
  if (!payload) {
    end = tagProgramEnd(tag, end);
    payload = payloadOf(program, tag, end);
  }
  programName = spanOf(tag, end);
  return payload;
}

@inline
function write(program: u32, field: u32, offset: u32, span: u64): void {
  const column = load<u32>(program + field);
  if (column) store<u64>(column + offset, span);
}

function writeEnvelope(program: u32, offset: u32, to: u32): void {
  write(program, syslogTimestamp, offset, timestamp);
  write(program, syslogHost, offset, host);
  write(program, syslogProgram, offset, programName);
  write(program, syslogPid, offset, pid);
  write(program, syslogMsgid, offset, msgid);
  write(program, syslogMessage, offset, spanOf(bodyFrom, to));
  const names = load<u32>(program, syslogNames);
  const isKnown = priority < PRIORITIES;
  const severity = names + ((priority % SEVERITIES) << 3);
  const facility = names + ((SEVERITIES + priority / SEVERITIES) << 3);
  write(program, syslogSeverity, offset, isKnown ? load<u64>(severity) : 0);
  write(program, syslogFacility, offset, isKnown ? load<u64>(facility) : 0);
}

/** Reads the envelope of a line by the rules that it is of; whether it is one. */
function readEnvelope(cursor: u32, program: u32, from: u32, to: u32, offset: u32): bool {
  const rules = load<u32>(program, syslogRules);
  if (load<u32>(program, syslogParamCount)) clearParams(program, offset);
  let is5424 = rules == rules5424;
  if ((rules & rules5424) != 0 && (rules & rules3164) != 0) {
    const end = priorityEnd(from, to);
    is5424 = end != 0 && load<u8>(end) == ONE && load<u8>(end, 1) == SPACE;
    forgetPriority();
  }
  return is5424 ? read5424(cursor, program, from, to, offset) : read3164(from, to);
}

/** Cuts the line at `from`; 0, or 1 + why it is rejected. */
function cutSyslogLine(cursor: u32, program: u32, from: u32, newline: u32, offset: u32): u32 {
  const to = max(from, contentEnd(newline));
  if (isBlank(from, to)) return BLANK + 1;
  forgetPriority();
  pid = 0;
  msgid = 0;
  let payload: u32 = 0;
  if (load<u32>(program, syslogRules) == rulesTemplate) {
    payload = readTemplate(program, from, to);
    if (!programName) return BAD_ENVELOPE + 1;
  } else {
    if (!readEnvelope(cursor, program, from, to, offset)) return BAD_ENVELOPE + 1;
    const name = u32(programName);
    payload = payloadOf(program, name, name + u32(programName >> 32));
  }
  if (!payload) return UNKNOWN_PAYLOAD + 1;
  writeEnvelope(program, offset, to);
  let absent = load<u32>(payload, bodyAbsent);
  for (let left = load<u32>(payload, bodyAbsentCount); left > 0; left -= 1) {
    store<u64>(load<u32>(absent) + offset, 0);
    absent += 4;
  }
  const kind = load<u32>(payload, bodyKind);
  return cutInner(cursor, kind, load<u32>(payload, bodyProgram), bodyFrom, newline, offset);
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseSyslog(cursor: u32, program: u32, capacity: u32): u32 {
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd && nextLine(cursor)) {
    const fault = cutSyslogLine(cursor, program, lineFrom, lineNewline, offset);
    if (fault) rejectThis(cursor, fault - 1);
    else {
      keepLine(cursor, offset);
      offset += 8;
    }
  }
  return offset >> 3;
}
