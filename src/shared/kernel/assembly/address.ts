// What a client, a host and a port may be. Most hosts are one block of 16 bytes of names and IPv4
// addresses; what has a colon or another byte is looked at part by part.

import { findByte } from "./bytes";

const COLON: u8 = 0x3a;
const POINT: u8 = 0x2e;
const PERCENT: u8 = 0x25;
const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;
/** `unix` as a word: nginx calls the other end of a socket in the file system `unix:`. */
const UNIX: u32 = 0x78696e75;

/**
 * Letters, digits, `-`, `.`, `_` and `:` by their halves: a byte is one of them if the sets of its low
 * and of its high half have a member in common.
 */
const lowHalves: usize = memory.data<u8>([
  42, 62, 62, 62, 62, 62, 62, 62, 62, 62, 62, 20, 20, 21, 21, 28,
]);
const highHalves: usize = memory.data<u8>([0, 0, 1, 2, 4, 8, 16, 32, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Whether [from, to) has only letters, digits, `-`, `.` and `_`, and at least one of them. */
@inline
export function isName(from: u32, to: u32): bool {
  if (from >= to) return false;
  const low = v128.load(lowHalves);
  const high = v128.load(highHalves);
  const halves = i8x16.splat(0x0f);
  const colons = i8x16.splat(COLON);
  for (let at = from; at < to; at += 16) {
    const block = v128.load(at);
    const sets = v128.and(
      i8x16.swizzle(low, v128.and(block, halves)),
      i8x16.swizzle(high, i8x16.shr_u(block, 4)),
    );
    const others = v128.or(i8x16.eq(sets, i8x16.splat(0)), i8x16.eq(block, colons));
    const bits = u32(i8x16.bitmask(others));
    if (bits && at + u32(ctz(bits)) < to) return false;
  }
  return true;
}

function isDigit(at: u32): bool {
  return u32(load<u8>(at)) - 0x30 <= 9;
}

function isHexDigit(at: u32): bool {
  return isDigit(at) || (u32(load<u8>(at)) | 0x20) - 0x61 <= 5;
}

/** The value of a byte that is a hexadecimal digit. */
function hexDigit(at: u32): u32 {
  const byte = u32(load<u8>(at));
  return byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x61 + 10;
}

/** The number of the IPv4 address that was read last. */
export let ipv4Read: u32 = 0;

/** Four numbers up to 255, without leading zeros. */
export function isIpv4(from: u32, to: u32): bool {
  let at = from;
  let address: u32 = 0;
  for (let part = 0; part < 4; part += 1) {
    if (part > 0) {
      if (at >= to || load<u8>(at) != POINT) return false;
      at += 1;
    }
    const first = at;
    let value: u32 = 0;
    while (at < to && at - first < 3 && isDigit(at)) {
      value = value * 10 + u32(load<u8>(at)) - 0x30;
      at += 1;
    }
    if (at == first || value > 255 || (at - first > 1 && !(u32(load<u8>(first)) - 0x30))) return false;
    address = (address << 8) | value;
  }
  ipv4Read = address;
  return at == to;
}

// What the IPv6 address that was read last has: its groups (u16) without those that `::` stands for,
// how many they are, which of them `::` stands before, and where its zone begins, if it has one.
export const groupsRead: usize = memory.data(16, 16);
export let groupCount: u32 = 0;
export let gapBefore: u32 = 0;
export let zoneFrom: u32 = 0;
/** There is no `::`. */
export const NO_GAP: u32 = 9;

/** Eight groups, or fewer around one `::`; the last two may be an IPv4 address; a zone may follow. */
export function isIpv6(from: u32, end: u32): bool {
  const to = findByte(from, end, PERCENT);
  if (to < end && !isName(to + 1, end)) return false;
  if (to - from < 2) return false;
  let at = from;
  let groups: u32 = 0;
  let gap = NO_GAP;
  if (load<u8>(at) == COLON) {
    if (load<u8>(at, 1) != COLON) return false;
    gap = 0;
    at += 2;
  }
  while (at < to) {
    if (groups == 8) return false;
    const group = at;
    let value: u32 = 0;
    while (at < to && at - group < 4 && isHexDigit(at)) {
      value = (value << 4) | hexDigit(at);
      at += 1;
    }
    if (at == group) return false;
    if (at < to && load<u8>(at) == POINT) {
      if (groups > 6 || !isIpv4(group, to)) return false;
      store<u16>(groupsRead + (groups << 1), u16(ipv4Read >> 16));
      store<u16>(groupsRead + (groups << 1), u16(ipv4Read), 2);
      groups += 2;
      break;
    }
    store<u16>(groupsRead + (groups << 1), u16(value));
    groups += 1;
    if (at == to) break;
    if (load<u8>(at) != COLON || at + 1 == to) return false;
    at += 1;
    if (load<u8>(at) != COLON) continue;
    if (gap != NO_GAP) return false;
    gap = groups;
    at += 1;
  }
  groupCount = groups;
  gapBefore = gap;
  zoneFrom = to;
  return gap == NO_GAP ? groups == 8 : groups < 8;
}

export function isAddress(from: u32, to: u32): bool {
  return isIpv4(from, to) || isIpv6(from, to);
}

/** An address or a name, without a port. A lone dash is a name here. */
@inline
export function isHost(from: u32, to: u32): bool {
  return isName(from, to) || isOddHost(from, to);
}

function isOddHost(from: u32, to: u32): bool {
  if (isIpv6(from, to)) return true;
  return to - from == 5 && load<u32>(from) == UNIX && load<u8>(from, 4) == COLON;
}

/** Where the name of a virtual host ends that may have a port behind it; 0 if it is none. */
export function virtualHostEnd(from: u32, to: u32): u32 {
  if (isName(from, to)) return to;
  let end = to;
  if (load<u8>(from) == OPEN) {
    end = findByte(from, to, CLOSE) + 1;
    if (end > to || !isIpv6(from + 1, end - 1)) return 0;
  } else {
    if (isIpv6(from, to)) return to;
    end = findByte(from, to, COLON);
    if (!isName(from, end)) return 0;
  }
  if (end == to) return end;
  if (load<u8>(end) != COLON) return 0;
  for (let at = end + 1; at < to; at += 1) {
    if (!isDigit(at)) return 0;
  }
  return to - end - 2 < 5 ? end : 0;
}
