// Docker cuts lines that are longer than 16 KiB: all parts but the last lack the line feed at the end of `log`, and
// nothing in the last part tells it from a line. So what a record is depends on those before it, stream by stream.
//
// Whether a record is a part is read off its bytes as Docker writes them, without reading JSON: `{"log":"`, the text,
// `","stream":"stdout"` or `"stderr"`, and more. Inside of the text no quote stands alone, so that the first such place
// is its end. The kernel's `docker-parts.ts` has the same rule.

import { limits } from "../../base/limits.ts";
import type { PreambleScan } from "./preamble-scan.ts";

/** Streams whose last record so far has not ended its line. */
interface Pending {
  readonly stdout: boolean;
  readonly stderr: boolean;
}

const newline = 0x0a;
const nul = 0;
const backslash = 0x5c;
const letterN = 0x6e;
const beginning = Buffer.from('{"log":"');
const behindText = Buffer.from('","stream":"std');
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
export class DockerPartsScan implements PreambleScan {
  readonly isTooLong = false;
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
  constructor(found: Uint8Array | null, lineBytesMax: number) {
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
    if (to - from < beginning.length || text[from] !== beginning[0]) return;
    if (beginning.compare(text, from, from + beginning.length) !== 0) return;
    const seen = text.subarray(from, isLong ? from + limits.lineBeginningBytes : to);
    const found = endOfText(seen);
    if (found !== null) {
      const { stream, at } = found;
      this.#pending = { ...this.#pending, [stream]: !endsLine(seen, at) };
    } else if (isLong) {
      this.#pending = { stdout: true, stderr: true };
    }
  }
}

/** Where the text of a record ends, and its stream. */
function endOfText(record: Buffer): { readonly stream: keyof Pending; readonly at: number } | null {
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
