// Container runtimes cut long lines into parts, each in a record of its own, and nothing in the last of them tells it
// from a line that is whole. So what a record is depends on those before it, stream by stream. What a record says is
// read off its bytes by the rule of each runtime, in `docker-parts.ts` and `cri-parts.ts`.

import { limits } from "../../base/limits.ts";
import type { PreambleScan } from "./preamble-scan.ts";

/** Streams whose last record so far has not ended its line. */
export interface Pending {
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/** What a record says of itself. */
export interface PartRecord {
  readonly stream: keyof Pending;
  /** Whether a line ends with it. */
  readonly isLast: boolean;
}

/**
 * Reads the record that is in a text between two places.
 * Null: it is none, and changes nothing; `unknown`: it may be one of either stream.
 * @param isLong whether only its beginning can be looked at
 */
export type ReadRecord = (
  text: Buffer,
  from: number,
  to: number,
  isLong: boolean,
) => PartRecord | "unknown" | null;

const newline = 0x0a;
const nul = 0;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const nothing = Buffer.alloc(0);
const none: Pending = { stdout: false, stderr: false };

/** The preamble that says so; empty where no stream waits for more. */
function preambleOf(pending: Pending): Buffer {
  const names = (["stdout", "stderr"] as const).filter((name) => pending[name]);
  return Buffer.from(names.join(" "));
}

/** What a preamble says. */
export function pendingIn(preamble: Uint8Array): Pending {
  const names = Buffer.from(preamble).toString("latin1").split(" ");
  return { stdout: names.includes("stdout"), stderr: names.includes("stderr") };
}

/** Reads the lines of a content, or goes on with what was pending before. */
export class PartsScan implements PreambleScan {
  readonly isTooLong = false;
  readonly #readRecord: ReadRecord;
  readonly #lineBytesMax: number;
  #pending: Pending;
  /** The line that has not ended. */
  #line: Buffer = nothing;
  /** What is left of the line that has not ended does not matter. */
  #isWithinLong = false;
  #isFirstLine: boolean;

  /**
   * @param found null at the beginning of the content
   * @param lineBytesMax of longer lines only the beginning is looked at
   */
  constructor(readRecord: ReadRecord, found: Uint8Array | null, lineBytesMax: number) {
    this.#readRecord = readRecord;
    this.#pending = found === null ? none : pendingIn(found);
    this.#isFirstLine = found === null;
    this.#lineBytesMax = Math.min(lineBytesMax, limits.partLineBytesMax);
  }

  get preamble(): Uint8Array {
    return preambleOf(this.#pending);
  }

  isComplete(): boolean {
    return false;
  }

  add(bytes: Uint8Array): void {
    const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    if (this.#isWithinLong) {
      at = given.indexOf(newline) + 1;
      if (at === 0) return;
      this.#isWithinLong = false;
    } else if (this.#line.length > 0) {
      const end = given.indexOf(newline);
      this.#line = Buffer.concat([this.#line, end < 0 ? given : given.subarray(0, end)]);
      if (end < 0) {
        this.#dropLong();
        return;
      }
      this.#end(this.#line, 0, this.#line.length);
      this.#line = nothing;
      at = end + 1;
    }
    for (let end = given.indexOf(newline, at); end >= 0; end = given.indexOf(newline, at)) {
      this.#end(given, at, end);
      at = end + 1;
    }
    this.#line = Buffer.from(given.subarray(at));
    this.#dropLong();
  }

  addLong(line: Uint8Array): void {
    const text = Buffer.from(line.buffer, line.byteOffset, line.length);
    this.#look(text, this.#begin(text, 0, text.length), text.length, true);
  }

  /** A line that has become too long is looked at now, and its rest is left out. */
  #dropLong(): void {
    const from = this.#textFrom(this.#line, 0, this.#line.length);
    if (from > 0) {
      // A hole may be as long as it likes.
      this.#line = this.#line.subarray(from);
      this.#isFirstLine = false;
    }
    if (this.#line.length <= this.#lineBytesMax) return;
    this.addLong(this.#line);
    this.#line = nothing;
    this.#isWithinLong = true;
  }

  #end(text: Buffer, lineFrom: number, to: number): void {
    const from = this.#begin(text, lineFrom, to);
    this.#look(text, from, to, to - from > this.#lineBytesMax);
  }

  #begin(text: Buffer, lineFrom: number, to: number): number {
    const from = this.#textFrom(text, lineFrom, to);
    this.#isFirstLine = false;
    return from;
  }

  /** Behind a hole, which is no part of a line, and behind the mark at the beginning of a content. */
  #textFrom(text: Buffer, lineFrom: number, to: number): number {
    const isMarked =
      this.#isFirstLine && text.subarray(lineFrom, lineFrom + 3).equals(byteOrderMark);
    let from = isMarked ? lineFrom + 3 : lineFrom;
    while (from < to && text[from] === nul) from += 1;
    return from;
  }

  #look(text: Buffer, from: number, to: number, isLong: boolean): void {
    const record = this.#readRecord(text, from, to, isLong);
    if (record === "unknown") this.#pending = { stdout: true, stderr: true };
    else if (record !== null) this.#pending = { ...this.#pending, [record.stream]: !record.isLast };
  }
}
