// Of which types the parts of an access log's line are: what decides whether it is one.

import { isAddress, isHost } from "./address";
import { SPACE, findByte } from "./bytes";

const DASH: u8 = 0x2d;
const ONE: u8 = 0x31;

@inline
export function isDash(from: u32, to: u32): bool {
  return to - from == 1 && load<u8>(from) == DASH;
}

/** Whether [from, to) is a status, or a dash. */
@inline
export function isStatus(from: u32, to: u32): bool {
  if (to - from != 3) return isDash(from, to);
  const hundreds = u32(load<u8>(from)) - 0x31;
  const tens = u32(load<u8>(from, 1)) - 0x30;
  const ones = u32(load<u8>(from, 2)) - 0x30;
  return hundreds <= 4 && tens <= 9 && ones <= 9;
}

/** Whether [from, to) has digits only. */
@inline
export function isDigits(from: u32, to: u32): bool {
  const zeros = i8x16.splat(0x30);
  const nines = i8x16.splat(9);
  for (let at = from; at < to; at += 16) {
    const digits = i8x16.sub(v128.load(at), zeros);
    const bits = u32(i8x16.bitmask(i8x16.gt_u(digits, nines)));
    if (bits && at + u32(ctz(bits)) < to) return false;
  }
  return true;
}

/** Whether [from, to), which is no number, says that there is no size: `-` or `-1`. */
@inline
export function isNoSize(from: u32, to: u32): bool {
  if (load<u8>(from) != DASH) return false;
  return to - from == 1 || (to - from == 2 && load<u8>(from, 1) == ONE);
}

/** Whether a user can be one: an address among its words is another field, and so is what follows a dash. */
export function isUser(from: u32, to: u32): bool {
  let word = from;
  while (word < to) {
    const end = findByte(word, to, SPACE);
    if (isAddress(word, end)) return false;
    if (word == from && end - word == 1 && end < to && load<u8>(word) == DASH) return false;
    word = end + 1;
  }
  return true;
}

/** Whether the client, ident and user before the bracket at `open` are of their types. */
@inline
export function areNames(from: u32, ipEnd: u32, identEnd: u32, open: u32): bool {
  if (!isHost(from, ipEnd)) return false;
  if (identEnd - ipEnd != 2 && isAddress(ipEnd + 1, identEnd)) return false;
  return open - identEnd <= 3 || isUser(identEnd + 1, open - 1);
}
