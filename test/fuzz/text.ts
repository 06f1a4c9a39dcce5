// Texts of the fuzzer: many ordinary lines, and a few with a feature, which stand where the kernel's
// memory of what it has seen begins anew: around multiples of its blocks, windows and pages, at the
// ends of vectors, and at the end of the text.

import { plainBytesMin, type LineKinds } from "./lines.ts";
import type { Random } from "./random.ts";

export interface Placed {
  readonly feature: string;
  /** Where its line begins. */
  readonly from: number;
  /** The border that it was put at. */
  readonly border: string;
}

export interface FuzzText {
  readonly content: Buffer;
  readonly placed: readonly Placed[];
}

/** Multiples that something in the kernel ends at. */
const blocks = [64, 4096, 16_384, 65_536];

export class TextBuilder {
  readonly placed: Placed[] = [];
  readonly #kinds: LineKinds;
  readonly #random: Random;
  readonly #plainBytes: number;
  readonly #pieces: string[] = [];
  #bytes = 0;
  #lines = 0;

  /** @param plainBytes what ordinary lines have at least */
  constructor(kinds: LineKinds, random: Random, plainBytes = 0) {
    this.#kinds = kinds;
    this.#random = random;
    this.#plainBytes = plainBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  #add(line: string): void {
    this.#pieces.push(line, "\n");
    this.#bytes += line.length + 1;
    this.#lines += 1;
  }

  /** Ordinary lines up to this place exactly; false where the place is too near, or behind. */
  plainUntil(place: number): boolean {
    if (place === this.#bytes) return true;
    if (place - this.#bytes <= plainBytesMin) return false;
    while (place - this.#bytes > this.#plainBytes + 3 * plainBytesMin) {
      this.#add(this.#kinds.plain(this.#random, this.#plainBytes));
    }
    this.#add(this.#kinds.plain(this.#random, place - this.#bytes - 1));
    return true;
  }

  /** Ordinary lines until there are so many lines in all. */
  plainLines(lines: number): void {
    while (this.#lines < lines) this.#add(this.#kinds.plain(this.#random, this.#plainBytes));
  }

  feature(feature: string, line: string, border: string): void {
    this.placed.push({ feature, from: this.#bytes, border });
    this.#add(line);
  }

  content(isUnfinished: boolean): Buffer {
    if (isUnfinished) this.#pieces.pop();
    return Buffer.from(this.#pieces.join(""), "latin1");
  }
}

/** @param bytes about so long */
export function fuzzText(
  kinds: LineKinds,
  random: Random,
  { bytes, vectorLines }: { readonly bytes: number; readonly vectorLines: number },
): FuzzText {
  const features = { ...kinds.features, ...kinds.bursts };
  const names = Object.keys(features);
  const text = new TextBuilder(kinds, random);
  const places = Array.from({ length: 1 + random.below(6) }, () => {
    const block = random.pick(blocks);
    return { block, place: block * (1 + random.below(Math.ceil(bytes / block))) };
  });
  for (const { block, place } of places.sort((a, b) => a.place - b.place)) {
    const name = random.pick(names);
    const line = features[name]!(random);
    // Any byte of it, its newline too, stands at the border.
    const from = place - random.below(Math.min(line.length, 200) + 2);
    if (text.plainUntil(from)) text.feature(name, line, `${block} bytes`);
  }
  if (vectorLines > 1 && random.once(2)) {
    const name = random.pick(names);
    const end = vectorLines * (1 + random.below(2)) + random.below(3) - 1;
    text.plainLines(Math.min(end, Math.floor(bytes / plainBytesMin)));
    text.feature(name, features[name]!(random), `${vectorLines} lines`);
  }
  text.plainUntil(Math.max(bytes, text.bytes + 1000));
  if (random.once(3)) {
    const name = random.pick(names);
    text.feature(name, features[name]!(random), "the end");
  }
  return { content: text.content(random.once(3)), placed: text.placed };
}
