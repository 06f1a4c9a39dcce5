// The line that is inside of an envelope: any format whose lines say all of themselves, cut where it stands. It ends at
// a line feed, which is that of the envelope's line, or one of its own where it was copied.

import { cutAccessLine } from "./access-log";
import { contentEnd, isBlank, spanOf } from "./bytes";
import { cutValues } from "./delimited";
import {
  innerAccessLog,
  innerColumns,
  innerCsv,
  innerJson,
  innerMessage,
  innerPairs,
} from "./inner-layout";
import { cutJsonLine } from "./json";
import { cutPairsLine } from "./pairs";
import { cutPatternLine } from "./pattern";
import { BAD_ENVELOPE, BAD_JSON } from "./rejects";
import { cutCsvBody } from "./rsyslog";

/** Cuts the text that begins at `from`; 0, or 1 + why it is rejected. */
export function cutInner(
  cursor: u32,
  kind: u32,
  program: u32,
  from: u32,
  newline: u32,
  offset: u32,
): u32 {
  const to = max(from, contentEnd(newline));
  if (kind == innerMessage) {
    if (program) store<u64>(program + offset, spanOf(from, to));
    return 0;
  }
  if (kind == innerCsv) return cutCsvBody(cursor, program, from, to, offset);
  if (isBlank(from, to)) return BAD_ENVELOPE + 1;
  if (kind == innerColumns) return cutValues(cursor, program, from, to, offset);
  if (kind == innerJson) {
    return cutJsonLine(cursor, program, from, newline, offset) ? 0 : BAD_JSON + 1;
  }
  let isCut = false;
  if (kind == innerPairs) isCut = cutPairsLine(cursor, program, from, to, offset);
  else if (kind == innerAccessLog) isCut = cutAccessLine(program, offset, from, to);
  else isCut = cutPatternLine(program, offset, from, to);
  return isCut ? 0 : BAD_ENVELOPE + 1;
}
