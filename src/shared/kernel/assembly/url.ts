// Parts of URLs as they are written: with a scheme (`https://host/path?query#part`), without one (`//host/path`), or
// beginning with the path. Of a value without bytes nothing is looked at, so that a missing one stays missing.

import { spanOf } from "./bytes";
import { otherCase } from "./letter-case";

const HASH: u32 = 0x23;
const PLUS: u32 = 0x2b;
const MINUS: u32 = 0x2d;
const POINT: u32 = 0x2e;
const SLASH: u32 = 0x2f;
const COLON: u32 = 0x3a;
const QUESTION: u32 = 0x3f;
const AT: u32 = 0x40;
const LARGE_A: u32 = 0x41;
const SMALL_A: u32 = 0x61;
const TWO_SLASHES: u32 = 0x2f2f;

@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 <= 9;
}

@inline
function isLetter(byte: u32): bool {
  return (byte | 0x20) - SMALL_A <= 25;
}

/** Where the host with what is around it begins; 0 if there is none. */
function authorityFrom(from: u32, to: u32): u32 {
  let at = from;
  if (isLetter(load<u8>(at))) {
    at += 1;
    while (at < to) {
      const byte = u32(load<u8>(at));
      const isOther = byte == PLUS || byte == MINUS || byte == POINT;
      if (!isLetter(byte) && !isDigit(byte) && !isOther) break;
      at += 1;
    }
    if (at == to || load<u8>(at) != COLON) return 0;
    at += 1;
  }
  return to - at >= 2 && u32(load<u16>(at)) == TWO_SLASHES ? at + 2 : 0;
}

/** The first byte that ends an authority, or `to`. */
function authorityEnd(from: u32, to: u32): u32 {
  let at = from;
  for (; at < to; at += 1) {
    const byte = u32(load<u8>(at));
    if (byte == SLASH || byte == QUESTION || byte == HASH) break;
  }
  return at;
}

function pathOf(from: u32, to: u32): u64 {
  const authority = authorityFrom(from, to);
  const start = authority ? authorityEnd(authority, to) : from;
  let end = start;
  for (; end < to; end += 1) {
    const byte = u32(load<u8>(end));
    if (byte == QUESTION || byte == HASH) break;
  }
  return spanOf(start, end);
}

function hostOf(cursor: u32, from: u32, to: u32): u64 {
  const authority = authorityFrom(from, to);
  if (!authority) return 0;
  let end = authorityEnd(authority, to);
  let start = end;
  while (start > authority && load<u8>(start - 1) != AT) start -= 1;
  let port = end;
  while (port > start && isDigit(load<u8>(port - 1))) port -= 1;
  if (port > start && load<u8>(port - 1) == COLON) end = port - 1;
  return otherCase(cursor, spanOf(start, end), LARGE_A);
}

/** Paths, without query and fragment. */
export function urlPaths(spans: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const bytes = u32(span >> 32);
    store<u64>(out + (i << 3), bytes ? pathOf(u32(span), u32(span) + bytes) : span);
  }
}

/** Hosts in lower case, without user and port; empty where there is none. */
export function urlHosts(cursor: u32, spans: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    const span = load<u64>(spans + (i << 3));
    const bytes = u32(span >> 32);
    store<u64>(out + (i << 3), bytes ? hostOf(cursor, u32(span), u32(span) + bytes) : span);
  }
}
