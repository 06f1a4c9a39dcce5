// A column of integers of 1, 2, 4, 8, 16 or 24 bytes each, little-endian, as frames hold them.

export class NarrowColumn {
  readonly width: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, width: number) {
    this.width = width;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Of a column of at most 4 bytes. */
  unsigned(index: number): number {
    switch (this.width) {
      case 1:
        return this.#view.getUint8(index);
      case 2:
        return this.#view.getUint16(index * 2, true);
      default:
        return this.#view.getUint32(index * 4, true);
    }
  }

  /** Of a column of at most 8 bytes. */
  bigUnsigned(index: number): bigint {
    if (this.width <= 4) return BigInt(this.unsigned(index));
    return this.#view.getBigUint64(index * 8, true);
  }

  /** Of a column of any width. */
  wideUnsigned(index: number): bigint {
    if (this.width <= 8) return this.bigUnsigned(index);
    let value = 0n;
    for (let at = this.width - 8; at >= 0; at -= 8) {
      value = (value << 64n) | this.#view.getBigUint64(index * this.width + at, true);
    }
    return value;
  }

  /** Of a column of at most 16 bytes. */
  bigSigned(index: number): bigint {
    switch (this.width) {
      case 1:
        return BigInt(this.#view.getInt8(index));
      case 2:
        return BigInt(this.#view.getInt16(index * 2, true));
      case 4:
        return BigInt(this.#view.getInt32(index * 4, true));
      case 8:
        return this.#view.getBigInt64(index * 8, true);
      default:
        return (
          (this.#view.getBigInt64(index * 16 + 8, true) << 64n) |
          this.#view.getBigUint64(index * 16, true)
        );
    }
  }
}
