// Docker cuts lines that are longer than 16 KiB: all parts but the last lack the line feed at the end of `log`, and
// nothing in the last part tells it from a line.
//
// Whether a record is a part is read off its bytes as Docker writes them, without reading JSON: `{"log":"`, the text,
// `","stream":"stdout"` or `"stderr"`, and more. Inside of the text no quote stands alone, so that the first such place
// is its end. The kernel's `docker-parts.ts` has the same rule.

import { limits } from "../../base/limits.ts";
import type { PartRecord, ReadRecord } from "./parts-scan.ts";

const backslash = 0x5c;
const letterN = 0x6e;
const beginning = Buffer.from('{"log":"');
const behindText = Buffer.from('","stream":"std');

export const readDockerRecord: ReadRecord = (text, from, to, isLong) => {
  if (to - from < beginning.length || text[from] !== beginning[0]) return null;
  if (beginning.compare(text, from, from + beginning.length) !== 0) return null;
  const seen = text.subarray(from, isLong ? from + limits.lineBeginningBytes : to);
  const found = endOfText(seen);
  if (found === null) return isLong ? "unknown" : null;
  return { stream: found.stream, isLast: endsLine(seen, found.at) };
};

/** Where the text of a record ends, and its stream. */
function endOfText(
  record: Buffer,
): { readonly stream: PartRecord["stream"]; readonly at: number } | null {
  let at = record.indexOf(behindText, beginning.length - 1);
  while (at >= 0) {
    const behind = record.toString("latin1", at + behindText.length, at + behindText.length + 4);
    if (behind === 'out"') return { stream: "stdout", at };
    if (behind === 'err"') return { stream: "stderr", at };
    at = record.indexOf(behindText, at + 1);
  }
  return null;
}

/** Whether the text that ends at `at` does so with an escaped line feed. */
function endsLine(record: Buffer, at: number): boolean {
  if (record[at - 1] !== letterN) return false;
  let from = at - 1;
  while (from > beginning.length && record[from - 1] === backslash) from -= 1;
  return (at - 1 - from) % 2 === 1;
}
