// The values of a pattern's fields: what they must be, and which columns they are written to.

import { cutRequest } from "./access-fields";
import { isDigits, isStatus, isUser } from "./access-types";
import { isHost, isIpv6, isName } from "./address";
import { COMMA, QUOTE, SPACE, findByte, findEither, haveSameBytes, spanOf } from "./bytes";
import { accessMethod } from "./parse-layout";
import {
  checkCount,
  checkHost,
  checkNone,
  checkNumber,
  checkStatus,
  checkTime,
  checkUser,
  markBytes,
  splitEndpoint,
  splitFirst,
  splitRequest,
  stepCheck,
  stepColumns,
  stepMarks,
  stepMarksEnd,
  stepSplit,
} from "./pattern-layout";

const COLON: u8 = 0x3a;
const POINT: u8 = 0x2e;
const MINUS: u8 = 0x2d;
const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;

/** Digits that a port has at most. */
const PORT_DIGITS: u32 = 5;

/** Whether [from, to) has these bytes. */
@inline
export function isText(from: u32, to: u32, text: u32, bytes: u32): bool {
  return to - from == bytes && haveSameBytes(from, text, bytes);
}

function isMissing(step: u32, from: u32, to: u32): bool {
  const end = load<u32>(step, stepMarksEnd);
  for (let mark = load<u32>(step, stepMarks); mark < end; mark += markBytes) {
    if (isText(from, to, load<u32>(mark), load<u32>(mark, 4))) return true;
  }
  return false;
}

/** Whether [from, to) is a decimal: perhaps a minus, digits, and perhaps a point and more of them. */
function isNumber(from: u32, to: u32): bool {
  const whole = from + u32(from < to && load<u8>(from) == MINUS);
  const point = findByte(whole, to, POINT);
  if (point == whole || !isDigits(whole, point)) return false;
  return point == to || (point + 1 < to && isDigits(point + 1, to));
}

/** Whether [from, to), which has a byte, begins with a letter or a digit and has no bracket and no quote. */
function isLikeTime(from: u32, to: u32): bool {
  const first = u32(load<u8>(from));
  const isFirst = first - 0x30 <= 9 || (first | 0x20) - 0x61 <= 25;
  return isFirst && findEither(from, to, OPEN, QUOTE) == to;
}

function isGood(check: u32, from: u32, to: u32): bool {
  if (check == checkNone) return true;
  if (check == checkUser) return isUser(from, to);
  if (from == to) return false;
  if (check == checkStatus) return to - from == 3 && isStatus(from, to);
  if (check == checkCount) return isDigits(from, to);
  if (check == checkNumber) return isNumber(from, to);
  if (check == checkHost) return isHost(from, to);
  if (check == checkTime) return isLikeTime(from, to);
  return findByte(from, to, SPACE) == to;
}

@inline
function put(step: u32, index: u32, offset: u32, span: u64): void {
  const column = load<u32>(step + (index << 2), stepColumns);
  if (column) store<u64>(column + offset, span);
}

/** Says of the fields of a step that they are missing. */
export function writeMissing(step: u32, offset: u32): void {
  for (let index: u32 = 0; index < 3; index += 1) put(step, index, offset, 0);
}

/** The colon before the digits at the end of [from, to); 0 if there is none. */
function portColon(from: u32, to: u32): u32 {
  let at = to;
  while (at > from && to - at < PORT_DIGITS && u32(load<u8>(at - 1)) - 0x30 <= 9) at -= 1;
  return at < to && at > from && load<u8>(at - 1) == COLON ? at - 1 : 0;
}

/** Writes the host and the port of `host:port`; false if it is none. */
function writeEndpoint(step: u32, offset: u32, from: u32, to: u32): bool {
  const colon = portColon(from, to);
  if (!colon) return false;
  const isBracketed = load<u8>(from) == OPEN && load<u8>(colon - 1) == CLOSE;
  const host = from + u32(isBracketed);
  const hostEnd = colon - u32(isBracketed);
  const isGoodHost = isBracketed ? isIpv6(host, hostEnd) : isName(host, hostEnd) || isIpv6(host, hostEnd);
  if (!isGoodHost) return false;
  put(step, 0, offset, spanOf(host, hostEnd));
  put(step, 1, offset, spanOf(colon + 1, to));
  return true;
}

/** Writes the fields of a step whose value is [from, valueEnd); false if it is no good one. */
export function writeFields(step: u32, offset: u32, from: u32, valueEnd: u32): bool {
  const split = load<u32>(step, stepSplit);
  const to = split == splitFirst ? findEither(from, valueEnd, COMMA, SPACE) : valueEnd;
  if (isMissing(step, from, to)) {
    writeMissing(step, offset);
    return true;
  }
  if (!isGood(load<u32>(step, stepCheck), from, to)) return false;
  if (split == splitEndpoint) return writeEndpoint(step, offset, from, to);
  // The columns of the three parts of a request lie as those of an access log's do.
  if (split == splitRequest) cutRequest(step + stepColumns - accessMethod, offset, from, to);
  else put(step, 0, offset, spanOf(from, to));
  return true;
}
