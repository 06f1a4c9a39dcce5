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

import {
  QUOTE,
  SPACE,
  contentEnd,
  equalBits,
  equalBitsAt,
  findByte,
  findEither,
  spanOf,
  splat,
} from "./bytes";
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

/** Writes the parts of a request that fills [from, to) and whose first and last space are given. */
@inline
function writeRequest(
  program: u32,
  offset: u32,
  from: u32,
  firstSpace: u32,
  lastSpace: u32,
  to: u32,
): void {
  // A shorter last part ends at a quote, which is none of these bytes.
  const isProtocol =
    lastSpace > firstSpace && (load<u64>(lastSpace + 1) & FIVE_BYTES) == HTTP;
  const urlEnd = isProtocol ? lastSpace : to;
  write(program, accessMethod, offset, from, firstSpace);
  write(program, accessUrl, offset, firstSpace + 1, urlEnd);
  write(program, accessProtocol, offset, min(urlEnd + 1, to), to);
}

function cutRequest(program: u32, offset: u32, from: u32, to: u32): void {
  const firstSpace = findByte(from, to, SPACE);
  if (firstSpace == to) {
    write(program, accessMethod, offset, from, from);
    write(program, accessUrl, offset, from, to);
    write(program, accessProtocol, offset, from, from);
    return;
  }
  let lastSpace = to - 1;
  while (load<u8>(lastSpace) != SPACE) lastSpace -= 1;
  writeRequest(program, offset, from, firstSpace, lastSpace, to);
}

/** Cuts any line; false if it is not of the format. */
function cutAnyLine(program: u32, combined: bool, offset: u32, from: u32, to: u32): bool {
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
  if (combined && !cutAgent(program, offset, sizeEnd, to)) return false;
  write(program, accessIp, offset, from, ipEnd);
  write(program, accessIdent, offset, ipEnd + 1, identEnd);
  write(program, accessUser, offset, identEnd + 1, open - 1);
  write(program, accessTimestamp, offset, open + 1, close);
  cutRequest(program, offset, close + 3, requestEnd);
  write(program, accessStatus, offset, requestEnd + 2, statusEnd);
  write(program, accessSize, offset, statusEnd + 1, sizeEnd);
  return true;
}

/** As `findByte`, for a place that is mostly within 64 bytes. */
@inline
function findNear(from: u32, to: u32, byte: u8, wanted: v128): u32 {
  const bits = equalBitsAt(from, wanted);
  return bits ? min(from + u32(ctz(bits)), to) : findFar(from + 64, to, byte);
}

function findFar(from: u32, to: u32, byte: u8): u32 {
  return from < to ? findByte(from, to, byte) : to;
}

/** As `closingQuote`, for a place that is mostly within 64 bytes and has no escapes before it. */
@inline
function closingQuoteNear(from: u32, to: u32, quotes: v128, backslashes: v128): u32 {
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const quoteBits = equalBits(a, b, c, d, quotes);
  const escapeBits = equalBits(a, b, c, d, backslashes);
  // Every escape lies behind the first quote.
  const unescaped = quoteBits && (escapeBits & (quoteBits - 1) & ~quoteBits) == 0;
  return unescaped ? min(from + u32(ctz(quoteBits)), to) : closingQuoteFar(from, to);
}

function closingQuoteFar(from: u32, to: u32): u32 {
  return closingQuote(min(from, to), to);
}

/** Cuts referrer and user agent, which must begin behind `sizeEnd`. */
@inline
function cutAgent(program: u32, offset: u32, sizeEnd: u32, to: u32): bool {
  const quotes = splat(QUOTE);
  const backslashes = i8x16.splat(BACKSLASH);
  if (to - sizeEnd < 6 || load<u8>(sizeEnd, 1) != QUOTE) return false;
  const referrerEnd = closingQuoteNear(sizeEnd + 2, to, quotes, backslashes);
  if (to - referrerEnd < 4) return false;
  if (load<u8>(referrerEnd, 1) != SPACE || load<u8>(referrerEnd, 2) != QUOTE) return false;
  const agentEnd = closingQuoteNear(referrerEnd + 3, to, quotes, backslashes);
  if (agentEnd == to || (agentEnd + 1 < to && load<u8>(agentEnd, 1) != SPACE)) return false;
  write(program, accessReferrer, offset, sizeEnd + 2, referrerEnd);
  write(program, accessUserAgent, offset, referrerEnd + 3, agentEnd);
  return true;
}

/**
 * Cuts a line; false if it is not of the format. Where the first three parts lie within 64 bytes
 * and the request in as many, all their spaces come from two masks; others are cut slowly.
 */
@inline
function cutLine(program: u32, combined: bool, offset: u32, from: u32, to: u32): bool {
  const spaces = splat(SPACE);
  const ipBits = equalBitsAt(from, spaces);
  const identBits = ipBits & (ipBits - 1);
  const userBits = identBits & (identBits - 1);
  const ipEnd = from + u32(ctz(ipBits));
  const identEnd = from + u32(ctz(identBits));
  const open = from + u32(ctz(userBits)) + 1;
  const isUsual =
    userBits && open < to && ipEnd != from && identEnd > ipEnd + 1 && open > identEnd + 2;
  if (!isUsual || load<u8>(open) != OPEN) {
    return cutAnyLine(program, combined, offset, from, to);
  }
  const close = findNear(open, to, CLOSE, i8x16.splat(CLOSE));
  if (to - close < 4 || load<u8>(close, 1) != SPACE || load<u8>(close, 2) != QUOTE) return false;
  const request = close + 3;
  const requestEnd = closingQuoteNear(request, to, splat(QUOTE), i8x16.splat(BACKSLASH));
  if (to - requestEnd < 4 || load<u8>(requestEnd, 1) != SPACE) return false;
  const status = requestEnd + 2;
  const statusBits = equalBitsAt(status, spaces);
  const sizeBits = statusBits & (statusBits - 1);
  const statusEnd = statusBits ? status + u32(ctz(statusBits)) : findFar(status + 64, to, SPACE);
  if (statusEnd == status || statusEnd >= to) return false;
  const sizeEnd = sizeBits
    ? min(status + u32(ctz(sizeBits)), to)
    : findFar(max(statusEnd + 1, status + 64), to, SPACE);
  if (sizeEnd == statusEnd + 1) return false;
  if (combined && !cutAgent(program, offset, sizeEnd, to)) return false;

  write(program, accessIp, offset, from, ipEnd);
  write(program, accessIdent, offset, ipEnd + 1, identEnd);
  write(program, accessUser, offset, identEnd + 1, open - 1);
  write(program, accessTimestamp, offset, open + 1, close);
  write(program, accessStatus, offset, status, statusEnd);
  write(program, accessSize, offset, statusEnd + 1, sizeEnd);
  const requestBytes = requestEnd - request;
  let requestBits: u64 = 0;
  if (requestBytes < 64) {
    requestBits = equalBitsAt(request, spaces) & ((u64(1) << requestBytes) - 1);
  }
  if (requestBits) {
    const firstSpace = request + u32(ctz(requestBits));
    const lastSpace = request + 63 - u32(clz(requestBits));
    writeRequest(program, offset, request, firstSpace, lastSpace, requestEnd);
  } else cutRequest(program, offset, request, requestEnd);
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
