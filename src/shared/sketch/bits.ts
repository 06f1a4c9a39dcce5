// Numbers of a few bits, packed from the highest bit of the first byte on.

/** Reads them; a number has at most 24 bits. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Bits left. */
  get remaining(): number {
    return this.#bytes.length * 8 - this.#at;
  }

  read(bits: number): number {
    let value = 0;
    for (let left = bits; left > 0;) {
      const inByte = 8 - (this.#at & 7);
      const taken = Math.min(inByte, left);
      const byte = this.#bytes[this.#at >> 3]!;
      value = (value << taken) | ((byte >> (inByte - taken)) & ((1 << taken) - 1));
      this.#at += taken;
      left -= taken;
    }
    return value;
  }
}

/** Writes them into bytes that are 0. */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  write(value: number, bits: number): void {
    for (let left = bits; left > 0;) {
      const inByte = 8 - (this.#at & 7);
      const put = Math.min(inByte, left);
      const part = (value >> (left - put)) & ((1 << put) - 1);
      this.#bytes[this.#at >> 3]! |= part << (inByte - put);
      this.#at += put;
      left -= put;
    }
  }
}
