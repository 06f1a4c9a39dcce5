// A ledger is sent in parts, so that neither side ever holds one huge message: a year of hourly
// files is some ten thousand sources. A source with very many ranges goes on in the next part: its
// identity comes again, with the ranges that follow.

import type { LedgerRange, LedgerSource } from "../../../shared/protocol/messages.ts";

const ledgerPartBytesMax = 1024 * 1024;

/** The sources in the same order, in at least one part. */
export function ledgerParts(
  sources: Iterable<LedgerSource>,
  bytesMax = ledgerPartBytesMax,
): LedgerSource[][] {
  const filler = new PartFiller(bytesMax);
  for (const source of sources) {
    filler.begin(source);
    for (const [key, ranges] of Object.entries(source.merged)) filler.add(key, ranges);
  }
  return filler.parts;
}

/** A source as far as it is in the part that is being filled. */
interface Piece extends LedgerSource {
  readonly merged: Record<string, readonly LedgerRange[]>;
}

class PartFiller {
  readonly parts: Piece[][] = [[]];
  readonly #bytesMax: number;
  #bytes = 0;
  #piece: Piece | null = null;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  begin({ name, identity, hints }: LedgerSource): void {
    this.#append({ name, identity, hints, merged: {} });
  }

  /** Adds what was merged for a key, in as many parts as it takes. */
  add(key: string, ranges: readonly LedgerRange[]): void {
    let start = 0;
    do {
      const firstBytes = start < ranges.length ? rangeBytesMost(ranges[start]!) : 0;
      if (!this.#hasRoom(keyBytesMax + firstBytes)) this.#goOn();
      this.#bytes += keyBytesMax;
      const end = this.#take(ranges, start);
      this.#piece!.merged[key] = ranges.slice(start, end);
      start = end;
    } while (start < ranges.length);
  }

  /** Index of the first range that there is no room for; one is taken in any case. */
  #take(ranges: readonly LedgerRange[], start: number): number {
    let end = start;
    while (end < ranges.length) {
      const bytes = rangeBytesMost(ranges[end]!);
      if (end > start && !this.#hasRoom(bytes)) break;
      this.#bytes += bytes;
      end += 1;
    }
    return end;
  }

  #goOn(): void {
    const { name, identity } = this.#piece!;
    // In a part of which the source is the first, nothing is gained by another.
    if (Object.keys(this.#piece!.merged).length === 0 && this.parts.at(-1)!.length === 1) return;
    this.#append({ name, identity, hints: [], merged: {} }, true);
  }

  #append(piece: Piece, inNewPart = false): void {
    const bytes = headBytesMost(piece);
    if (inNewPart || (this.parts.at(-1)!.length > 0 && !this.#hasRoom(bytes))) {
      this.parts.push([]);
      this.#bytes = 0;
    }
    this.parts.at(-1)!.push(piece);
    this.#bytes += bytes;
    this.#piece = piece;
  }

  #hasRoom(bytes: number): boolean {
    return this.#bytes + bytes <= this.#bytesMax;
  }
}

/** Most that a UTF-16 unit takes in UTF-8, and most that stands in front of a text, a list or a map. */
const unitBytesMax = 3;
const lengthBytesMax = 5;
/** The names of members, and the numbers and ids behind them, of a source and a place. */
const sourceBytesMax = 160;
const hintBytesMax = 40;
/** Of a key and the length of its list. */
const keyBytesMax = 48;
/** Five numbers, of which three may be beyond 32 bits. */
const rangeBytesMax = 38;

/** An upper bound of what the source takes on the wire without its ranges. */
function headBytesMost({ name, hints }: LedgerSource): number {
  const textBytes = (text: string): number => lengthBytesMax + unitBytesMax * text.length;
  let bytes = sourceBytesMax + textBytes(name);
  for (const { path, inode, stat } of hints) {
    bytes += hintBytesMax + textBytes(path) + textBytes(inode) + textBytes(stat);
  }
  return bytes;
}

function rangeBytesMost({ marks }: LedgerRange): number {
  return rangeBytesMax + (marks === undefined ? 0 : lengthBytesMax + marks.length);
}
