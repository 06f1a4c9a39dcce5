// The structured data of RFC 5424: `[id name="value" …]`, one element behind the other. In a value a backslash
// escapes `"`, `\` and `]`; another one stands for itself. Blanks behind `=`, which some write, are passed over.

import { QUOTE, SPACE, findByte, findEither, spanOf } from "./bytes";
import { BACKSLASH } from "./escaped-quotes";
import { equalBytes } from "./hash";
import { cursorSpare } from "./parse-layout";
import { spareFor } from "./spare";
import {
  paramBytes,
  paramColumn,
  paramId,
  paramIdLength,
  paramName,
  paramNameLength,
  syslogParamCount,
  syslogParams,
} from "./syslog-layout";

const OPEN: u8 = 0x5b;
const CLOSE: u8 = 0x5d;
const EQUALS: u8 = 0x3d;

/** Where the quoted value ends that begins at `from`: at its quote, or `to`. */
function valueEnd(from: u32, to: u32): u32 {
  let at = findEither(from, to, QUOTE, BACKSLASH);
  while (at < to && load<u8>(at) == BACKSLASH) {
    at = findEither(min(at + 2, to), to, QUOTE, BACKSLASH);
  }
  return at;
}

/** A value without its escapes, in a copy if it has some. */
function unescaped(cursor: u32, from: u32, to: u32): u64 {
  if (findByte(from, to, BACKSLASH) == to) return spanOf(from, to);
  const copied = spareFor(cursor, to - from);
  let write = copied;
  for (let read = from; read < to; read += 1) {
    let byte = load<u8>(read);
    if (byte == BACKSLASH && read + 1 < to) {
      const next = load<u8>(read + 1);
      if (next == QUOTE || next == BACKSLASH || next == CLOSE) {
        byte = next;
        read += 1;
      }
    }
    store<u8>(write, byte);
    write += 1;
  }
  store<u32>(cursor, write, cursorSpare);
  return spanOf(copied, write);
}

/** Where the name ends that begins at `from`: at the first blank, `=`, `]` or quote; 0 if it is empty. */
function nameEnd(from: u32, to: u32): u32 {
  let at = from;
  while (at < to) {
    const byte = load<u8>(at);
    if (byte == SPACE || byte == EQUALS || byte == CLOSE || byte == QUOTE) break;
    at += 1;
  }
  return at == from ? 0 : at;
}

/** Writes a value to whoever asks for it; of one that is there twice the last counts. */
function keepParam(program: u32, id: u64, name: u64, value: u64, offset: u32): void {
  let param = load<u32>(program, syslogParams);
  for (let left = load<u32>(program, syslogParamCount); left > 0; left -= 1) {
    const isIt =
      load<u32>(param, paramIdLength) == u32(id >> 32) &&
      load<u32>(param, paramNameLength) == u32(name >> 32) &&
      equalBytes(u32(id), load<u32>(param, paramId), u32(id >> 32)) &&
      equalBytes(u32(name), load<u32>(param, paramName), u32(name >> 32));
    if (isIt) store<u64>(load<u32>(param, paramColumn) + offset, value);
    param += paramBytes;
  }
}

/** Says of all parameters that there are none. */
export function clearParams(program: u32, offset: u32): void {
  let param = load<u32>(program, syslogParams);
  for (let left = load<u32>(program, syslogParamCount); left > 0; left -= 1) {
    store<u64>(load<u32>(param, paramColumn) + offset, 0);
    param += paramBytes;
  }
}

/** Reads the element whose bracket is at `from`; returns where it ends, or 0. */
function readElement(cursor: u32, program: u32, from: u32, to: u32, offset: u32): u32 {
  const idEnd = nameEnd(from + 1, to);
  if (!idEnd) return 0;
  const id = spanOf(from + 1, idEnd);
  let at = idEnd;
  while (at < to && load<u8>(at) == SPACE) {
    while (at < to && load<u8>(at) == SPACE) at += 1;
    if (at < to && load<u8>(at) == CLOSE) break;
    const name = at;
    at = nameEnd(name, to);
    if (!at || at >= to || load<u8>(at) != EQUALS) return 0;
    const nameSpan = spanOf(name, at);
    at += 1;
    while (at < to && load<u8>(at) == SPACE) at += 1;
    if (at >= to || load<u8>(at) != QUOTE) return 0;
    const end = valueEnd(at + 1, to);
    if (end >= to) return 0;
    if (load<u32>(program, syslogParamCount)) {
      keepParam(program, id, nameSpan, unescaped(cursor, at + 1, end), offset);
    }
    at = end + 1;
  }
  return at < to && load<u8>(at) == CLOSE ? at + 1 : 0;
}

/** Reads the structured data at `from`, or the dash in its place; returns where it ends, or 0. */
export function readStructuredData(
  cursor: u32,
  program: u32,
  from: u32,
  to: u32,
  offset: u32,
): u32 {
  if (from >= to) return 0;
  if (load<u8>(from) == 0x2d) return from + 1;
  let at = from;
  while (at < to && load<u8>(at) == OPEN) {
    at = readElement(cursor, program, at, to, offset);
    if (!at) return 0;
  }
  return at == from ? 0 : at;
}
