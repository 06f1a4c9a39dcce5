// Which records of Docker are parts of a longer line, read off their bytes: the rule is told in
// `shared/model/format/docker-parts.ts`.

import { QUOTE, findByte } from "./bytes";
import {
  dockerBeginningBytes,
  dockerPartBytesMax,
  dockerPending,
} from "./docker-layout";
import { pendingStderr, pendingStdout } from "./pending-layout";

/** `{"log":"` */
const BEGINNING: u64 = 0x223a22676f6c227b;
/** `","strea` */
const BEHIND: u64 = 0x6165727473222c22;
/** `m":"stdo` and `ut"` */
const OUT: u64 = 0x6f647473223a226d;
const OUT_END: u32 = 0x227475;
/** `m":"stde` and `rr"` */
const ERR: u64 = 0x65647473223a226d;
const ERR_END: u32 = 0x227272;
/** Bytes of `","stream":"stdout"`. */
const BEHIND_BYTES: u32 = 19;

const BACKSLASH: u8 = 0x5c;
const LETTER_N: u8 = 0x6e;

/** The stream that is named behind a quote which ends the text; 0 if it does not. */
@inline
function streamBehind(quote: u32): u32 {
  if (load<u64>(quote) != BEHIND) return 0;
  const word = load<u64>(quote, 8);
  const end = load<u32>(quote, 16) & 0xffffff;
  if (word == OUT) return end == OUT_END ? pendingStdout : 0;
  return word == ERR && end == ERR_END ? pendingStderr : 0;
}

/** Whether the text that ends at `quote` does so with an escaped line feed. */
function endsLine(text: u32, quote: u32): bool {
  if (load<u8>(quote - 1) != LETTER_N) return false;
  let from = quote - 1;
  while (from > text && load<u8>(from - 1) == BACKSLASH) from -= 1;
  return ((quote - 1 - from) & 1) != 0;
}

/** Takes note of the record in [from, to); true if it goes on with a line that an earlier one has begun. */
export function isLaterPart(program: u32, from: u32, to: u32): bool {
  if (to - from < 8 || load<u64>(from) != BEGINNING) return false;
  const isLong = to - from > load<u32>(program, dockerPartBytesMax);
  const end = isLong ? from + load<u32>(program, dockerBeginningBytes) : to;
  const text = from + 8;
  const pending = load<u32>(program, dockerPending);
  for (let at = text - 1; at + BEHIND_BYTES <= end; at += 1) {
    at = findByte(at, end, QUOTE);
    if (at + BEHIND_BYTES > end) break;
    const stream = streamBehind(at);
    if (!stream) continue;
    const left = pending & ~stream;
    store<u32>(program, endsLine(text, at) ? left : left | stream, dockerPending);
    return (pending & stream) != 0;
  }
  if (isLong) store<u32>(program, pendingStdout | pendingStderr, dockerPending);
  return false;
}
