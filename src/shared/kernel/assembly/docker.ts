// Records that Docker's `json-file` driver writes, an object of JSON a line: `log` is a line of what runs in the container,
// which is of a format of its own, or a message as it is; `stream` and `time` say where it came from, and when.
//
// Docker cuts lines that are longer than 16 KiB: all parts but the last lack the line feed at the end. A part is no line,
// so it is rejected, and so is the last one, which looks like a line.

import { NEWLINE, contentEnd, findByte, isBlank } from "./bytes";
import { isLaterPart } from "./docker-parts";
import { dockerInner, dockerInnerKind, dockerLog, dockerRecord } from "./docker-layout";
import { cutInner } from "./inner";
import { cutJsonLine } from "./json";
import {
  isTooLong,
  keepLine,
  lineFrom,
  lineNewline,
  nextLineOfAnyLength,
  rejectThis,
} from "./line-loop";
import { BAD_ENVELOPE, BAD_JSON, BLANK, LINE_TOO_LONG, UNFINISHED_RECORD } from "./rejects";

/** Cuts the record that begins at `from`; 0, or 1 + why it is rejected. */
function cutRecord(cursor: u32, program: u32, from: u32, newline: u32, offset: u32): u32 {
  const record = load<u32>(program, dockerRecord);
  if (!cutJsonLine(cursor, record, from, newline, offset)) return BAD_JSON + 1;
  const log = load<u64>(load<u32>(program, dockerLog) + offset);
  if (!log) return BAD_ENVELOPE + 1;
  const text = u32(log);
  const last = text + u32(log >> 32) - 1;
  if (last < text || load<u8>(last) != NEWLINE) return UNFINISHED_RECORD + 1;
  // Docker cuts at line feeds, so that none is inside.
  if (findByte(text, last, NEWLINE) != last) return BAD_ENVELOPE + 1;
  if (isBlank(text, max(text, contentEnd(last)))) return BLANK + 1;
  const kind = load<u32>(program, dockerInnerKind);
  return cutInner(cursor, kind, load<u32>(program, dockerInner), text, last, offset);
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseDocker(cursor: u32, program: u32, capacity: u32): u32 {
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd && nextLineOfAnyLength(cursor)) {
    const isPart = isLaterPart(program, lineFrom, lineNewline);
    const fault = isTooLong(cursor)
      ? LINE_TOO_LONG + 1
      : isPart
        ? UNFINISHED_RECORD + 1
        : cutRecord(cursor, program, lineFrom, lineNewline, offset);
    if (fault) rejectThis(cursor, fault - 1);
    else {
      keepLine(cursor, offset);
      offset += 8;
    }
  }
  return offset >> 3;
}
