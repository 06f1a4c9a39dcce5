// A ledger is sent in parts, so that neither side ever holds one huge message: a year of hourly
// files is some ten thousand sources. A source is never split; one with very many gaps makes a part
// of its own, and the flight bounds how many gaps there can be.

import type { LedgerSource } from "../../../shared/protocol/messages.ts";

const ledgerPartBytesMax = 1024 * 1024;

/** The sources in the same order, in at least one part. */
export function ledgerParts(
  sources: readonly LedgerSource[],
  bytesMax = ledgerPartBytesMax,
): LedgerSource[][] {
  const parts: LedgerSource[][] = [];
  let part: LedgerSource[] = [];
  let bytes = 0;
  for (const source of sources) {
    const more = encodedBytesMost(source);
    if (part.length > 0 && bytes + more > bytesMax) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(source);
    bytes += more;
  }
  return [...parts, part];
}

/** Most that a UTF-16 unit takes in UTF-8, and most that stands in front of a text, a list or a map. */
const unitBytesMax = 3;
const lengthBytesMax = 5;
/** The names of members, and the numbers and ids behind them, of a source, a place and a range. */
const sourceBytesMax = 160;
const hintBytesMax = 40;
const rangeBytesMax = 80;
const keyBytesMax = 48;

/** An upper bound of what the source takes on the wire. */
function encodedBytesMost({ name, hints, merged }: LedgerSource): number {
  const textBytes = (text: string): number => lengthBytesMax + unitBytesMax * text.length;
  let bytes = sourceBytesMax + textBytes(name);
  for (const { path, inode, stat } of hints) {
    bytes += hintBytesMax + textBytes(path) + textBytes(inode) + textBytes(stat);
  }
  for (const ranges of Object.values(merged)) {
    bytes += keyBytesMax + rangeBytesMax * ranges.length;
  }
  return bytes;
}
