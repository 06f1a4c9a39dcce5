// Parts of a syslog envelope that both RFCs have: the priority, and times.

import { SPACE } from "./bytes";
import { isDigit, monthAt, twoDigits } from "./time-parts";

const LESS: u8 = 0x3c;
const MORE: u8 = 0x3e;
const DASH: u8 = 0x2d;
const COLON: u8 = 0x3a;
const ZERO: u32 = 0x30;
/** Priorities are below; this is none. */
export const PRIORITIES: u32 = 192;
/** Bytes of `Mmm dd hh:mm:ss`. */
export const SHORT_TIME: u32 = 15;

/** Set by `priorityEnd`. */
export let priority: u32 = PRIORITIES;

export function forgetPriority(): void {
  priority = PRIORITIES;
}

/** Reads `<PRI>`; returns where it ends, or 0. */
export function priorityEnd(from: u32, to: u32): u32 {
  if (load<u8>(from) != LESS) return 0;
  let at = from + 1;
  let value: u32 = 0;
  while (at < to && at - from <= 3 && isDigit(load<u8>(at))) {
    value = value * 10 + (u32(load<u8>(at)) - ZERO);
    at += 1;
  }
  const isPadded = at - from > 2 && u32(load<u8>(from + 1)) == ZERO;
  if (at == from + 1 || isPadded || at >= to || load<u8>(at) != MORE) return 0;
  if (value >= PRIORITIES) return 0;
  priority = value;
  return at + 1;
}

/** Whether `hh:mm:ss` is at `at`. */
@inline
function isClock(at: u32): bool {
  return (
    twoDigits(at) < 100 &&
    load<u8>(at, 2) == COLON &&
    twoDigits(at + 3) < 100 &&
    load<u8>(at, 5) == COLON &&
    twoDigits(at + 6) < 100
  );
}

/** Whether [from, to) begins as a time of ISO 8601 does; whether there is such a time is asked by who needs it. */
export function isIsoTime(from: u32, to: u32): bool {
  return (
    to - from >= 19 &&
    twoDigits(from) < 100 &&
    twoDigits(from + 2) < 100 &&
    load<u8>(from, 4) == DASH &&
    twoDigits(from + 5) < 100 &&
    load<u8>(from, 7) == DASH &&
    twoDigits(from + 8) < 100 &&
    (load<u8>(from, 10) | 0x20) == 0x74 &&
    isClock(from + 11)
  );
}

/** Whether `Mmm dd hh:mm:ss` is at `at`, and a space behind it. */
export function isShortTime(at: u32): bool {
  const tens = u32(load<u8>(at, 4));
  return (
    monthAt(at) != 0 &&
    load<u8>(at, 3) == SPACE &&
    (tens == u32(SPACE) || tens - ZERO <= 3) &&
    isDigit(load<u8>(at, 5)) &&
    load<u8>(at, 6) == SPACE &&
    isClock(at + 7) &&
    load<u8>(at, SHORT_TIME) == SPACE
  );
}

