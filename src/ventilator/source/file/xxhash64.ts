// XXH64 with seed 0, the checksum that ends a zstd frame, of which only the lower half is kept there.
// 64-bit numbers are pairs of 32-bit halves: BigInt would take several times as long.

const stripeBytes = 32;

/** High and low halves of the five primes. */
const [p1, p2, p3, p4, p5] = [
  [0x9e3779b1, 0x85ebca87],
  [0xc2b2ae3d, 0x27d4eb4f],
  [0x165667b1, 0x9e3779f9],
  [0x85ebca77, 0xc2b2ae63],
  [0x27d4eb2f, 0x165667c5],
] as const;

type Halves = readonly [number, number];

/** A number of 64 bits that is changed in place. */
class Word {
  h: number;
  l: number;

  constructor([h, l]: Halves = [0, 0]) {
    this.h = h | 0;
    this.l = l | 0;
  }

  add(h: number, l: number): this {
    const sum = (this.l >>> 0) + (l >>> 0);
    this.h = (this.h + h + (sum > 0xffffffff ? 1 : 0)) | 0;
    this.l = sum | 0;
    return this;
  }

  multiply([h, l]: Halves): this {
    const [a, b] = [this.l & 0xffff, this.l >>> 16];
    const [c, d] = [l & 0xffff, l >>> 16];
    const low = a * c;
    const middle = b * c + (low >>> 16);
    const other = a * d + (middle % 0x10000);
    const carry = b * d + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
    this.h = (carry + Math.imul(this.h, l) + Math.imul(this.l, h)) | 0;
    this.l = Math.imul(this.l, l);
    return this;
  }

  rotate(bits: number): this {
    const { h, l } = this;
    const by = bits & 31;
    this.h = (h << by) | (l >>> (32 - by));
    this.l = (l << by) | (h >>> (32 - by));
    return this;
  }

  xor(h: number, l: number): this {
    this.h ^= h;
    this.l ^= l;
    return this;
  }

  /** x ^= x >> bits, for 32 ≤ bits < 64 and for fewer. */
  xorShifted(bits: number): this {
    const { h, l } = this;
    if (bits >= 32) return this.xor(0, h >>> (bits - 32));
    return this.xor(h >>> bits, (l >>> bits) | (h << (32 - bits)));
  }
}

/** What a lane becomes with 8 more bytes. */
function round(lane: Word, h: number, l: number): Word {
  input.h = h;
  input.l = l;
  input.multiply(p2);
  return lane.add(input.h, input.l).rotate(31).multiply(p1);
}

/** Spares a new one for every 8 bytes. */
const input = new Word();

export class XxHash64 {
  readonly #lanes = [
    new Word(p1).add(p2[0], p2[1]),
    new Word(p2),
    new Word(),
    new Word([~p1[0], ~p1[1]]).add(0, 1),
  ] as const;
  /** Less than a stripe. */
  readonly #rest = Buffer.alloc(stripeBytes);
  #restBytes = 0;
  #bytes = 0;

  update(bytes: Uint8Array): this {
    let at = 0;
    this.#bytes += bytes.length;
    if (this.#restBytes > 0) {
      at = Math.min(stripeBytes - this.#restBytes, bytes.length);
      this.#rest.set(bytes.subarray(0, at), this.#restBytes);
      this.#restBytes += at;
      if (this.#restBytes < stripeBytes) return this;
      this.#stripe(this.#rest, 0);
      this.#restBytes = 0;
    }
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (; at + stripeBytes <= view.length; at += stripeBytes) this.#stripe(view, at);
    this.#rest.set(view.subarray(at));
    this.#restBytes = view.length - at;
    return this;
  }

  /** The lower 32 bits of the hash of everything so far. */
  low32(): number {
    const hash = this.#merged();
    hash.add(Math.floor(this.#bytes / 2 ** 32), this.#bytes | 0);
    let at = 0;
    for (; at + 8 <= this.#restBytes; at += 8) {
      const lane = round(new Word(), this.#rest.readInt32LE(at + 4), this.#rest.readInt32LE(at));
      hash.xor(lane.h, lane.l).rotate(27).multiply(p1).add(p4[0], p4[1]);
    }
    if (at + 4 <= this.#restBytes) {
      const word = new Word([0, this.#rest.readInt32LE(at)]).multiply(p1);
      hash.xor(word.h, word.l).rotate(23).multiply(p2).add(p3[0], p3[1]);
      at += 4;
    }
    for (; at < this.#restBytes; at += 1) {
      const word = new Word([0, this.#rest[at]!]).multiply(p5);
      hash.xor(word.h, word.l).rotate(11).multiply(p1);
    }
    hash.xorShifted(33).multiply(p2).xorShifted(29).multiply(p3).xorShifted(32);
    return hash.l >>> 0;
  }

  #stripe(bytes: Buffer, at: number): void {
    for (let lane = 0; lane < 4; lane += 1) {
      const from = at + 8 * lane;
      round(this.#lanes[lane]!, bytes.readInt32LE(from + 4), bytes.readInt32LE(from));
    }
  }

  #merged(): Word {
    if (this.#bytes < stripeBytes) return new Word(p5);
    const hash = new Word();
    for (const [index, bits] of [1, 7, 12, 18].entries()) {
      const { h, l } = this.#lanes[index]!;
      const lane = new Word([h, l]).rotate(bits);
      hash.add(lane.h, lane.l);
    }
    for (const { h, l } of this.#lanes) {
      const lane = round(new Word(), h, l);
      hash.xor(lane.h, lane.l).multiply(p1).add(p4[0], p4[1]);
    }
    return hash;
  }
}
