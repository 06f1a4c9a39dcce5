// Lines of JSON, an object each (RFC 8259), of which values are wanted by their paths.
//
// - The whole line is read as JSON, whatever is wanted of it, in one pass from left to right: what is no JSON
//   is rejected, and never gives a value. A container is remembered in a frame of 16 bytes, so what is
//   nested deeper than there are frames is rejected, too.
// - A key is compared with those that are asked for where it stands, by its length, its first 8 bytes and
//   the rest. Where nothing is wanted of a value, its keys are not looked at.
// - Of a key that is there twice the last value counts, as for JSON.parse, even if it is null; and
//   with it everything that was found in the one before is gone.
// - A value is a string without its quotes and escapes, a number or a literal as written, an object or array as
//   written. null is missing, like a value that is not there.

import { COMMA, QUOTE, spanOf } from "./bytes";
import { nodeOfKey, writeContainer, writeValue } from "./field-tree";
import {
  elementBytes,
  elementIndex,
  elementNode,
  nodeElementCount,
  nodeElements,
} from "./field-tree-layout";
import {
  frameBytes,
  frameCloser,
  frameElement,
  frameNode,
  frameStart,
  jsonFrames,
  jsonLastFrame,
  jsonRoot,
  jsonShapes,
} from "./json-layout";
import { isNull, plainEnd } from "./json-scalars";
import { beginLearning, cutByShapes, endLearning, noteContainer, noteScalar } from "./json-shape";
import { keepLine, lineFrom, lineNewline, nextLine, rejectThis } from "./line-loop";
import { JSON_QUOTES, hasEscapes, keepWithoutEscapes, stringEnd, undoEscapes } from "./quoted-text";
import { BAD_JSON } from "./rejects";

const COLON: u8 = 0x3a;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;
const OPEN_BRACKET: u8 = 0x5b;
/** A container's closing byte is its opening one and this. */
const TO_CLOSER: u8 = 2;

/** The first byte at or behind `from` that is no blank of JSON; a newline, which ends the line, is none. */
@inline
function skipBlanks(from: u32): u32 {
  let at = from;
  let byte = u32(load<u8>(at));
  while (byte <= 0x20 && (byte == 0x20 || byte == 0x09 || byte == 0x0d)) {
    at += 1;
    byte = u32(load<u8>(at));
  }
  return at;
}

function nodeOfEscapedKey(cursor: u32, node: u32, from: u32, to: u32): u32 {
  const key = undoEscapes(cursor, from, to, JSON_QUOTES);
  return nodeOfKey(node, u32(key), u32(key) + u32(key >> 32));
}

/** The node of the next element of a container that is asked for, or 0. */
function nodeOfElement(frame: u32): u32 {
  const node = load<u32>(frame, frameNode);
  const index = load<u32>(frame, frameElement);
  store<u32>(frame, index + 1, frameElement);
  let element = load<u32>(node, nodeElements);
  for (let left = load<u32>(node, nodeElementCount); left > 0; left -= 1) {
    if (load<u32>(element, elementIndex) == index) return load<u32>(element, elementNode);
    element += elementBytes;
  }
  return 0;
}

/** Set by `openMember`: the node of the member or element whose value is next, or 0. */
let memberValue: u32 = 0;

/** Reads up to the value of the member or element at `at`; returns where that begins, or 0. */
@inline
function openMember(cursor: u32, frame: u32, at: u32): u32 {
  const container = load<u32>(frame, frameNode);
  if (load<u32>(frame, frameCloser) != CLOSE_BRACE) {
    memberValue = container ? nodeOfElement(frame) : 0;
    return at;
  }
  if (load<u8>(at) != QUOTE) return 0;
  const key = at + 1;
  const keyEnd = stringEnd(key, JSON_QUOTES);
  if (!keyEnd) return 0;
  if (!container) memberValue = 0;
  else if (hasEscapes) memberValue = nodeOfEscapedKey(cursor, container, key, keyEnd);
  else memberValue = nodeOfKey(container, key, keyEnd);
  const colon = skipBlanks(keyEnd + 1);
  return load<u8>(colon) == COLON ? skipBlanks(colon + 1) : 0;
}

/** Reads the scalar at `at` and writes it if it has a node; returns where it ends, or 0. */
@inline
function readScalar(cursor: u32, at: u32, node: u32, offset: u32, learns: bool): u32 {
  if (load<u8>(at) == QUOTE) {
    const from = at + 1;
    const to = stringEnd(from, JSON_QUOTES);
    if (!to) return 0;
    if (learns) noteScalar(from, to, node, true);
    if (node) {
      const span = hasEscapes ? keepWithoutEscapes(cursor, from, to, JSON_QUOTES) : spanOf(from, to);
      writeValue(node, offset, span, spanOf(at, to + 1));
    }
    return to + 1;
  }
  const to = plainEnd(at);
  if (learns) noteScalar(at, to, node, false);
  if (to && node) {
    const span = isNull(at) ? u64(0) : spanOf(at, to);
    writeValue(node, offset, span, span);
  }
  return to;
}

/** Reads the whole line that begins at `from`; false if it is no object of JSON. @param learns its shape */
@inline
function readLine(
  cursor: u32,
  program: u32,
  from: u32,
  newline: u32,
  offset: u32,
  learns: bool,
): bool {
  const base = load<u32>(program, jsonFrames);
  const last = load<u32>(program, jsonLastFrame);
  let frame = base;
  let node = load<u32>(program, jsonRoot);
  let at = skipBlanks(from);
  if (load<u8>(at) != OPEN_BRACE) return false;
  while (true) {
    const byte = load<u8>(at);
    let isEmpty = true;
    if (byte == OPEN_BRACE || byte == OPEN_BRACKET) {
      if (frame == last) return false;
      if (node) writeValue(node, offset, 0, 0);
      if (learns) noteContainer(load<u32>(program, jsonShapes), node);
      frame += frameBytes;
      store<u32>(frame, u32(byte + TO_CLOSER), frameCloser);
      store<u32>(frame, node, frameNode);
      store<u32>(frame, at, frameStart);
      store<u32>(frame, 0, frameElement);
      at = skipBlanks(at + 1);
      isEmpty = u32(load<u8>(at)) == load<u32>(frame, frameCloser);
    } else {
      at = readScalar(cursor, at, node, offset, learns);
      if (!at) return false;
      at = skipBlanks(at);
    }
    if (isEmpty) {
      // Behind a value: the ends of the containers that end with it, and a comma.
      while (u32(load<u8>(at)) == load<u32>(frame, frameCloser)) {
        const closed = load<u32>(frame, frameNode);
        if (closed) writeContainer(closed, offset, spanOf(load<u32>(frame, frameStart), at + 1));
        frame -= frameBytes;
        at = skipBlanks(at + 1);
        if (frame == base) return at == newline;
      }
      if (load<u8>(at) != COMMA) return false;
      at = skipBlanks(at + 1);
    }
    at = openMember(cursor, frame, at);
    if (!at) return false;
    node = memberValue;
  }
}

function learnLine(cursor: u32, program: u32, from: u32, newline: u32, offset: u32): bool {
  if (!readLine(cursor, program, from, newline, offset, true)) return false;
  endLearning(load<u32>(program, jsonShapes), newline);
  return true;
}

/** Cuts the line that begins at `from`; false if it is no object of JSON. */
export function cutJsonLine(cursor: u32, program: u32, from: u32, newline: u32, offset: u32): bool {
  const shapes = load<u32>(program, jsonShapes);
  const root = load<u32>(program, jsonRoot);
  if (cutByShapes(cursor, shapes, root, from, newline, offset)) return true;
  if (beginLearning(shapes, from)) return learnLine(cursor, program, from, newline, offset);
  return readLine(cursor, program, from, newline, offset, false);
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseJson(cursor: u32, program: u32, capacity: u32): u32 {
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd && nextLine(cursor)) {
    if (cutJsonLine(cursor, program, lineFrom, lineNewline, offset)) {
      keepLine(cursor, offset);
      offset += 8;
    } else rejectThis(cursor, BAD_JSON);
  }
  return offset >> 3;
}
