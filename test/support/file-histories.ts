// Histories of log files, drawn from a seed: contents that begin alike for any length, in files that
// grow, are rotated, copied, truncated, compressed and replaced, also in the middle of being read. The
// catalog, the reader, the worker's reading of ranges and the ledger are the real ones; what is merged
// is held against how the lines were made.

import { gzipSync } from "node:zlib";
import { randomBelow, seededRandom, type Random } from "../../src/shared/base/prng.ts";
import type { MemoryFile, MemoryLogs } from "./memory-logs.ts";

/** One content as its writers made it: whole lines. */
export interface Made {
  bytes: Buffer;
  readonly name: number;
  lines: number;
}

interface Entry {
  path: string;
  file: MemoryFile;
  content: Made;
  isCompressed: boolean;
  /** It is a copy that is still being made. */
  isPartial: boolean;
}

/** Stems that contents of one history begin with, whole lines each. */
function drawStem(random: Random): Buffer {
  const size = random();
  // Few are longer than a window of 4 KiB before the place that is read from, or than the head.
  const [count, width] =
    size < 0.4 ? [3, 40] : size < 0.8 ? [25, 90] : size < 0.97 ? [50, 250] : [50, 3000];
  const lines = Array.from({ length: randomBelow(random, count + 1) }, (_, index) => {
    const isFiller = random() < 0.3;
    const pad = "-".repeat(randomBelow(random, width));
    return isFiller ? "filler\n" : `stem ${index} ${pad}\n`;
  });
  return Buffer.from(lines.join(""));
}

export class LogWorld {
  readonly random: Random;
  readonly logs: MemoryLogs;
  readonly contents: Made[] = [];
  readonly entries: Entry[] = [];
  readonly done: string[] = [];
  readonly #stem: Buffer;
  #names = 0;

  constructor(seed: number, logs: MemoryLogs) {
    this.random = seededRandom(seed);
    this.logs = logs;
    logs.files.clear();
    this.#stem = drawStem(this.random);
    for (let files = 1 + this.below(2); files > 0; files -= 1) this.addFile();
  }

  /** Bytes of the longest content so far. */
  get longest(): number {
    return Math.max(...this.contents.map(({ bytes }) => bytes.length));
  }

  below(bound: number): number {
    return randomBelow(this.random, bound);
  }

  /** A new content that shares a beginning of any length with the others. */
  make(): Made {
    const ends = [0];
    for (let at = 0; (at = this.#stem.indexOf(10, at) + 1) > 0;) ends.push(at);
    const isLong = this.random() < 0.5;
    const shared = isLong ? this.#stem.length : ends[this.below(ends.length)]!;
    const content = { bytes: this.#stem.subarray(0, shared), name: this.contents.length, lines: 0 };
    this.contents.push(content);
    this.extend(content, this.random() < 0.2 && shared > 0 ? 0 : 1 + this.below(12));
    return content;
  }

  extend(content: Made, lines: number): Buffer {
    const more: string[] = [];
    for (let index = 0; index < lines; index += 1) {
      content.lines += 1;
      const pad = "+".repeat(this.below(this.random() < 0.1 ? 900 : 40));
      more.push(
        this.random() < 0.3 ? "filler\n" : `content ${content.name}.${content.lines} ${pad}\n`,
      );
    }
    const bytes = Buffer.from(more.join(""));
    content.bytes = Buffer.concat([content.bytes, bytes]);
    return bytes;
  }

  addFile(content = this.make(), path = this.#path(), isCompressed = false): Entry {
    const bytes = isCompressed ? gzipSync(content.bytes) : content.bytes;
    const entry = {
      path,
      file: this.logs.create(path, bytes),
      content,
      isCompressed,
      isPartial: false,
    };
    this.entries.push(entry);
    this.done.push(`${path} holds content ${content.name}, ${content.bytes.length} bytes`);
    return entry;
  }

  /** One thing happens to the files. */
  act(): void {
    const { logs } = this;
    if (this.random() < 0.3) logs.nowMs += this.random() < 0.5 ? 3 : 20_000;
    const entry = this.entries[this.below(this.entries.length)];
    if (entry === undefined) {
      this.addFile();
      return;
    }
    if (entry.isPartial) {
      this.#finish(entry);
      return;
    }
    const acts = [
      () => this.#grow(entry),
      () => this.#grow(entry),
      () => this.#rotate(entry),
      () => this.#copyTruncate(entry),
      () => this.#copyTruncate(entry),
      () => this.addFile(entry.content),
      () => this.#beginCopy(entry),
      () => this.addFile(),
      () => this.#compress(entry),
      () => this.#replace(entry),
    ];
    acts[this.below(acts.length)]!();
  }

  /** Copies that are being made are done. */
  settle(): void {
    for (const entry of this.entries) if (entry.isPartial) this.#finish(entry);
  }

  /** The copy ends anywhere for now, also within its first line. */
  #beginCopy({ content }: Entry): void {
    const copy = this.addFile(content);
    const isShort = this.random() < 0.5;
    const end = this.below(isShort ? content.bytes.indexOf(10) + 1 : content.bytes.length);
    copy.isPartial = true;
    this.logs.write(copy.file, content.bytes.subarray(0, end));
    this.done.push(`${copy.path} has the first ${end} bytes of it`);
  }

  #finish(entry: Entry): void {
    entry.isPartial = false;
    this.logs.write(entry.file, entry.content.bytes);
    this.done.push(`${entry.path} has all of it`);
  }

  #path(): string {
    this.#names += 1;
    return `/logs/${String.fromCharCode(97 + this.below(26))}${this.#names}.log`;
  }

  #grow(entry: Entry): void {
    const { content, file } = entry;
    if (entry.isCompressed || this.#isShared(content)) return;
    const more = this.extend(content, 1 + this.below(15));
    this.logs.write(file, Buffer.concat([file.bytes, more]));
    this.done.push(`${entry.path} grows to ${file.bytes.length}`);
  }

  /** A copy that grows is another content from there on, so nothing grows that lies at two paths. */
  #isShared(content: Made): boolean {
    return this.entries.filter((entry) => entry.content === content).length > 1;
  }

  #rotate(entry: Entry): void {
    const { path } = entry;
    const aside = this.#path();
    this.logs.rename(path, aside);
    entry.path = aside;
    this.done.push(`${path} is renamed to ${aside}`);
    this.addFile(this.make(), path, false);
  }

  /** Copied, and another content in its inode, of any length. */
  #copyTruncate(entry: Entry): void {
    const { path, content, isCompressed, file } = entry;
    if (isCompressed) return;
    this.addFile(content);
    const next = this.make();
    entry.content = next;
    this.logs.write(file, next.bytes);
    this.done.push(
      `${path} is copied and truncated; holds content ${next.name}, ${next.bytes.length} bytes`,
    );
  }

  #compress(entry: Entry): void {
    if (entry.isCompressed || this.random() < 0.7) return;
    this.addFile(entry.content, `${this.#path()}.gz`, true);
    if (this.random() < 0.5) this.#remove(entry);
  }

  /** Its content is gone, unless there is a copy. */
  #replace(entry: Entry): void {
    this.#remove(entry);
    this.addFile(this.make(), entry.path, false);
  }

  #remove(entry: Entry): void {
    this.logs.files.delete(entry.path);
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.done.push(`${entry.path} is deleted`);
  }

  /** How often each line may count at least and at most. */
  expected(): Map<string, { least: number; most: number }> {
    const counts = new Map<string, { least: number; most: number }>();
    const add = (contents: readonly Made[], which: "least" | "most"): void => {
      for (const { bytes } of maximal(contents)) {
        for (const line of linesOf(bytes)) {
          const count = counts.get(line) ?? { least: 0, most: 0 };
          count[which] += 1;
          counts.set(line, count);
        }
      }
    };
    add([...new Set(this.entries.map(({ content }) => content))], "least");
    add(this.contents, "most");
    return counts;
  }
}

/** Those that are not the beginning of another: that is no content of its own. */
function maximal(contents: readonly Made[]): Made[] {
  return contents.filter(
    (one, index) =>
      one.bytes.length > 0 &&
      !contents.some(
        (other, at) =>
          at !== index &&
          other.bytes.subarray(0, one.bytes.length).equals(one.bytes) &&
          (other.bytes.length > one.bytes.length || at < index),
      ),
  );
}

export function linesOf(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
