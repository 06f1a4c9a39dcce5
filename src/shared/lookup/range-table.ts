// Ranges of addresses and the text of each, packed into the bytes that `kernel/assembly/range-layout.ts` draws:
// a pure function of what it is given, so that equal databases make equal bytes on every machine.

import * as layout from "../kernel/assembly/range-layout.ts";

/** Groups ranges of one kind of address as they come, in order and without a gap between them. */
class RangeList {
  /** Words of the starts: one for IPv4, four for IPv6, the highest first. */
  readonly starts: number[] = [];
  readonly texts: number[] = [];

  get length(): number {
    return this.texts.length;
  }

  add(start: readonly number[], text: number): void {
    if (text === this.texts.at(-1)) return;
    this.starts.push(...start);
    this.texts.push(text);
  }
}

export class RangeTableBuilder {
  readonly #texts = new Map<string, number>([["", 0]]);
  readonly #v4 = new RangeList();
  readonly #v6 = new RangeList();

  /** Whether any address has a text. */
  get hasTexts(): boolean {
    return this.#texts.size > 1;
  }

  /** Ranges that are kept apart: neighbours with the same text are one. */
  get ranges(): number {
    return this.#v4.length + this.#v6.length;
  }

  /**
   * From an address on there is this text; empty where nothing is known. Addresses come in order, from the lowest.
   * @param address one number of 32 bits, or four of them
   */
  from(address: readonly [number] | readonly [number, number, number, number], text: string): void {
    let index = this.#texts.get(text);
    if (index === undefined) {
      index = this.#texts.size;
      this.#texts.set(text, index);
    }
    (address.length === 1 ? this.#v4 : this.#v6).add(address, index);
  }

  /** From an address of IPv6 on, the text is that of the IPv4 address behind so many bits of it. */
  embeds(address: Parameters<RangeTableBuilder["from"]>[0], bits: number): void {
    this.#v6.add(address, layout.rangeEmbedded + bits);
  }

  /** The table; what no range was given of has the empty text. */
  pack(): Uint8Array {
    if (this.#v4.length === 0) this.from([0], "");
    if (this.#v6.length === 0) this.from([0, 0, 0, 0], "");
    const texts = [...this.#texts.keys()].map((text) => Buffer.from(text));
    const ends = texts.map(
      (
        (end) => (text: Buffer) =>
          (end += text.length)
      )(0),
    );
    const head = new Uint32Array(layout.rangeHeadBytes / 4);
    const parts: Uint8Array[] = [bytesOf(head)];
    let at = layout.rangeHeadBytes;
    const add = (member: number, part: Uint32Array | Buffer): void => {
      head[member / 4] = at;
      const bytes = bytesOf(part);
      const padding = new Uint8Array(-bytes.length & 15);
      parts.push(bytes, padding);
      at += bytes.length + padding.length;
    };
    head[layout.rangeCount4 / 4] = this.#v4.length;
    head[layout.rangeCount6 / 4] = this.#v6.length;
    add(layout.rangeStarts4, Uint32Array.from(this.#v4.starts));
    add(layout.rangeTexts4, Uint32Array.from(this.#v4.texts));
    add(layout.rangeIndex4, indexOf(this.#v4.starts, 1));
    add(layout.rangeStarts6, halves(this.#v6.starts));
    add(layout.rangeTexts6, Uint32Array.from(this.#v6.texts));
    add(layout.rangeIndex6, indexOf(this.#v6.starts, 4));
    add(layout.rangeTextOffsets, Uint32Array.from([0, ...ends]));
    add(layout.rangeTextBytes, Buffer.concat(texts));
    return Buffer.concat(parts);
  }
}

/** Numbers of 32 bits, the higher first, as little-endian numbers of 64. */
function halves(words: readonly number[]): Uint32Array {
  return Uint32Array.from(words, (_, index) => words[index ^ 1]!);
}

/** Of every value of the first sixteen bits, and one more, the range that its lowest address is in. */
function indexOf(starts: readonly number[], words: number): Uint32Array {
  const index = new Uint32Array(layout.rangeIndexLength);
  const last = starts.length / words - 1;
  let range = 0;
  for (let high = 0; high < layout.rangeIndexLength - 1; high += 1) {
    while (range < last && isAtMost(starts, (range + 1) * words, words, high)) range += 1;
    index[high] = range;
  }
  index[layout.rangeIndexLength - 1] = last;
  return index;
}

/** Whether a start is not beyond the lowest address with these first sixteen bits. */
function isAtMost(starts: readonly number[], at: number, words: number, high: number): boolean {
  const lowest = high * 65_536;
  if (starts[at]! !== lowest) return starts[at]! < lowest;
  for (let word = 1; word < words; word += 1) if (starts[at + word]! > 0) return false;
  return true;
}

function bytesOf(part: Uint32Array | Uint8Array): Uint8Array {
  return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
}
