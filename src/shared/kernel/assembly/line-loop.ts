// The line loop that formats have in common: one line after the other, whose ends are found a window at a time.
// Where a line is cut in a few nanoseconds, as those of rsyslog and of access logs are, the loop stands in the
// tokeniser itself, with its state in registers.

import { contentEnd, spanOf } from "./bytes";
import { nextWindow } from "./newlines";
import {
  cursorLineBytesMax,
  cursorLineColumn,
  cursorNewlineAt,
  cursorNewlinesEnd,
  cursorNext,
  cursorRejects,
} from "./parse-layout";
import { LINE_TOO_LONG, rejectLine } from "./rejects";

/** Set by `nextLine`: where the line begins, where its content ends, and where its newline is. */
export let lineFrom: u32 = 0;
export let lineTo: u32 = 0;
export let lineNewline: u32 = 0;

/** Goes to the next line, however long it is. False at the end of the text. */
@inline
export function nextLineOfAnyLength(cursor: u32): bool {
  const isWindowDone = load<u32>(cursor, cursorNewlineAt) == load<u32>(cursor, cursorNewlinesEnd);
  if (isWindowDone && !nextWindow(cursor)) return false;
  const newlineAt = load<u32>(cursor, cursorNewlineAt);
  lineNewline = load<u32>(newlineAt);
  lineFrom = load<u32>(cursor, cursorNext);
  lineTo = contentEnd(lineNewline);
  store<u32>(cursor, newlineAt + 4, cursorNewlineAt);
  store<u32>(cursor, lineNewline + 1, cursorNext);
  return true;
}

@inline
export function isTooLong(cursor: u32): bool {
  return lineTo - lineFrom > load<u32>(cursor, cursorLineBytesMax);
}

/** Goes to the next line, past those that are too long, which are rejected. False at the end of the text. */
export function nextLine(cursor: u32): bool {
  while (nextLineOfAnyLength(cursor)) {
    if (!isTooLong(cursor)) return true;
    rejectThis(cursor, LINE_TOO_LONG);
  }
  return false;
}

/** The line is an event, whose place in columns is `offset`. */
@inline
export function keepLine(cursor: u32, offset: u32): void {
  store<u64>(load<u32>(cursor, cursorLineColumn) + offset, spanOf(lineFrom, lineTo));
}

@inline
export function rejectThis(cursor: u32, reason: u32): void {
  rejectLine(load<u32>(cursor, cursorRejects), reason, lineFrom, lineTo);
}
