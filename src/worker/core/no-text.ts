// What of a batch's bytes is no text, taken out before lines are looked for: a UTF-8 byte order mark at
// the beginning of the content, and runs of NULs at the beginning of a line. Such runs are holes: a log
// that was truncated under a writer that keeps its place begins with one, and a machine that lost its
// power leaves one in the middle. Each is rejected as `nul_bytes`, and the line behind it is read as if
// there were no hole. NULs within a line are bytes like any other.
//
// Whether a byte goes is decided by its own line alone, so it does not matter where batches were cut.
//
// Hardly any batch has a NUL, and the kernel sees on its way whether one has: those that have are begun again.

import { limits } from "../../shared/base/limits.ts";
import type { SampledLine } from "../../shared/model/partial.ts";

const newline = 0x0a;
const carriageReturn = 0x0d;
const mark = [0xef, 0xbb, 0xbf] as const;

/** Bytes that were taken out so far, from a place in the remaining text on. */
interface Removed {
  readonly from: number;
  readonly bytes: number;
}

export interface Holes {
  readonly count: number;
  /** The first of them. */
  readonly samples: readonly SampledLine[];
}

/** The text that is left of a batch, and what was taken out of it. */
export class TextOnly {
  /** Just past it in the memory. */
  readonly end: number;
  readonly holes: Holes;
  readonly #removed: readonly Removed[];

  constructor(end: number, holes: Holes, removed: readonly Removed[]) {
    this.end = end;
    this.holes = holes;
    this.#removed = removed;
  }

  /** Where in the batch a byte lay that is at `offset` of the text now. */
  offsetInBatch(offset: number): number {
    const before = this.#removed.findLast(({ from }) => from <= offset);
    return offset + (before?.bytes ?? 0);
  }
}

/** Of a batch that nothing was taken out of. */
export function allText(end: number): TextOnly {
  return new TextOnly(end, { count: 0, samples: [] }, []);
}

export function beginsWithMark(bytes: Uint8Array): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}

/**
 * Moves the text in `[start, end)` together.
 * @param isBeginning whether it is the beginning of a content
 */
export function textOnly(
  memory: Uint8Array,
  start: number,
  end: number,
  isBeginning: boolean,
): TextOnly {
  const removed: Removed[] = [];
  const samples: SampledLine[] = [];
  let count = 0;
  let at = start;
  let to = start;
  const keep = (until: number): void => {
    if (to !== at) memory.copyWithin(to, at, until);
    to += until - at;
  };
  const drop = (until: number): void => {
    at = until;
    removed.push({ from: to - start, bytes: at - to });
  };
  if (isBeginning && beginsWithMark(memory.subarray(start, end))) drop(start + mark.length);
  const begin = at;
  for (let found = nextNul(memory, at, end); found < end;) {
    const isLineStart = found === begin || memory[found - 1] === newline;
    const behind = nonNul(memory, found, end);
    if (isLineStart) {
      keep(found);
      if (count < limits.samplesPerReasonMax) samples.push(sampleOf(found - start, behind - found));
      count += 1;
      drop(lineEnd(memory, behind, end));
    }
    found = nextNul(memory, Math.max(at, behind), end);
  }
  keep(end);
  return new TextOnly(to, { count, samples }, removed);
}

function sampleOf(offset: number, bytes: number): SampledLine {
  const shown = Math.min(bytes, limits.sampleBytesMax);
  return { reason: "nul_bytes", field: "", offset, bytes: new Uint8Array(shown), value: null };
}

/** A hole with a line end of its own is no line without it. */
function lineEnd(memory: Uint8Array, at: number, end: number): number {
  const feed = at < end && memory[at] === carriageReturn ? at + 1 : at;
  if (feed === end) return end;
  return memory[feed] === newline ? feed + 1 : at;
}

/** A Buffer finds a byte many times faster than a Uint8Array does, and every byte of a batch is looked at. */
function nextNul(memory: Uint8Array, from: number, end: number): number {
  const found = Buffer.from(memory.buffer, memory.byteOffset + from, end - from).indexOf(0);
  return found < 0 ? end : from + found;
}

function nonNul(memory: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && memory[at] === 0) at += 1;
  return at;
}
