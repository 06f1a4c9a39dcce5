// Cuts a stretch of content into batches of whole lines. The source reads straight into the memory
// that `space()` lends, which becomes the payload of the batch; only what follows the last line end
// (less than a line, as a rule) is copied, into the memory of the next batch.
//
//   lines     as many whole lines as fit in `batchBytesMax`; or one longer line that a source may
//             still have (`lineBytesMax`), so that no batch size makes a legal line illegal
//   oversize  one line that is longer than that, or the NULs that such a line begins with, which are a
//             hole in the file and no part of the line behind them. Its payload is its beginning,
//             enough to tell what it was; the rest is skipped through a small buffer, with the
//             checksums of all of it
//
// Invariants: batches follow each other without a gap. Each ends behind a line feed or a hole, except at
// the end of the stretch, where `end` decides. Memory: at most one batch or one legal line, whichever is
// more, however long a line is. Memory that was given away in a batch is never touched again.

import { type Cut } from "../../../batch/cut.ts";
import { assert } from "../../../../shared/base/assert.ts";
import { limits } from "../../../../shared/base/limits.ts";
import { tailBytes, tailCrc32 } from "../../../../shared/model/content-id.ts";
import { MarkFinder, packMarks } from "../../../../shared/model/content-marks.ts";
import { OversizeLine } from "./oversize-line.ts";

export interface BatcherOptions {
  /** Offset of the stretch in the content, and of its end; null when only the content's end ends it. */
  readonly from: number;
  readonly to: number | null;
  readonly batchBytesMax: number;
  /** Longest line of the source without its line end. */
  readonly lineBytesMax: number;
  /** Bytes that probably follow; spares small files a large buffer. Null if unknown. */
  readonly expectedBytes: number | null;
}

const newline = 0x0a;
/** A line may end in a carriage return and a line feed. */
const lineEndBytesMax = 2;
/** Memory for skipping through an over-long line. */
const skipBytes = 64 * 1024;
const bufferBytesMin = tailBytes;
const noBuffer = Buffer.alloc(0);

/** Cuts bytes that are here, and lie at `from` in their content, into batches that can be sent. */
export function cutsOf(bytes: Uint8Array, from: number): Cut[] {
  const batcher = new Batcher({
    from,
    to: from + bytes.length,
    batchBytesMax: limits.batchBytesMax,
    lineBytesMax: limits.lineBytesMaxCeiling,
    expectedBytes: bytes.length,
  });
  const cuts: Cut[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = batcher.space();
    const part = bytes.subarray(at, at + space.length);
    space.set(part);
    cuts.push(...batcher.advance(part.length));
    at += part.length;
  }
  return [...cuts, ...batcher.end(true)];
}

export class Batcher {
  readonly #to: number;
  readonly #batchBytesMax: number;
  /** Longest run without a line feed that is still collected. */
  readonly #runBytesMax: number;
  #buffer: Buffer;
  #filled = 0;
  /** Content offset of the buffer's first byte. */
  #from: number;
  #oversize: { readonly line: OversizeLine; readonly scratch: Buffer } | null = null;

  constructor(options: BatcherOptions) {
    this.#from = options.from;
    this.#to = options.to ?? Infinity;
    this.#batchBytesMax = options.batchBytesMax;
    this.#runBytesMax = Math.max(options.batchBytesMax, options.lineBytesMax + lineEndBytesMax);
    // One byte more than expected: the read that finds nothing there is needed anyway.
    const expected = Math.min(options.expectedBytes ?? Infinity, this.#to - options.from) + 1;
    this.#buffer = freshBuffer(Math.min(options.batchBytesMax, Math.max(expected, bufferBytesMin)));
  }

  /** Content offset behind the last batch. */
  get cutTo(): number {
    return this.#oversize?.line.from ?? this.#from;
  }

  /** Where the next bytes of the content go; empty when the stretch is complete. */
  space(): Uint8Array {
    const { buffer, start, offset } = this.#target();
    const length = Math.min(buffer.length - start, this.#batchBytesMax, this.#to - offset);
    return buffer.subarray(start, start + length);
  }

  /** The first `bytes` bytes of `space()` have been filled. Returns the batches this completes. */
  advance(bytes: number): Cut[] {
    if (this.#oversize !== null) return this.#skip(bytes);
    this.#filled += bytes;
    return this.#cut(false);
  }

  /**
   * The stretch ends here.
   * @param isWhole whether bytes without a line feed at the end are a line; if not, they are left.
   */
  end(isWhole: boolean): Cut[] {
    if (this.#oversize !== null) return isWhole ? [this.#endOversize()] : [];
    const cuts = this.#cut(true);
    if (!isWhole || this.#filled === 0) return cuts;
    cuts.push(this.#lines(this.#filled));
    return cuts;
  }

  #target(): { buffer: Buffer; start: number; offset: number } {
    if (this.#oversize !== null) {
      const { line, scratch } = this.#oversize;
      return { buffer: scratch, start: 0, offset: line.to };
    }
    const buffer = this.#buffer.length === 0 ? this.#takeBuffer() : this.#buffer;
    return { buffer, start: this.#filled, offset: this.#from + this.#filled };
  }

  /** @param isEnd whether lines are cut although the buffer has room for more. */
  #cut(isEnd: boolean): Cut[] {
    const cuts: Cut[] = [];
    while (this.#filled >= this.#batchBytesMax || this.#isFull() || isEnd) {
      const bytes = this.#wholeLines();
      if (bytes > 0) cuts.push(this.#lines(bytes));
      else if (this.#filled < this.#buffer.length || isEnd) break;
      else if (this.#filled < this.#runBytesMax) this.#grow();
      else {
        cuts.push(...this.#startOversize());
        break;
      }
    }
    return cuts;
  }

  #isFull(): boolean {
    return this.#filled > 0 && this.#filled === this.#buffer.length;
  }

  #takeBuffer(): Buffer {
    this.#buffer = freshBuffer(this.#batchBytesMax);
    return this.#buffer;
  }

  /** Bytes of the whole lines at the beginning that make a batch; 0 if there is no line feed. */
  #wholeLines(): number {
    const limit = Math.min(this.#filled, this.#batchBytesMax);
    const last = this.#buffer.subarray(0, limit).lastIndexOf(newline);
    if (last >= 0) return last + 1;
    const first = this.#buffer.subarray(limit, this.#filled).indexOf(newline);
    return first < 0 ? 0 : limit + first + 1;
  }

  #lines(bytes: number): Cut {
    const payload = this.#buffer.subarray(0, bytes);
    const rest = this.#buffer.subarray(bytes, this.#filled);
    const from = this.#from;
    const marks = new MarkFinder(from);
    marks.add(payload);
    this.#from += bytes;
    this.#filled = rest.length;
    // Taken only when something is to be put into it: most files end with a line end.
    this.#buffer = noBuffer;
    if (rest.length > 0) this.#takeBuffer().set(rest);
    return {
      kind: "lines",
      payload,
      from,
      to: from + bytes,
      crc32: marks.crc32,
      tailCrc32: tailCrc32(payload),
      payloadCrc32: marks.crc32,
      marks: packMarks(from, marks.marks),
      witnesses: [],
      checksums: "given",
    };
  }

  #grow(): void {
    const isSmall = this.#buffer.length < this.#batchBytesMax;
    const larger = freshBuffer(isSmall ? this.#batchBytesMax : this.#runBytesMax);
    larger.set(this.#buffer);
    this.#buffer = larger;
  }

  #startOversize(): Cut[] {
    const line = new OversizeLine(this.#from);
    const filled = this.#buffer.subarray(0, this.#filled);
    this.#oversize = { line, scratch: freshBuffer(Math.min(skipBytes, this.#batchBytesMax)) };
    this.#buffer = noBuffer;
    this.#filled = 0;
    return this.#addToOversize(line, filled);
  }

  /** What follows the line, or the hole, belongs to the next batches. */
  #addToOversize(line: OversizeLine, bytes: Buffer): Cut[] {
    const end = line.endIn(bytes);
    line.add(end === null ? bytes : bytes.subarray(0, end));
    if (end === null) return [];
    const cut = this.#endOversize();
    const rest = bytes.subarray(end);
    // As much as one run of a line may have been collected.
    if (rest.length > this.#batchBytesMax) this.#buffer = freshBuffer(this.#runBytesMax);
    else this.#takeBuffer();
    this.#buffer.set(rest);
    this.#filled = rest.length;
    return [cut, ...this.#cut(false)];
  }

  #skip(bytes: number): Cut[] {
    assert(this.#oversize !== null, "only an over-long line is skipped");
    const { line, scratch } = this.#oversize;
    return this.#addToOversize(line, scratch.subarray(0, bytes));
  }

  #endOversize(): Cut {
    assert(this.#oversize !== null, "only an over-long line is ended");
    const cut = this.#oversize.line.cut();
    this.#oversize = null;
    this.#from = cut.to;
    return cut;
  }
}

/** Not from Node's pool, whose memory is shared with whoever asks next. */
function freshBuffer(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes);
}
