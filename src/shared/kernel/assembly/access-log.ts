// Lines of web servers in the common and combined formats, and those with the virtual host in front:
//
//   [vhost[:port]] ip ident user [timestamp] "method url protocol" status bytes
//   … "referrer" "user agent"
//
// - `-` is a missing value in every field, and so is -1 bytes. Values are kept as written, escapes
//   included.
// - Types decide what is a line. The status is `-` or three digits from 100 to 599, the size is digits
//   or missing, the client is an address or a name without a port, and no address stands where ident
//   and user are: so the lines of a neighbouring format are rejected, and none of its fields is taken
//   for another.
// - A backslash inside quotes escapes the character after it; but the last quote of a line closes the
//   user agent, even behind a backslash, if nothing else does.
// - The user ends at the first ` [`, so it may hold spaces, and may be empty. What follows the last
//   field behind a space is ignored, since servers are made to append fields.
// - The request's first space ends the method; a last part that begins with `HTTP/` is the
//   protocol; what is between is the URL, spaces included. A request without a space (bytes
//   that never were HTTP) is all URL.

import { cutRequest, write, writeRequest } from "./access-fields";
import { areNames, isDash, isDigits, isNoSize, isStatus } from "./access-types";
import { isAddress, isName, virtualHostEnd } from "./address";
import { QUOTE, SPACE, contentEnd, equalBitsAt, findByte, spanOf, splat } from "./bytes";
import { BACKSLASH, closingQuoteNear, findFar, findNear } from "./escaped-quotes";
import { nextWindow } from "./newlines";
import {
  accessCombined,
  accessIdent,
  accessIp,
  accessPort,
  accessReferrer,
  accessSize,
  accessStatus,
  accessTimestamp,
  accessUser,
  accessUserAgent,
  accessVhost,
  accessVirtual,
  cursorLineBytesMax,
  cursorLineColumn,
  cursorNewlineAt,
  cursorNewlinesEnd,
  cursorNext,
  cursorRejects,
} from "./parse-layout";
import { BAD_ENVELOPE, LINE_TOO_LONG, rejectLine } from "./rejects";

const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;

/** The first `[` after a space in [user, to), or `to`. */
@inline
function openBracket(user: u32, to: u32): u32 {
  let at = findByte(user, to, OPEN);
  while (at < to && (at == user || load<u8>(at - 1) != SPACE)) at = findByte(at + 1, to, OPEN);
  return at;
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
  const agent = referrerEnd + 3;
  let agentEnd = closingQuoteNear(agent, to, quotes, backslashes);
  if (agentEnd == to) {
    agentEnd = to - 1;
    if (agentEnd < agent || load<u8>(agentEnd) != QUOTE) return false;
  } else if (agentEnd + 1 < to && load<u8>(agentEnd, 1) != SPACE) return false;
  write(program, accessReferrer, offset, sizeEnd + 2, referrerEnd);
  write(program, accessUserAgent, offset, agent, agentEnd);
  return true;
}

/** Set by `findParts`. */
let partIpEnd: u32 = 0;
let partIdentEnd: u32 = 0;

/** Finds the ends of the first parts of any line; returns where the time's bracket is, or 0. */
function findParts(from: u32, to: u32): u32 {
  const ipEnd = findByte(from, to, SPACE);
  if (ipEnd == from || ipEnd == to) return 0;
  const identEnd = findByte(ipEnd + 1, to, SPACE);
  if (identEnd == ipEnd + 1 || identEnd == to) return 0;
  partIpEnd = ipEnd;
  partIdentEnd = identEnd;
  const open = openBracket(identEnd + 1, to);
  return open == to ? 0 : open;
}

/** The quote behind the bracket that closes the time, with any spaces between them; 0 if there is none. */
@inline
function requestQuote(close: u32, to: u32): u32 {
  if (to - close < 4 || load<u8>(close, 1) != SPACE) return 0;
  return load<u8>(close, 2) == QUOTE ? close + 2 : quoteBehindSpaces(close + 2, to);
}

function quoteBehindSpaces(from: u32, to: u32): u32 {
  let at = from;
  while (load<u8>(at) == SPACE) at += 1;
  return at < to && load<u8>(at) == QUOTE ? at : 0;
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
  let ipEnd = from + u32(ctz(ipBits));
  let identEnd = from + u32(ctz(identBits));
  let open = from + u32(ctz(userBits)) + 1;
  const isUsual =
    userBits && open < to && ipEnd != from && identEnd > ipEnd + 1 && open > identEnd + 2;
  if (!isUsual || load<u8>(open) != OPEN) {
    open = findParts(from, to);
    if (!open) return false;
    ipEnd = partIpEnd;
    identEnd = partIdentEnd;
  }
  const close = findNear(open, to, CLOSE, i8x16.splat(CLOSE));
  const quote = requestQuote(close, to);
  if (!quote) return false;
  const request = quote + 1;
  const requestEnd = closingQuoteNear(request, to, splat(QUOTE), i8x16.splat(BACKSLASH));
  if (to - requestEnd < 4 || load<u8>(requestEnd, 1) != SPACE) return false;
  const status = requestEnd + 2;
  const statusBits = equalBitsAt(status, spaces);
  const sizeBits = statusBits & (statusBits - 1);
  const statusEnd = statusBits ? status + u32(ctz(statusBits)) : to;
  if (statusEnd >= to || !isStatus(status, statusEnd)) return false;
  const size = statusEnd + 1;
  const sizeEnd = sizeBits
    ? min(status + u32(ctz(sizeBits)), to)
    : findFar(max(size, status + 64), to, SPACE);
  if (sizeEnd <= size) return false;
  const hasSize = isDigits(size, sizeEnd);
  if (!hasSize && !isNoSize(size, sizeEnd)) return false;
  if (!areNames(from, ipEnd, identEnd, open)) return false;
  if (combined && !cutAgent(program, offset, sizeEnd, to)) return false;

  write(program, accessIp, offset, from, ipEnd);
  write(program, accessIdent, offset, ipEnd + 1, identEnd);
  write(program, accessUser, offset, identEnd + 1, open - 1);
  write(program, accessTimestamp, offset, open + 1, close);
  write(program, accessStatus, offset, status, statusEnd);
  write(program, accessSize, offset, size, hasSize ? sizeEnd : size);
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

/**
 * Cuts the virtual host at `from`; returns where the client begins, or 0. Behind a virtual host that is
 * an address or missing the client must be an address: a line without a virtual host may look like that.
 */
function cutVirtualHost(program: u32, offset: u32, from: u32, to: u32): u32 {
  const tokenEnd = findByte(from, to, SPACE);
  if (tokenEnd == from || tokenEnd == to) return 0;
  const end = virtualHostEnd(from, tokenEnd);
  if (!end) return 0;
  const client = tokenEnd + 1;
  const clientEnd = findByte(client, to, SPACE);
  const isNamed = isName(from, end) && !isAddress(from, end) && !isDash(from, end);
  if (isDash(client, clientEnd) || (!isNamed && !isAddress(client, clientEnd))) return 0;
  write(program, accessVhost, offset, from, end);
  write(program, accessPort, offset, min(end + 1, tokenEnd), tokenEnd);
  return client;
}

/** As `cutLine`, for a line inside of another. */
export function cutAccessLine(program: u32, offset: u32, from: u32, to: u32): bool {
  const combined = load<u32>(program, accessCombined) != 0;
  const virtual = load<u32>(program, accessVirtual) != 0;
  const client = virtual ? cutVirtualHost(program, offset, from, to) : from;
  return client != 0 && cutLine(program, combined, offset, client, to);
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseAccessLog(cursor: u32, program: u32, capacity: u32): u32 {
  const lineBytesMax = load<u32>(cursor, cursorLineBytesMax);
  const rejects = load<u32>(cursor, cursorRejects);
  const lineColumn = load<u32>(cursor, cursorLineColumn);
  const combined = load<u32>(program, accessCombined) != 0;
  const virtual = load<u32>(program, accessVirtual) != 0;
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
      continue;
    }
    const client = virtual ? cutVirtualHost(program, offset, from, to) : from;
    if (client && cutLine(program, combined, offset, client, to)) {
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
