// Lines that are cut by delimiters: runs the steps of `model/format/pattern.ts` on each, strictly from left to
// right, so a line costs as much as it is long. Every step is taken and every value checked, whoever asks for
// it: which lines are of the format does not depend on which summaries there are.

import { COMMA, QUOTE, SPACE, findByte, findBytes, isBlank, splat } from "./bytes";
import { BACKSLASH, closingQuoteNear } from "./escaped-quotes";
import { keepLine, lineFrom, lineTo, nextLine, rejectThis } from "./line-loop";
import { isText, writeFields, writeMissing } from "./pattern-fields";
import {
  endLast,
  endLine,
  endList,
  endQuote,
  endTextOrLine,
  kindBlanks,
  kindField,
  kindLiteral,
  patternAppended,
  patternSteps,
  patternStepsEnd,
  stepBytes,
  stepEnd,
  stepKind,
  stepSkip,
  stepSpaces,
  stepText,
  stepTextBytes,
} from "./pattern-layout";
import { BAD_ENVELOPE } from "./rejects";

const COLON: u8 = 0x3a;

/** Whether a step's text stands at `at`. */
@inline
function hasText(step: u32, at: u32, to: u32): bool {
  const bytes = load<u32>(step, stepTextBytes);
  return to - at >= bytes && isText(at, at + bytes, load<u32>(step, stepText), bytes);
}

/** The first space that separates no items of a list, or `to`. */
function listEnd(from: u32, to: u32): u32 {
  let at = findByte(from, to, SPACE);
  while (at < to) {
    const before = at > from ? load<u8>(at - 1) : 0;
    const isInside = before == COMMA || before == COLON || (at + 1 < to && load<u8>(at, 1) == COLON);
    if (!isInside) return at;
    at = findByte(at + 1, to, SPACE);
  }
  return to;
}

/** Where the value of a field ends that begins at `from`; 0 if it does not. */
function endOf(step: u32, from: u32, to: u32): u32 {
  let at = from;
  for (let spaces = load<u32>(step, stepSpaces); spaces > 0; spaces -= 1) {
    at = findByte(at, to, SPACE);
    if (at == to) return 0;
    at += 1;
  }
  const end = load<u32>(step, stepEnd);
  if (end == endLine) return to;
  if (end == endList) return listEnd(at, to);
  const bytes = load<u32>(step, stepTextBytes);
  if (end == endLast) return to - at >= bytes ? to - bytes : 0;
  const found =
    end == endQuote
      ? closingQuoteNear(at, to, splat(QUOTE), i8x16.splat(BACKSLASH))
      : findBytes(at, to, load<u32>(step, stepText), bytes);
  return found == to && end != endTextOrLine ? 0 : found;
}

/** The step behind an optional part whose fields this line has not. */
function skip(optional: u32, offset: u32): u32 {
  const end = load<u32>(optional, stepSkip);
  for (let step = optional; step < end; step += stepBytes) writeMissing(step, offset);
  return end;
}

/** Whether a line has nothing to see, which is no line even where nothing need stand in any field. */
@inline
function isBlankLine(from: u32, to: u32): bool {
  return from == to || (load<u8>(from) <= SPACE && isBlank(from, to));
}

/** Cuts a line; false if it is not of the format. */
export function cutPatternLine(program: u32, offset: u32, from: u32, to: u32): bool {
  const end = load<u32>(program, patternStepsEnd);
  let step = load<u32>(program, patternSteps);
  let at = from;
  while (step < end) {
    const kind = load<u32>(step, stepKind);
    if (kind == kindField) {
      const valueEnd = endOf(step, at, to);
      if (!valueEnd || !writeFields(step, offset, at, valueEnd)) return false;
      at = valueEnd;
    } else if (kind == kindLiteral) {
      if (!hasText(step, at, to)) return false;
      at += load<u32>(step, stepTextBytes);
    } else if (kind == kindBlanks) {
      const blanks = at;
      while (at < to && load<u8>(at) == SPACE) at += 1;
      if (at == blanks) return false;
    } else if (!hasText(step, at, to)) {
      step = skip(step, offset);
      continue;
    }
    step += stepBytes;
  }
  return at == to || (load<u32>(program, patternAppended) != 0 && load<u8>(at) == SPACE);
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokenisePattern(cursor: u32, program: u32, capacity: u32): u32 {
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd && nextLine(cursor)) {
    if (!isBlankLine(lineFrom, lineTo) && cutPatternLine(program, offset, lineFrom, lineTo)) {
      keepLine(cursor, offset);
      offset += 8;
    } else rejectThis(cursor, BAD_ENVELOPE);
  }
  return offset >> 3;
}
