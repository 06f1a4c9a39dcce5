// Lines of JSON that are written by one place of a program differ in their values alone: keys, their order, brackets,
// commas and blanks are the same bytes. So the text between the values of a line that was read in full is kept, as its
// shape, and the next lines are held against it: what has the same bytes around values that end where that text goes
// on is the same JSON, and its values lie at the same paths. What differs anywhere is read in full, and then it is as
// if nobody had looked for a shape.
//
// A shape is not learned from a line
//
// - of which an object or array is asked for as it is written, since its beginning and end are not kept,
// - in which something that is asked for is there twice, since it matters then in which order values are forgotten,
// - with more values, or more text between them, than there is room for.
//
// Shapes are of one batch, and cost nothing where lines have none in common: whoever learns and is not repaid stops
// for a while.

import { writeOwn, writeValue } from "./field-tree";
import { nodeColumns, nodeWrittenEnd } from "./field-tree-layout";
import { spanOf } from "./bytes";
import { isNull, plainEnd } from "./json-scalars";
import {
  partBytes,
  partIsQuoted,
  partNode,
  partStride,
  partText,
  shapePartCount,
  shapeParts,
  shapePartsMax,
  shapeSlotBytes,
  shapeSlotCount,
  shapeText,
  shapeTextBytes,
  shapesContainers,
  shapesContainersMax,
  shapesCredit,
  shapesLast,
  shapesNext,
  shapesRest,
  shapesSlots,
} from "./json-shape-layout";
import { cursorSpare, cursorSpareEnd } from "./parse-layout";
import { JSON_QUOTES, hasEscapes, keepWithoutEscapes, stringEnd } from "./quoted-text";

const CREDIT_MAX: i32 = 64;
const LEARNING_COSTS: i32 = 8;
const REST_LINES: u32 = 256;

/** Whether the text, which is not empty, is at `at`. What lies behind a line's newline is never looked at. */
@inline
function isAt(at: u32, text: u32, bytes: u32): bool {
  let done: u32 = 0;
  while (true) {
    const equal = i8x16.eq(v128.load(at + done), v128.load(text + done));
    const different = ~u32(i8x16.bitmask(equal)) & 0xffff;
    const left = bytes - done;
    if (left <= 16) return (different & ((1 << left) - 1)) == 0;
    if (different) return false;
    done += 16;
  }
}

/** Cuts the line if it has the shape. */
function cutByShape(
  cursor: u32,
  slot: u32,
  root: u32,
  from: u32,
  newline: u32,
  offset: u32,
): bool {
  writeOwn(root, offset, 0);
  let part = slot + shapeParts;
  const last = part + (load<u32>(slot, shapePartCount) - 1) * partStride;
  let at = from;
  while (part < last) {
    const bytes = load<u32>(part, partBytes);
    if (!isAt(at, load<u32>(part, partText), bytes)) return false;
    at += bytes;
    const node = load<u32>(part, partNode);
    if (load<u32>(part, partIsQuoted)) {
      const to = stringEnd(at, JSON_QUOTES);
      if (!to) return false;
      if (node) {
        const span = hasEscapes ? keepWithoutEscapes(cursor, at, to, JSON_QUOTES) : spanOf(at, to);
        writeValue(node, offset, span, spanOf(at - 1, to + 1));
      }
      at = to;
    } else {
      const to = plainEnd(at);
      if (!to) return false;
      if (node) writeOwn(node, offset, isNull(at) ? 0 : spanOf(at, to));
      at = to;
    }
    part += partStride;
  }
  const bytes = load<u32>(last, partBytes);
  return at + bytes == newline && isAt(at, load<u32>(last, partText), bytes);
}

/** Cuts the line if it has a shape that is known. */
export function cutByShapes(
  cursor: u32,
  shapes: u32,
  root: u32,
  from: u32,
  newline: u32,
  offset: u32,
): bool {
  const rest = load<u32>(shapes, shapesRest);
  if (rest) {
    store<u32>(shapes, rest - 1, shapesRest);
    return false;
  }
  const spare = load<u32>(cursor, cursorSpare);
  const spareEnd = load<u32>(cursor, cursorSpareEnd);
  let index = load<u32>(shapes, shapesLast);
  for (let left = shapeSlotCount; left > 0; left -= 1) {
    const slot = shapes + shapesSlots + index * shapeSlotBytes;
    if (load<u32>(slot, shapePartCount)) {
      if (cutByShape(cursor, slot, root, from, newline, offset)) {
        store<u32>(shapes, index, shapesLast);
        store<i32>(shapes, min(load<i32>(shapes, shapesCredit) + 1, CREDIT_MAX), shapesCredit);
        return true;
      }
      store<u32>(cursor, spare, cursorSpare);
      store<u32>(cursor, spareEnd, cursorSpareEnd);
    }
    index = index + 1 == shapeSlotCount ? 0 : index + 1;
  }
  return false;
}

/** While a line is learned: its slot, the part that is next, where its text goes, and up to where the line is noted. */
let slotLearned: u32 = 0;
let nextPart: u32 = 0;
let nextText: u32 = 0;
let notedTo: u32 = 0;
let nextContainer: u32 = 0;
let isLearnable: bool = false;

/** Begins to learn the line that begins at `from`; false if none is to be learned. */
export function beginLearning(shapes: u32, from: u32): bool {
  if (load<u32>(shapes, shapesRest)) return false;
  const credit = load<i32>(shapes, shapesCredit) - LEARNING_COSTS;
  if (credit < 0) {
    store<i32>(shapes, CREDIT_MAX, shapesCredit);
    store<u32>(shapes, REST_LINES, shapesRest);
    return false;
  }
  store<i32>(shapes, credit, shapesCredit);
  slotLearned = shapes + shapesSlots + load<u32>(shapes, shapesNext) * shapeSlotBytes;
  store<u32>(slotLearned, 0, shapePartCount);
  nextPart = slotLearned + shapeParts;
  nextText = slotLearned + shapeText;
  nextContainer = shapes + shapesContainers;
  notedTo = from;
  isLearnable = true;
  return true;
}

function notePart(to: u32, node: u32, isQuoted: bool): void {
  const bytes = to - notedTo;
  const isFull =
    nextPart == slotLearned + shapeText ||
    nextText + bytes > slotLearned + shapeText + shapeTextBytes;
  if (isFull || !bytes) isLearnable = false;
  if (!isLearnable) return;
  memory.copy(nextText, notedTo, bytes);
  store<u32>(nextPart, nextText, partText);
  store<u32>(nextPart, bytes, partBytes);
  store<u32>(nextPart, node, partNode);
  store<u32>(nextPart, u32(isQuoted), partIsQuoted);
  nextText += bytes;
  nextPart += partStride;
}

/** A value is at [from, to), without its quotes. */
export function noteScalar(from: u32, to: u32, node: u32, isQuoted: bool): void {
  notePart(from, node, isQuoted);
  notedTo = to;
}

/** An object or array begins. */
export function noteContainer(shapes: u32, node: u32): void {
  if (!node) return;
  const isFull = nextContainer == shapes + shapesContainers + shapesContainersMax * 4;
  if (isFull || load<u32>(node, nodeWrittenEnd) > load<u32>(node, nodeColumns)) isLearnable = false;
  if (!isLearnable) return;
  store<u32>(nextContainer, node);
  nextContainer += 4;
}

/** Whether a node is noted more than once. */
function isThereTwice(shapes: u32, node: u32): bool {
  let times = 0;
  for (let at = slotLearned + shapeParts; at < nextPart; at += partStride) {
    times += i32(load<u32>(at, partNode) == node);
  }
  for (let at = shapes + shapesContainers; at < nextContainer; at += 4) {
    times += i32(load<u32>(at) == node);
  }
  return times > 1;
}

/** The line has ended, and is JSON. */
export function endLearning(shapes: u32, newline: u32): void {
  notePart(newline, 0, false);
  for (let at = slotLearned + shapeParts; at < nextPart; at += partStride) {
    const node = load<u32>(at, partNode);
    if (node && isThereTwice(shapes, node)) isLearnable = false;
  }
  for (let at = shapes + shapesContainers; at < nextContainer; at += 4) {
    if (isThereTwice(shapes, load<u32>(at))) isLearnable = false;
  }
  if (!isLearnable) return;
  const count = (nextPart - slotLearned - shapeParts) / partStride;
  store<u32>(slotLearned, count, shapePartCount);
  const index = load<u32>(shapes, shapesNext);
  store<u32>(shapes, index, shapesLast);
  store<u32>(shapes, index + 1 == shapeSlotCount ? 0 : index + 1, shapesNext);
}
