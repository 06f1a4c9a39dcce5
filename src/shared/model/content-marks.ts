// Marks: checksums of a content's beginning at many lengths, by which a file that is shorter than what
// was counted is told from another that only begins alike. A mark is the end of a line and the CRC-32 of
// everything from the beginning of a range up to there.
//
// Where marks are follows from the content alone, whichever batches it was cut into: for each rung of a
// ladder of lengths, the first line end at or behind it. So of two contents of which one is the
// beginning of the other, the marks of the shorter are the first marks of the longer; and as rungs lie
// an eighth of their length apart or less, few bytes lie behind the last mark. Beyond `markedBytesMax` marks are
// only where batches met, a quarter apart, since nobody but the workers has read what lies between.

import { crc32 } from "node:zlib";
import { crc32Combine } from "../base/crc32-combine.ts";
import { ByteReader, ByteWriter } from "../base/bytes.ts";

export interface Mark {
  /** Offset in the content behind a line end. */
  readonly at: number;
  /** Of the content from the beginning of the range up to there. */
  readonly crc32: number;
}

/** The marks of a range of content. */
export interface Marks {
  /** Every rung in front of this offset that is to have a mark has it. */
  readonly completeTo: number;
  /** Ascending. */
  readonly list: readonly Mark[];
}

const KiB = 1024;

/** Offset in a content up to which line ends are looked for. */
export const markedBytesMax = 1024 * KiB;
const firstRung = 8;
/** Up to here rungs lie closer: headers that files have in common end here. */
const headerBytesMax = 16 * KiB;
const newline = 0x0a;
const noBytes = new Uint8Array(0);

/** Some 190 lengths, each a sixteenth and later an eighth longer than the one before. */
const rungs = ((): readonly number[] => {
  const lengths: number[] = [];
  for (let rung = firstRung; rung <= markedBytesMax;) {
    lengths.push(rung);
    rung += Math.max(1, Math.floor(rung / (rung < headerBytesMax ? 16 : 8)));
  }
  return lengths;
})();

/** The first rung beyond an offset; infinite behind the last. */
function rungAfter(offset: number): number {
  let low = 0;
  let high = rungs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rungs[middle]! > offset) high = middle;
    else low = middle + 1;
  }
  return rungs[low] ?? Infinity;
}

/** Finds the marks of a range while its bytes go by. */
export class MarkFinder {
  readonly #list: Mark[] = [];
  #crc32 = 0;
  #at: number;
  #rung: number;
  #lineEnd: number;

  /** @param from offset in the content at which the range begins, which is the beginning of a line. */
  constructor(from: number) {
    this.#at = from;
    this.#lineEnd = from;
    this.#rung = rungAfter(from);
  }

  /** Offset in the content behind what has gone by. */
  get at(): number {
    return this.#at;
  }

  /** CRC-32 of it. */
  get crc32(): number {
    return this.#crc32;
  }

  /** Offset behind the last line end that has gone by, or the beginning. */
  get lineEnd(): number {
    return this.#lineEnd;
  }

  get marks(): Marks {
    return { completeTo: Math.min(this.#lineEnd, markedBytesMax), list: this.#list };
  }

  add(bytes: Uint8Array): void {
    const start = this.#at;
    let done = 0;
    while (this.#rung !== Infinity) {
      const end = bytes.indexOf(newline, Math.max(done, this.#rung - 1 - start)) + 1;
      if (end === 0 || start + end > markedBytesMax) break;
      this.#crc32 = crc32(bytes.subarray(done, end), this.#crc32);
      done = end;
      this.#list.push({ at: start + end, crc32: this.#crc32 });
      this.#rung = rungAfter(start + end);
    }
    this.#crc32 = crc32(bytes.subarray(done), this.#crc32);
    this.#at = start + bytes.length;
    const last = bytes.lastIndexOf(newline);
    if (last >= 0) this.#lineEnd = start + last + 1;
  }
}

/** The marks of a range that is one line, of which nobody has all bytes at once. */
export function marksOfLine(from: number, to: number, lineCrc32: number): Marks {
  const hasRung = rungAfter(from) <= to && to <= markedBytesMax;
  return {
    completeTo: Math.min(to, markedBytesMax),
    list: hasRung ? [{ at: to, crc32: lineCrc32 }] : [],
  };
}

export const noMarks: Marks = Object.freeze({ completeTo: 0, list: [] });

/** A range's end and checksum, as far as joining marks needs them. */
interface Joined {
  readonly from: number;
  readonly to: number;
  readonly crc32: number;
  readonly marks: Marks;
}

/** The marks of the range that two neighbours make. */
export function joinMarks(first: Joined, second: Joined): Marks {
  const isComplete = first.marks.completeTo >= Math.min(first.to, markedBytesMax);
  const completeTo = isComplete
    ? Math.max(first.marks.completeTo, second.marks.completeTo)
    : first.marks.completeTo;
  const list = [...first.marks.list];
  if (isSeam(first.to, completeTo, list.at(-1)?.at ?? first.from)) {
    list.push({ at: first.to, crc32: first.crc32 });
  }
  for (const mark of second.marks.list) {
    const joined = crc32Combine(first.crc32, mark.crc32, mark.at - first.to);
    list.push({ at: mark.at, crc32: joined });
  }
  return { completeTo, list };
}

/** Whether the place where ranges meet makes a mark where no line end was looked for. */
function isSeam(at: number, completeTo: number, before: number): boolean {
  return at > completeTo && at - before >= before / 4;
}

/** At most: rungs, and seams up to 2^53 bytes. */
const marksMax = rungs.length + 160;
const markBytesMin = 5;

/** The marks in bytes; none for none. */
export function packMarks(from: number, { completeTo, list }: Marks): Uint8Array {
  if (completeTo <= from && list.length === 0) return noBytes;
  const writer = new ByteWriter(8 + 7 * list.length);
  writer.varint(Math.max(0, completeTo - from)).varint(list.length);
  let before = from;
  for (const { at, crc32: checksum } of list) {
    writer.varint(at - before).u32(checksum);
    before = at;
  }
  return writer.finish();
}

/** @throws LogmillError `code` for bytes that are no marks of a range that begins there */
export function unpackMarks(
  from: number,
  bytes: Uint8Array,
  code: "store_damaged" | "bad_message",
): Marks {
  if (bytes.length === 0) return noMarks;
  const reader = new ByteReader(bytes, code, "marks");
  const completeTo = from + reader.varint();
  const count = reader.count(markBytesMin);
  if (count > marksMax) throw reader.fault(`${count} marks`);
  const list: Mark[] = [];
  for (let at = from; list.length < count;) {
    const step = reader.varint();
    at += step;
    if (step === 0 || !Number.isSafeInteger(at)) throw reader.fault("a mark is nowhere");
    list.push({ at, crc32: reader.u32() });
  }
  reader.end();
  return { completeTo, list };
}

/** Whether bytes are marks of the range, or none. */
export function areMarksOf(from: number, to: number, bytes?: Uint8Array): boolean {
  try {
    const { completeTo, list } = unpackMarks(from, bytes ?? noBytes, "bad_message");
    return completeTo <= to && (list.at(-1)?.at ?? to) <= to;
  } catch {
    return false;
  }
}
