// Times of a form that the format names: numbers since the epoch, and patterns.
//
// - A number of seconds may have a fraction, which is kept apart; one of smaller units may not. None has a sign.
// - No number is a time in two units: all seconds to the year 2261 are fewer than the milliseconds of 1973,
//   and so on. So a number of the wrong unit is no time, rather than one of January 1970.
// - A pattern is steps that run from left to right, each once, none going back. All of the text is read.
// - Dates, hours, leap seconds and years are held to the rules of `timestamp.ts`.

import { SPACE } from "./bytes";
import { BAD_TIMESTAMP } from "./rejects";
import {
  digitsFour,
  digitsOfCentury,
  digitsShort,
  stepDay,
  stepFraction,
  stepHalf,
  stepHour,
  stepLiteral,
  stepMinute,
  stepMonth,
  stepMonthName,
  stepOffset,
  stepOptional,
  stepSecond,
  stepWeekday,
  stepYear,
  timeBeyond,
  timeLeast,
  timeOrAuto,
  timeStepBytes,
  timeStepCount,
  timeSteps,
  timeUnit,
  timeYear,
} from "./time-layout";
import {
  parsedLocal as timestampIsLocal,
  parsedSeconds as timestampSeconds,
  parseTimestamp,
} from "./timestamp";
import {
  NO_DATE,
  NO_OFFSET,
  fractionEnd,
  isDigit,
  midnightOf,
  monthAt,
  noteFraction,
  noteNanos,
  notedNanos,
  offsetOf,
  twoDigits,
} from "./time-parts";

const ZERO: u32 = 0x30;
/** So many digits always fit into 64 bits. */
const DIGITS_MAX: u32 = 19;
const DAY_SECONDS: i64 = 86400;
const NANOS: u64 = 1_000_000_000;

/** Numbers of the parts of a pattern, u32 each. */
const parts: usize = memory.data(24);

/** Set by the parsers. */
let parsedSeconds: i64 = 0;
let parsedLocal: bool = false;

/** Set by the steps of a pattern; the hour's half is 0 if there is none, 1 in the morning, 2 behind noon. */
let half: u32 = 0;
/** 1 is Monday; 0 if there is none. */
let weekday: u32 = 0;
let east: i32 = 0;

@inline
function part(kind: u32): u32 {
  return load<u32>(parts + (kind << 2));
}

function parseEpoch(program: u32, ptr: u32, end: u32): bool {
  let at = ptr;
  while (at < end && load<u8>(at) == ZERO) at += 1;
  const first = at;
  let value: u64 = 0;
  while (at < end && isDigit(load<u8>(at))) {
    value = value * 10 + (u64(load<u8>(at)) - ZERO);
    at += 1;
  }
  if (at == ptr || at - first > DIGITS_MAX) return false;
  const unit = load<u64>(program, timeUnit);
  if (value < load<u64>(program, timeLeast) || value >= load<u64>(program, timeBeyond)) return false;
  if (unit == 1) at = fractionEnd(at, end);
  else noteNanos(u32((value % unit) * (NANOS / unit)));
  parsedSeconds = i64(value / unit);
  parsedLocal = false;
  return at == end;
}

/** Reads the number at `at`; returns where it ends, 0 if there is none. */
function readNumber(kind: u32, written: u32, at: u32, end: u32): u32 {
  let value: u32 = 0;
  if (written == digitsShort) {
    const from = u32(at < end && load<u8>(at) == SPACE) + at;
    if (from == end || !isDigit(load<u8>(from))) return 0;
    const isLong = from == at && from + 1 < end && isDigit(load<u8>(from, 1));
    value = isLong ? twoDigits(from) : u32(load<u8>(from)) - ZERO;
    at = from + 1 + u32(isLong);
  } else {
    const bytes: u32 = written == digitsFour ? 4 : 2;
    if (end - at < bytes) return 0;
    value = twoDigits(at);
    if (bytes == 4) {
      const low = twoDigits(at + 2);
      if (low > 99) return 0;
      value = value * 100 + low;
    } else if (written == digitsOfCentury) {
      if (value > 99) return 0;
      value += 2000;
    }
    at += bytes;
  }
  store<u32>(parts + (kind << 2), value);
  return at;
}

function readFraction(digits: u32, at: u32, end: u32): u32 {
  const from = at;
  while (at < end && isDigit(load<u8>(at)) && (digits == 0 || at - from < digits)) at += 1;
  noteFraction(from, at);
  return at == from || (digits != 0 && at - from != digits) ? 0 : at;
}

function readOffset(at: u32, end: u32): u32 {
  let to = at + 1;
  if (at < end && (load<u8>(at) | 0x20) != 0x7a) {
    to = at + 3;
    const colon = u32(to < end && load<u8>(to) == 0x3a);
    if (to + colon + 2 <= end && twoDigits(to + colon) < 100) to += colon + 2;
  }
  if (to > end) return 0;
  east = offsetOf(at, to);
  return east == NO_OFFSET ? 0 : to;
}

/** The names of RFC 2822, `UTC` and `Z`; the meaning of others depends on who wrote them. */
function readZone(at: u32, end: u32): u32 {
  const from = at;
  while (at < end && u32(load<u8>(at)) - 0x41 < 26) at += 1;
  const bytes = at - from;
  if (bytes == 0 || bytes > 3) return 0;
  const name = load<u32>(from) & ((1 << (bytes << 3)) - 1);
  east = 0;
  // UTC, GMT, UT, Z.
  if (name == 0x435455 || name == 0x544d47 || name == 0x5455 || name == 0x5a) return at;
  // A letter, S or D, and T.
  const rest = name >> 8;
  if (rest != 0x5453 && rest != 0x5444) return 0;
  const letter = name & 0xff;
  if (letter == 0x45) east = -5;
  else if (letter == 0x43) east = -6;
  else if (letter == 0x4d) east = -7;
  else if (letter == 0x50) east = -8;
  else return 0;
  east = (east + i32(rest == 0x5444)) * 3600;
  return at;
}

/** 1 to 7 from Monday on, or 0: the day of three letters. */
function weekdayAt(at: u32): u32 {
  const name = load<u32>(at) & 0xffffff;
  if (name == 0x6e6f4d) return 1;
  if (name == 0x657554) return 2;
  if (name == 0x646557) return 3;
  if (name == 0x756854) return 4;
  if (name == 0x697246) return 5;
  if (name == 0x746153) return 6;
  return name == 0x6e7553 ? 7 : 0;
}

/** Reads what a step says at `at`; returns where it ends, 0 if something else is there. */
function runStep(kind: u32, value: u32, at: u32, end: u32): u32 {
  if (kind <= u32(stepSecond)) return readNumber(kind, value, at, end);
  if (kind == stepLiteral) return at < end && load<u8>(at) == value ? at + 1 : 0;
  if (kind == stepFraction) return readFraction(value, at, end);
  if (kind == stepOffset) return readOffset(at, end);
  if (kind == stepHalf) {
    if (end - at < 2 || (load<u8>(at, 1) | 0x20) != 0x6d) return 0;
    const letter = load<u8>(at) | 0x20;
    half = letter == 0x61 ? 1 : letter == 0x70 ? 2 : 0;
    return half ? at + 2 : 0;
  }
  if (kind == stepMonthName || kind == stepWeekday) {
    if (end - at < 3) return 0;
    if (kind == stepWeekday) {
      weekday = weekdayAt(at);
      return weekday ? at + 3 : 0;
    }
    const month = monthAt(at);
    store<u32>(parts + (stepMonth << 2), month);
    return month ? at + 3 : 0;
  }
  return readZone(at, end);
}

function runSteps(program: u32, at: u32, end: u32): bool {
  let step = program + timeSteps;
  const last = step + load<u32>(program, timeStepCount) * timeStepBytes;
  while (step < last) {
    const kind = u32(load<u8>(step));
    const value = u32(load<u8>(step, 1));
    step += timeStepBytes;
    if (kind == stepOptional) {
      // What begins with anything else than a literal is the last of the pattern.
      const isOther = load<u8>(step) == stepLiteral && load<u8>(at) != load<u8>(step, 1);
      if (at == end || isOther) step += value * timeStepBytes;
      continue;
    }
    at = runStep(kind, value, at, end);
    if (!at) return false;
  }
  return at == end;
}

function parsePattern(program: u32, ptr: u32, end: u32): bool {
  memory.fill(parts, 0, 24);
  noteNanos(0);
  store<u32>(parts + (stepYear << 2), load<u32>(program, timeYear));
  half = 0;
  weekday = 0;
  east = NO_OFFSET;
  if (!runSteps(program, ptr, end)) return false;
  const midnight = midnightOf(part(stepYear), part(stepMonth), part(stepDay));
  let hours = part(stepHour);
  if (half) {
    if (hours - 1 > 11) return false;
    hours = (hours % 12) + (half == 2 ? 12 : 0);
  }
  const minutes = part(stepMinute);
  const seconds = part(stepSecond);
  if (midnight == NO_DATE || hours > 23 || minutes > 59 || seconds > 60) return false;
  // The first of January 1970 was a Thursday.
  if (weekday && weekday != u32((midnight / DAY_SECONDS + 3) % 7) + 1) return false;
  parsedSeconds = midnight + i64(hours * 3600 + minutes * 60 + min(seconds, 59));
  parsedLocal = east == NO_OFFSET;
  if (!parsedLocal) parsedSeconds -= i64(east);
  return true;
}

/** Reads a time by its pattern, or as `decodeTimestamps` does where it may be such. */
function parseWritten(program: u32, ptr: u32, end: u32): bool {
  if (parsePattern(program, ptr, end)) return true;
  if (!load<u32>(program, timeOrAuto) || ptr == end || !parseTimestamp(ptr, end - ptr)) return false;
  parsedSeconds = timestampSeconds;
  parsedLocal = timestampIsLocal;
  return true;
}

/** As `decodeTimestamps`, of times that the program says how to read. */
export function decodeTimes(
  program: u32,
  spans: u32,
  n: u32,
  seconds: u32,
  local: u32,
  status: u32,
  nanos: u32,
): u32 {
  const isPattern = load<u32>(program, timeStepCount) != 0;
  let locals: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const ptr = u32(span);
    const end = ptr + u32(span >> 32);
    const isTime = isPattern ? parseWritten(program, ptr, end) : parseEpoch(program, ptr, end);
    store<i64>(seconds + (i << 3), isTime ? parsedSeconds : 0);
    store<u8>(local + i, u8(isTime && parsedLocal));
    locals += u32(isTime && parsedLocal);
    if (nanos) store<u32>(nanos + (i << 2), isTime ? notedNanos() : 0);
    if (!isTime && !load<u8>(status + i)) store<u8>(status + i, u8(BAD_TIMESTAMP + 1));
  }
  return locals;
}
