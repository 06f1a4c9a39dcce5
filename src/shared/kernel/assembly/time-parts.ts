// The parts of written times that all forms share: digits, dates, names of months, fractions, offsets.

/** The last is the last whole year that 64 bits of nanoseconds hold, as other systems keep time. */
const YEAR_FIRST: u32 = 1970;
const YEAR_LAST: u32 = 2261;
const DAY_SECONDS: i64 = 86400;

/** What there is no date, and no offset. */
export const NO_DATE: i64 = i64.MIN_VALUE;
export const NO_OFFSET: i32 = i32.MIN_VALUE;

@inline
export function isDigit(byte: u32): bool {
  return byte - 0x30 <= 9;
}

/** The two digits at `at`, or more than 99 if they are none. */
@inline
export function twoDigits(at: u32): u32 {
  const tens = u32(load<u8>(at));
  const ones = u32(load<u8>(at, 1));
  return isDigit(tens) && isDigit(ones) ? (tens - 0x30) * 10 + (ones - 0x30) : 100;
}

/** Days from 1970-01-01 to a date (Hinnant, "chrono-compatible low-level date algorithms"). */
function daysOf(year: i32, month: i32, day: i32): i64 {
  const y = month <= 2 ? year - 1 : year;
  const era = (y >= 0 ? y : y - 399) / 400;
  const yearOfEra = y - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return i64(era) * 146097 + i64(dayOfEra) - 719468;
}

function daysInMonth(year: i32, month: i32): i32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Seconds from the epoch to the date's midnight, or `NO_DATE`. */
export function midnightOf(year: u32, month: u32, day: u32): i64 {
  if (year - YEAR_FIRST > YEAR_LAST - YEAR_FIRST || month - 1 > 11 || day - 1 >= u32(daysInMonth(year, month))) {
    return NO_DATE;
  }
  return daysOf(year, month, day) * DAY_SECONDS;
}

/** 1 to 12, or 0: the month of three letters as servers write it. */
export function monthAt(at: u32): u32 {
  const name = load<u32>(at) & 0xffffff;
  if (name == 0x6e614a) return 1;
  if (name == 0x626546) return 2;
  if (name == 0x72614d) return 3;
  if (name == 0x727041) return 4;
  if (name == 0x79614d) return 5;
  if (name == 0x6e754a) return 6;
  if (name == 0x6c754a) return 7;
  if (name == 0x677541) return 8;
  if (name == 0x706553) return 9;
  if (name == 0x74634f) return 10;
  if (name == 0x766f4e) return 11;
  return name == 0x636544 ? 12 : 0;
}

/** The digits of the fraction that was read last, if it was written as such; made a number only if somebody asks. */
let digitsFrom: u32 = 0;
let digitsTo: u32 = 0;
let givenNanos: u32 = 0;

/** What was read last has a fraction whose digits are in [at, end). */
@inline
export function noteFraction(at: u32, end: u32): void {
  digitsFrom = at;
  digitsTo = end;
}

/** What was read last has so many nanoseconds. */
@inline
export function noteNanos(nanos: u32): void {
  digitsFrom = 0;
  givenNanos = nanos;
}

/** Nanoseconds of the second that was read last; further digits are cut. */
export function notedNanos(): u32 {
  if (!digitsFrom) return givenNanos;
  let nanos: u32 = 0;
  for (let place: u32 = 0; place < 9; place += 1) {
    const at = digitsFrom + place;
    nanos = nanos * 10 + (at < digitsTo ? u32(load<u8>(at)) - 0x30 : 0);
  }
  return nanos;
}

/** Where a fraction that may be at `at` ends; 0 if it has no digits. */
@inline
export function fractionEnd(at: u32, end: u32): u32 {
  noteNanos(0);
  if (at == end || (load<u8>(at) != 0x2e && load<u8>(at) != 0x2c)) return at;
  const digits = at + 1;
  at = digits;
  while (at < end && isDigit(load<u8>(at))) at += 1;
  noteFraction(digits, at);
  return at == digits ? 0 : at;
}

/** Seconds east of UTC of an offset (`Z`, `z`, ±hh, ±hhmm, ±hh:mm) that fills [at, end), or `NO_OFFSET`. */
export function offsetOf(at: u32, end: u32): i32 {
  const bytes = end - at;
  const sign = load<u8>(at);
  if (bytes == 1 && (sign == 0x5a || sign == 0x7a)) return 0;
  if (sign != 0x2b && sign != 0x2d) return NO_OFFSET;
  if (bytes != 3 && bytes != 5 && !(bytes == 6 && load<u8>(at, 3) == 0x3a)) return NO_OFFSET;
  const hours = twoDigits(at + 1);
  const minutes = bytes == 3 ? 0 : twoDigits(end - 2);
  if (hours > 23 || minutes > 59) return NO_OFFSET;
  const offset = i32(hours * 3600 + minutes * 60);
  return sign == 0x2b ? offset : -offset;
}
