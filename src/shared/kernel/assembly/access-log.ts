// Lines of web servers in the common and combined formats:
//
//   ip ident user [timestamp] "method url protocol" status bytes
//   … "referrer" "user agent"
//
// - `-` is a missing value in every field. Values are kept as written, escapes included.
// - A backslash inside quotes escapes the character after it.
// - The user ends at the first ` [`, so it may hold spaces. What follows the last field behind a
//   space is ignored, since servers are made to append fields.
// - The request's first space ends the method; a last part that begins with `HTTP/` is the
//   protocol; what is between is the URL, spaces included. A request without a space (bytes
//   that never were HTTP) is all URL.

import { QUOTE, SPACE, contentEnd, findByte, findEither, spanOf } from "./bytes";
import { nextWindow } from "./newlines";
import {
  accessCombined,
  accessIdent,
  accessIp,
  accessMethod,
  accessProtocol,
  accessReferrer,
  accessSize,
  accessStatus,
  accessTimestamp,
  accessUrl,
  accessUser,
  accessUserAgent,
  cursorLineBytesMax,
  cursorLineColumn,
  cursorNewlineAt,
  cursorNewlinesEnd,
  cursorNext,
  cursorRejects,
} from "./parse-layout";
import { BAD_ENVELOPE, LINE_TOO_LONG, rejectLine } from "./rejects";

const DASH: u8 = 0x2d;
const OPEN: u8 = 0x5b;
const BACKSLASH: u8 = 0x5c;
const CLOSE: u8 = 0x5d;
/** `HTTP/` as the low five bytes of a word. */
const HTTP: u64 = 0x2f50545448;
const FIVE_BYTES: u64 = 0xffffffffff;

@inline
function write(program: u32, field: u32, offset: u32, from: u32, to: u32): void {
  const column = load<u32>(program + field);
  if (!column) return;
  const missing = to - from == 1 && load<u8>(from) == DASH;
  store<u64>(column + offset, missing ? 0 : spanOf(from, to));
}

/** The quote that closes a field whose text begins at `from`, or `to`. */
@inline
function closingQuote(from: u32, to: u32): u32 {
  let at = findEither(from, to, QUOTE, BACKSLASH);
  while (at < to && load<u8>(at) == BACKSLASH) {
    at = findEither(min(at + 2, to), to, QUOTE, BACKSLASH);
  }
  return at;
}

/** The first `[` after a space in [user, to), or `to`. */
@inline
function openBracket(user: u32, to: u32): u32 {
  let at = findByte(user, to, OPEN);
  while (at < to && (at == user || load<u8>(at - 1) != SPACE)) at = findByte(at + 1, to, OPEN);
  return at;
}

function cutRequest(program: u32, offset: u32, from: u32, to: u32): void {
  const methodEnd = findByte(from, to, SPACE);
  if (methodEnd == to) {
    write(program, accessMethod, offset, from, from);
    write(program, accessUrl, offset, from, to);
    write(program, accessProtocol, offset, from, from);
    return;
  }
  let urlEnd = to - 1;
  while (load<u8>(urlEnd) != SPACE) urlEnd -= 1;
  const isProtocol =
    urlEnd > methodEnd && to - urlEnd > 5 && (load<u64>(urlEnd + 1) & FIVE_BYTES) == HTTP;
  if (!isProtocol) urlEnd = to;
  write(program, accessMethod, offset, from, methodEnd);
  write(program, accessUrl, offset, methodEnd + 1, urlEnd);
  write(program, accessProtocol, offset, min(urlEnd + 1, to), to);
}

/** Cuts one line; false if it is not of the format. */
@inline
function cutLine(program: u32, combined: bool, offset: u32, from: u32, to: u32): bool {
  const ipEnd = findByte(from, to, SPACE);
  if (ipEnd == from || ipEnd == to) return false;
  const identEnd = findByte(ipEnd + 1, to, SPACE);
  if (identEnd == ipEnd + 1 || identEnd == to) return false;
  const open = openBracket(identEnd + 1, to);
  if (open == identEnd + 2) return false;
  const close = findByte(open, to, CLOSE);
  if (to - close < 4 || load<u8>(close, 1) != SPACE || load<u8>(close, 2) != QUOTE) return false;
  const requestEnd = closingQuote(close + 3, to);
  if (to - requestEnd < 4 || load<u8>(requestEnd, 1) != SPACE) return false;
  const statusEnd = findByte(requestEnd + 2, to, SPACE);
  if (statusEnd == requestEnd + 2 || statusEnd == to) return false;
  const sizeEnd = findByte(statusEnd + 1, to, SPACE);
  if (sizeEnd == statusEnd + 1) return false;
  if (combined) {
    if (to - sizeEnd < 6 || load<u8>(sizeEnd, 1) != QUOTE) return false;
    const referrerEnd = closingQuote(sizeEnd + 2, to);
    if (to - referrerEnd < 4) return false;
    if (load<u8>(referrerEnd, 1) != SPACE || load<u8>(referrerEnd, 2) != QUOTE) return false;
    const agentEnd = closingQuote(referrerEnd + 3, to);
    if (agentEnd == to || (agentEnd + 1 < to && load<u8>(agentEnd, 1) != SPACE)) return false;
    write(program, accessReferrer, offset, sizeEnd + 2, referrerEnd);
    write(program, accessUserAgent, offset, referrerEnd + 3, agentEnd);
  }
  write(program, accessIp, offset, from, ipEnd);
  write(program, accessIdent, offset, ipEnd + 1, identEnd);
  write(program, accessUser, offset, identEnd + 1, open - 1);
  write(program, accessTimestamp, offset, open + 1, close);
  cutRequest(program, offset, close + 3, requestEnd);
  write(program, accessStatus, offset, requestEnd + 2, statusEnd);
  write(program, accessSize, offset, statusEnd + 1, sizeEnd);
  return true;
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseAccessLog(cursor: u32, program: u32, capacity: u32): u32 {
  const lineBytesMax = load<u32>(cursor, cursorLineBytesMax);
  const rejects = load<u32>(cursor, cursorRejects);
  const lineColumn = load<u32>(cursor, cursorLineColumn);
  const combined = load<u32>(program, accessCombined) != 0;
  let newlineAt = load<u32>(cursor, cursorNewlineAt);
  let newlinesEnd = load<u32>(cursor, cursorNewlinesEnd);
  let next = load<u32>(cursor, cursorNext);
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd) {
    if (newlineAt == newlinesEnd) {
      const more = nextWindow(cursor);
      newlineAt = load<u32>(cursor, cursorNewlineAt);
      newlinesEnd = load<u32>(cursor, cursorNewlinesEnd);
      if (!more) break;
    }
    const from = next;
    const newline = load<u32>(newlineAt);
    const to = contentEnd(newline);
    newlineAt += 4;
    next = newline + 1;
    if (to - from > lineBytesMax) {
      rejectLine(rejects, LINE_TOO_LONG, from, to);
    } else if (cutLine(program, combined, offset, from, to)) {
      store<u64>(lineColumn + offset, spanOf(from, to));
      offset += 8;
    } else {
      rejectLine(rejects, BAD_ENVELOPE, from, to);
    }
  }
  store<u32>(cursor, newlineAt, cursorNewlineAt);
  store<u32>(cursor, next, cursorNext);
  return offset >> 3;
}
