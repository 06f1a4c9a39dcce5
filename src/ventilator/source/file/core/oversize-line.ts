// A line that is longer than any batch, seen piece by piece and never held: its beginning, its
// length, and the checksums of all of it. Of a line that begins with NULs only these are meant: a hole
// in the file. The workers count it as `line_too_long`, or as `nul_bytes`; the ledger needs its range
// and checksums like those of any other batch.

import { crc32 } from "node:zlib";
import { limits } from "../../../../shared/base/limits.ts";
import { tailBytes } from "../../../../shared/model/content-id.ts";
import { marksOfLine, noMarks, packMarks } from "../../../../shared/model/content-marks.ts";
import type { Cut } from "../../../batch/cut.ts";

/** What is kept of the line's beginning. */
const payloadBytesMax = limits.lineBeginningBytes;

const newline = 0x0a;

export class OversizeLine {
  /** Content offset of the line's first byte. */
  readonly from: number;
  #length = 0;
  #crc32 = 0;
  #head: Buffer = Buffer.alloc(0);
  /** The last `tailBytes` bytes so far. */
  #tail: Buffer = Buffer.alloc(0);

  constructor(from: number) {
    this.from = from;
  }

  /** Content offset behind what was added. */
  get to(): number {
    return this.from + this.#length;
  }

  /** Where in the next bytes it ends; null if it goes on behind them. */
  endIn(bytes: Buffer): number | null {
    const isHole = (this.#length === 0 ? bytes[0] : this.#head[0]) === 0;
    if (!isHole) {
      const feed = bytes.indexOf(newline);
      return feed < 0 ? null : feed + 1;
    }
    let text = 0;
    while (bytes[text] === 0) text += 1;
    if (text === bytes.length) return null;
    // A hole may have a line end of its own.
    return bytes[text] === newline ? text + 1 : text;
  }

  add(piece: Buffer): void {
    const missing = payloadBytesMax - this.#head.length;
    if (missing > 0) this.#head = Buffer.concat([this.#head, piece.subarray(0, missing)]);
    const tail = piece.length < tailBytes ? Buffer.concat([this.#tail, piece]) : piece;
    this.#tail = Buffer.from(tail.subarray(Math.max(0, tail.length - tailBytes)));
    this.#crc32 = crc32(piece, this.#crc32);
    this.#length += piece.length;
  }

  cut(): Cut {
    // Neither the end of a file nor that of a hole is the end of a line.
    const marks =
      this.#tail.at(-1) === newline ? marksOfLine(this.from, this.to, this.#crc32) : noMarks;
    return {
      kind: "oversize",
      payload: this.#head,
      from: this.from,
      to: this.to,
      crc32: this.#crc32,
      tailCrc32: crc32(this.#tail),
      payloadCrc32: crc32(this.#head),
      marks: packMarks(this.from, marks),
      witnesses: [],
      checksums: "given",
    };
  }
}
