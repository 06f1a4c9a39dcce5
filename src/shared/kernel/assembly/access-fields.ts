// Writing the fields of an access log's line, those that somebody asks for; the request is written in
// three parts.

import { isDash } from "./access-types";
import { SPACE, findByte, spanOf } from "./bytes";
import { accessMethod, accessProtocol, accessUrl } from "./parse-layout";

/** `HTTP/` as the low five bytes of a word. */
const HTTP: u64 = 0x2f50545448;
const FIVE_BYTES: u64 = 0xffffffffff;

@inline
export function write(program: u32, field: u32, offset: u32, from: u32, to: u32): void {
  const column = load<u32>(program + field);
  if (!column) return;
  store<u64>(column + offset, isDash(from, to) ? 0 : spanOf(from, to));
}

/** Amazon's balancers write `- http://host:80- -` of a request that they could not read: no method and no protocol. */
@inline
function isUnread(from: u32, firstSpace: u32, lastSpace: u32, to: u32): bool {
  return lastSpace > firstSpace && isDash(lastSpace + 1, to) && isDash(from, firstSpace);
}

/** Writes the parts of a request that fills [from, to) and whose first and last space are given. */
@inline
export function writeRequest(
  program: u32,
  offset: u32,
  from: u32,
  firstSpace: u32,
  lastSpace: u32,
  to: u32,
): void {
  const isProtocol =
    lastSpace > firstSpace &&
    to - lastSpace > 5 &&
    (load<u64>(lastSpace + 1) & FIVE_BYTES) == HTTP;
  const urlEnd = isProtocol || isUnread(from, firstSpace, lastSpace, to) ? lastSpace : to;
  write(program, accessMethod, offset, from, firstSpace);
  write(program, accessUrl, offset, firstSpace + 1, urlEnd);
  write(program, accessProtocol, offset, min(urlEnd + 1, to), to);
}

export function cutRequest(program: u32, offset: u32, from: u32, to: u32): void {
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
