// Container runtimes cut the lines that they write for the kubelet, by default after 16 KiB: all parts but the last have
// the tag `P`, and the last one has `F`, as a line has that is whole. The kernel's `cri.ts` has the same rule.

import type { ReadRecord } from "./parts-scan.ts";

const timeBytesMax = 64;
/** Bytes of the stream and the first tag, with what is around them. */
const wordsBytes = 10;
const envelope = /^[^ ]{0,64} (stdout|stderr) ([PF])[ :]/;

/** The envelope is short, so that also the beginning of a line shows it. */
export const readCriRecord: ReadRecord = (text, from, to) => {
  const end = Math.min(to, from + timeBytesMax + wordsBytes);
  const [, stream, tag] = envelope.exec(text.toString("latin1", from, end)) ?? [];
  if (stream === undefined) return null;
  return { stream: stream === "stdout" ? "stdout" : "stderr", isLast: tag === "F" };
};
