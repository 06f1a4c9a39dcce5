// Lines that container runtimes write for the kubelet: `time stdout|stderr tags text`, where the text is a line of what
// runs in the container. The first of the tags, which colons are between, is `F` where the text ends a line, and `P`
// where it is a part of a longer one, which goes on in the next line of the same stream.
//
// Parts are rejected, and so is the last one, which looks like a line. The rule is that of `shared/model/format/cri-parts.ts`.

import { SPACE, contentEnd, findByte, isBlank, spanOf } from "./bytes";
import { criInner, criInnerKind, criPending, criStream, criTimestamp } from "./cri-layout";
import { pendingStderr, pendingStdout } from "./pending-layout";
import { cutInner } from "./inner";
import {
  isTooLong,
  keepLine,
  lineFrom,
  lineNewline,
  nextLineOfAnyLength,
  rejectThis,
} from "./line-loop";
import { BAD_ENVELOPE, BLANK, LINE_TOO_LONG, UNFINISHED_RECORD } from "./rejects";
import { isIsoTime } from "./syslog-parts";

const TIME_BYTES_MAX: u32 = 64;
/** ` stdout ` and ` stderr ` */
const STDOUT: u64 = 0x2074756f64747320;
const STDERR: u64 = 0x2072726564747320;
const STREAM_BYTES: u32 = 6;
const FULL: u8 = 0x46;
const PART: u8 = 0x50;
const COLON: u8 = 0x3a;

// Set by `readStream`: where the time ends, and whether the line is a part that is not the last.
let timeEnd: u32 = 0;
let isUnfinished: bool = false;

/** Reads the envelope of the line in [from, to) up to its first tag; the stream's bit, or 0 if there is none. */
function readStream(from: u32, to: u32): u32 {
  timeEnd = findByte(from, min(to, from + TIME_BYTES_MAX), SPACE);
  // The stream, a tag and what is behind it.
  if (to - timeEnd < 10) return 0;
  const words = load<u64>(timeEnd);
  const stream = words == STDOUT ? pendingStdout : words == STDERR ? pendingStderr : 0;
  const tag = load<u8>(timeEnd, 8);
  const behind = load<u8>(timeEnd, 9);
  isUnfinished = tag == PART;
  const isTag = (isUnfinished || tag == FULL) && (behind == SPACE || behind == COLON);
  return isTag ? stream : 0;
}

/** Whether the line goes on with what an earlier one of its stream has begun; takes note of what it leaves. */
function isLaterPart(program: u32, stream: u32): bool {
  const pending = load<u32>(program, criPending);
  const left = pending & ~stream;
  store<u32>(program, isUnfinished ? left | stream : left, criPending);
  return (pending & stream) != 0;
}

/** Cuts the whole line whose envelope has been read; 0, or 1 + why it is rejected. */
function cutText(cursor: u32, program: u32, from: u32, newline: u32, offset: u32): u32 {
  const to = contentEnd(newline);
  const tags = timeEnd + 8;
  const tagsEnd = findByte(tags, newline, SPACE);
  if (tagsEnd == newline || !isIsoTime(from, timeEnd)) return BAD_ENVELOPE + 1;
  const text = tagsEnd + 1;
  if (text >= to || isBlank(text, to)) return BLANK + 1;
  const timestamps = load<u32>(program, criTimestamp);
  if (timestamps) store<u64>(timestamps + offset, spanOf(from, timeEnd));
  const streams = load<u32>(program, criStream);
  const streamFrom = timeEnd + 1;
  if (streams) store<u64>(streams + offset, spanOf(streamFrom, streamFrom + STREAM_BYTES));
  const kind = load<u32>(program, criInnerKind);
  return cutInner(cursor, kind, load<u32>(program, criInner), text, newline, offset);
}

function cutCriLine(cursor: u32, program: u32, from: u32, newline: u32, offset: u32): u32 {
  const stream = readStream(from, newline);
  const isPart = stream != 0 && (isLaterPart(program, stream) || isUnfinished);
  if (isTooLong(cursor)) return LINE_TOO_LONG + 1;
  if (isPart) return UNFINISHED_RECORD + 1;
  if (stream) return cutText(cursor, program, from, newline, offset);
  return (isBlank(from, newline) ? BLANK : BAD_ENVELOPE) + 1;
}

/** Cuts the lines from the cursor on into at most `capacity` events; returns how many it made. */
export function tokeniseCri(cursor: u32, program: u32, capacity: u32): u32 {
  let offset: u32 = 0;
  const offsetEnd = capacity << 3;
  while (offset < offsetEnd && nextLineOfAnyLength(cursor)) {
    const fault = cutCriLine(cursor, program, lineFrom, lineNewline, offset);
    if (fault) rejectThis(cursor, fault - 1);
    else {
      keepLine(cursor, offset);
      offset += 8;
    }
  }
  return offset >> 3;
}
