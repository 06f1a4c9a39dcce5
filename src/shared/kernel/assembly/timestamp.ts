// Timestamps as seconds since the Unix epoch, where a format says nothing of their form (those that it says
// something of are in `time-forms.ts`). Two forms are read:
//
//   2011-06-30T00:00:03.25-07:00   ISO 8601 / RFC 3339: T, t or a space; the time, or its seconds,
//                                  or the fraction (`.` or `,`), or the offset (Z, z, ±hh, ±hhmm,
//                                  ±hh:mm) may be left out
//   30/Jun/2011:00:00:03.25 -0700  Apache's common log format; fraction and offset may be left out
//
// - Every part has all its digits (`2011-0-21` is no date), dates must exist. Fractions are kept apart from the seconds.
// - Years are 1970 to 2261. Every other time would be a bucket of its own for whoever makes it up.
// - A leap second (60) counts as the second before it, so that it stays in its hour, day and month.
// - Without an offset the result is the local time as if it were UTC, and `local` says so; the
//   caller knows the zone.
//
// Neighbouring lines mostly share the date and what is behind the time; both are remembered as
// bytes, and the fast path compares them and reads the time alone.

import { BAD_TIMESTAMP } from "./rejects";
import {
  NO_DATE,
  NO_OFFSET,
  fractionEnd,
  midnightOf,
  monthAt,
  noteNanos,
  notedNanos,
  offsetOf,
  twoDigits,
} from "./time-parts";

/** Set by the parsers. */
export let parsedSeconds: i64 = 0;
export let parsedLocal: bool = false;

/** Reads an offset that fills [at, end) into `parsedSeconds` and `parsedLocal`. */
function readOffset(at: u32, end: u32): bool {
  parsedLocal = at == end;
  if (parsedLocal) return true;
  const east = offsetOf(at, end);
  parsedSeconds -= i64(east);
  return east != NO_OFFSET;
}

/** Seconds of the day of `hh:mm:ss` at `at`, or more than a day has. */
@inline
function timeAt(at: u32): u32 {
  const hours = twoDigits(at);
  const minutes = twoDigits(at + 3);
  const seconds = twoDigits(at + 6);
  if (load<u8>(at, 2) != 0x3a || load<u8>(at, 5) != 0x3a) return 86400;
  if (hours > 23 || minutes > 59 || seconds > 60) return 86400;
  return hours * 3600 + minutes * 60 + min(seconds, 59);
}

function parseIso(ptr: u32, bytes: u32): bool {
  if (bytes < 10 || load<u8>(ptr, 4) != 0x2d || load<u8>(ptr, 7) != 0x2d) return false;
  const century = twoDigits(ptr);
  const years = twoDigits(ptr + 2);
  if (century > 99 || years > 99) return false;
  parsedSeconds = midnightOf(century * 100 + years, twoDigits(ptr + 5), twoDigits(ptr + 8));
  if (parsedSeconds == NO_DATE) return false;
  const end = ptr + bytes;
  let at = ptr + 10;
  parsedLocal = true;
  if (at == end) return true;
  const separator = load<u8>(at);
  if (separator != 0x54 && separator != 0x74 && separator != 0x20) return false;
  at += 1;
  if (end - at < 5) return false;
  if (end - at >= 8 && load<u8>(at, 5) == 0x3a) {
    const time = timeAt(at);
    if (time >= 86400) return false;
    parsedSeconds += i64(time);
    at = fractionEnd(at + 8, end);
    if (!at) return false;
  } else {
    const hours = twoDigits(at);
    const minutes = twoDigits(at + 3);
    if (load<u8>(at, 2) != 0x3a || hours > 23 || minutes > 59) return false;
    parsedSeconds += i64(hours * 3600 + minutes * 60);
    at += 5;
  }
  return readOffset(at, end);
}

function parseApache(ptr: u32, bytes: u32): bool {
  if (bytes < 20 || load<u8>(ptr, 2) != 0x2f || load<u8>(ptr, 6) != 0x2f) return false;
  const century = twoDigits(ptr + 7);
  const years = twoDigits(ptr + 9);
  if (century > 99 || years > 99 || load<u8>(ptr, 11) != 0x3a) return false;
  const midnight = midnightOf(century * 100 + years, monthAt(ptr + 3), twoDigits(ptr));
  const time = timeAt(ptr + 12);
  if (midnight == NO_DATE || time >= 86400) return false;
  parsedSeconds = midnight + i64(time);
  const end = ptr + bytes;
  const at = fractionEnd(ptr + 20, end);
  if (!at) return false;
  if (at == end) return readOffset(end, end);
  if (at + 1 == end || load<u8>(at) != 0x20) return false;
  return readOffset(at + 1, end);
}

export function parseTimestamp(ptr: u32, bytes: u32): bool {
  noteNanos(0);
  return parseIso(ptr, bytes) || parseApache(ptr, bytes);
}

/** Where the time begins in the two forms. */
const ISO_TIME: u32 = 11;
const APACHE_TIME: u32 = 12;
/** No timestamp is so long. */
const NO_BYTES: u32 = u32.MAX_VALUE;

/**
 * Seconds of `hh:mm:ss`, given as a word, or 86400 and more. Digits are checked by what carries
 * into their high nibbles.
 */
@inline
function timeOfWord(word: u64): u32 {
  const digits = word ^ 0x30303a30303a3030;
  if (((digits + 0x0606_0006_0600_0606) | digits) & 0xf0f0_fff0_f0ff_f0f0) return 86400;
  const pairs = u64(digits * 10 + (digits >> 8));
  const hours = u32(pairs) & 0xff;
  const minutes = u32(pairs >> 24) & 0xff;
  const seconds = u32(pairs >> 48) & 0xff;
  if (hours > 23 || minutes > 59 || seconds > 60) return 86400;
  return hours * 3600 + minutes * 60 + min(seconds, 59);
}

/**
 * Decodes a column: `seconds[i]`, and `local[i]` = 1 if it is a local time. What is no timestamp
 * (an empty value too) gets the status `bad_timestamp`. Returns the number of local times.
 * @param nanos u32 a line, the nanoseconds of its second; 0 where nobody asks
 */
export function decodeTimestamps(
  spans: u32,
  n: u32,
  seconds: u32,
  local: u32,
  status: u32,
  nanos: u32,
): u32 {
  let locals: u32 = 0;
  // What was read last: its length, its first bytes up to the time, its bytes behind the time, and
  // what these stand for.
  let length = NO_BYTES;
  let timeAt: u32 = 0;
  let head: u64 = 0;
  let tail: u64 = 0;
  let rest: u64 = 0;
  let restMask: u64 = 0;
  let midnight: i64 = 0;
  let isLocal: u32 = 0;
  let fraction: u32 = 0;
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const ptr = u32(span);
    const bytes = u32(span >> 32);
    if (bytes == length) {
      const time = timeOfWord(load<u64>(ptr + timeAt));
      if (
        time < 86400 &&
        load<u64>(ptr) == head &&
        load<u64>(ptr + timeAt - 8) == tail &&
        (load<u64>(ptr + timeAt + 8) & restMask) == rest
      ) {
        store<i64>(seconds + (i << 3), midnight + i64(time));
        store<u8>(local + i, u8(isLocal));
        locals += isLocal;
        if (nanos) store<u32>(nanos + (i << 2), fraction);
        continue;
      }
    }
    if (bytes != 0 && parseTimestamp(ptr, bytes)) {
      isLocal = u32(parsedLocal);
      store<i64>(seconds + (i << 3), parsedSeconds);
      store<u8>(local + i, u8(isLocal));
      locals += isLocal;
      if (nanos) {
        fraction = notedNanos();
        store<u32>(nanos + (i << 2), fraction);
      }
      timeAt = load<u8>(ptr, 2) == 0x2f ? APACHE_TIME : ISO_TIME;
      const restBytes = bytes - timeAt - 8;
      const time = timeOfWord(load<u64>(ptr + timeAt));
      length = NO_BYTES;
      if (restBytes > 8 || time >= 86400) continue;
      length = bytes;
      head = load<u64>(ptr);
      tail = load<u64>(ptr + timeAt - 8);
      restMask = restBytes ? u64.MAX_VALUE >> (64 - (restBytes << 3)) : 0;
      rest = load<u64>(ptr + timeAt + 8) & restMask;
      midnight = parsedSeconds - i64(time);
    } else {
      store<i64>(seconds + (i << 3), 0);
      store<u8>(local + i, 0);
      if (nanos) store<u32>(nanos + (i << 2), 0);
      if (!load<u8>(status + i)) store<u8>(status + i, u8(BAD_TIMESTAMP + 1));
    }
  }
  return locals;
}
