// What precedes a range and says how its lines are read: the header of a file of columns, the last directive
// `#Fields:` of W3C's logs, the directives of Zeek's, or which streams of a container are within a line. It is a
// function of the bytes before the range, so that a range means the same whenever and wherever it is read. The
// ventilator finds it and sends it with the batch.

import { limits } from "../../base/limits.ts";
import type { Format } from "../plan.ts";
import { readCriRecord } from "./cri-parts.ts";
import { readDockerRecord } from "./docker-parts.ts";
import { PartsScan } from "./parts-scan.ts";
import type { PreambleScan } from "./preamble-scan.ts";
import { isZeekDirective, withDirective } from "./zeek.ts";

/**
 * `first_line`: the first line of the content, and no other; `directives`: the last of them; `zeek`: the last of each of
 * Zeek's; `docker_parts` and `cri_parts`: names of streams whose last record has not ended its line.
 */
export type PreambleKind = "first_line" | "directives" | "zeek" | "docker_parts" | "cri_parts";

/** Null for formats whose lines say all of themselves. */
export function preambleKindOf(format: Format): PreambleKind | null {
  if (format.type === "w3c") return "directives";
  if (format.type === "zeek") return "zeek";
  if (format.type === "docker") return "docker_parts";
  if (format.type === "cri") return "cri_parts";
  return format.type === "columns" && format.header === true ? "first_line" : null;
}

/** Kinds by the name of the source, of those sources that have one. */
export type PreambleKinds = ReadonlyMap<string, PreambleKind>;

export function preambleKindsOf(
  sources: readonly { readonly name: string; readonly format: Format }[],
): PreambleKinds {
  return new Map(
    sources.flatMap(({ name, format }) => {
      const kind = preambleKindOf(format);
      return kind === null ? [] : [[name, kind] as const];
    }),
  );
}

/** A range, and what precedes it. */
interface Preceded {
  readonly source: string;
  readonly from: number;
  readonly preamble?: Uint8Array | undefined;
}

/** What precedes each of the pieces that a range is cut into, in order; a member of a batch's header. */
export function preamblesWithin(
  kinds: PreambleKinds,
  { source, from, preamble = noBytes }: Preceded,
): (piece: Uint8Array) => { readonly preamble?: Uint8Array } {
  const kind = kinds.get(source);
  if (kind === undefined) return () => ({});
  const scan = scanFor(kind, from === 0 ? null : preamble);
  return (piece) => {
    const before = scan.preamble;
    // Of a line that is too long for a batch only the beginning is here.
    if (piece.at(-1) === newline) scan.add(piece);
    else scan.addLong(piece);
    return before.length === 0 ? {} : { preamble: before };
  };
}

/**
 * What reads a content from its beginning, or goes on at the beginning of a line with what was found before.
 * @param found null at the beginning of the content
 * @param lineBytesMax longer lines are given by their beginnings
 */
export function scanFor(
  kind: PreambleKind,
  found: Uint8Array | null,
  lineBytesMax = Infinity,
): PreambleScan {
  if (kind === "docker_parts") return new PartsScan(readDockerRecord, found, lineBytesMax);
  if (kind === "cri_parts") return new PartsScan(readCriRecord, found, lineBytesMax);
  return new LineScan(kind, found);
}

const newline = 0x0a;
const lineEnd = Buffer.of(newline);
const hash = 0x23;
const nul = 0;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const noBytes = Buffer.alloc(0);

/** Whether a line is the directive that names the values of those behind it. */
export function isFieldsDirective(line: string): boolean {
  return /^#fields:/i.test(line);
}

type LineKind = Exclude<PreambleKind, "docker_parts" | "cri_parts">;

/** Whether a line is one that says how others are read. */
const isWanted: Readonly<Record<LineKind, (line: string) => boolean>> = {
  first_line: (line) => /[^ \t\r\n\v\f]/.test(line),
  directives: isFieldsDirective,
  zeek: isZeekDirective,
};

/** Looks for lines that say how others are read. */
class LineScan implements PreambleScan {
  readonly #kind: LineKind;
  #preamble: Uint8Array;
  /** The line that has not ended, as far as it may matter. */
  #pending: Buffer = noBytes;
  /** The line that has not ended does not matter. */
  #isWithin = false;
  #isFirstLine: boolean;
  #isTooLong = false;

  constructor(kind: LineKind, found: Uint8Array | null) {
    this.#kind = kind;
    this.#preamble = found ?? noBytes;
    this.#isFirstLine = found === null;
  }

  get preamble(): Uint8Array {
    return this.#preamble;
  }

  isComplete(): boolean {
    return this.#kind === "first_line" && this.#preamble.length > 0;
  }

  get isTooLong(): boolean {
    return this.#isTooLong;
  }

  addLong(line: Uint8Array): void {
    this.add(line);
    this.add(lineEnd);
  }

  add(bytes: Uint8Array): void {
    if (this.isComplete()) return;
    const given = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const text = this.#pending.length === 0 ? given : Buffer.concat([this.#pending, given]);
    this.#pending = noBytes;
    let at = 0;
    if (this.#isWithin) {
      at = text.indexOf(newline) + 1;
      if (at === 0) return;
      this.#isWithin = false;
    }
    while (at < text.length && !this.isComplete()) {
      at = this.#kind === "first_line" ? at : this.#candidate(text, at);
      const end = text.indexOf(newline, at);
      if (end < 0) {
        this.#keep(text.subarray(at));
        return;
      }
      this.#end(text.subarray(at, end + 1));
      at = end + 1;
    }
  }

  /** Where the next line begins that may be a directive, or the last line of the text. */
  #candidate(text: Buffer, from: number): number {
    let at = from;
    for (;;) {
      const found = text.indexOf(hash, at);
      if (found < 0) return Math.max(from, text.lastIndexOf(newline) + 1);
      const start = Math.max(from, text.lastIndexOf(newline, found) + 1);
      if (this.#textOf(text.subarray(start, found)).length === 0) return start;
      const end = text.indexOf(newline, found);
      if (end < 0) return start;
      at = end + 1;
    }
  }

  /** A line without a hole, which is no part of it, and without the mark at the beginning of a content. */
  #textOf(line: Buffer): Buffer {
    let from = this.#isFirstLine && line.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
    while (from < line.length && line[from] === nul) from += 1;
    return line.subarray(from);
  }

  #keep(rest: Buffer): void {
    const line = this.#textOf(rest).toString("latin1", 0, 16);
    const isLong = rest.length > limits.preambleBytesMax;
    const matters = this.#kind === "first_line" || /^(?:$|#)/.test(line) || this.#isFirstLine;
    if (isLong && isWanted[this.#kind](line)) this.#isTooLong = true;
    this.#isWithin = isLong || !matters;
    if (!this.#isWithin) this.#pending = Buffer.from(rest);
  }

  #end(line: Buffer): void {
    const text = this.#textOf(line);
    this.#isFirstLine = false;
    const written = text.toString("latin1");
    if (!isWanted[this.#kind](written)) return;
    const before = Buffer.from(this.#preamble).toString("latin1");
    const preamble = this.#kind === "zeek" ? withDirective(before, written) : written;
    if (preamble.length > limits.preambleBytesMax) this.#isTooLong = true;
    else this.#preamble = Buffer.from(preamble, "latin1");
  }
}
