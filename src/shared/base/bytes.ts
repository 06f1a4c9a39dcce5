// Little-endian reading and writing of binary formats. The reader checks every access against the
// bytes that are left, so a decoder built on it survives any input: it never reads past the end
// and never allocates more than the input is long, because lengths are checked before use.

import { assert } from "./assert.ts";
import { LogmillError, type ErrorCode } from "./errors.ts";

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A varint of a safe integer (below 2^53) takes at most this many bytes. */
const varintBytesMax = 8;

/** Reads a format front to back; every fault is a `LogmillError` of the code given. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #code: ErrorCode;
  readonly #what: string;
  #offset = 0;

  /** @param what names the format in messages, such as "table frame". */
  constructor(bytes: Uint8Array, code: ErrorCode, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#code = code;
    this.#what = what;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** Bytes left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** The error that says what is wrong at this place; the caller throws it. */
  fault(problem: string): LogmillError {
    return new LogmillError(this.#code, `${this.#what}: ${problem} at byte ${this.#offset}`, {
      fields: { offset: this.#offset, length: this.#bytes.length },
    });
  }

  /** Fails unless `count` more bytes are there; returns where they start and steps over them. */
  #take(count: number): number {
    if (!(count >= 0 && count <= this.remaining)) {
      throw this.fault(`${count} bytes are needed where ${this.remaining} are left`);
    }
    const start = this.#offset;
    this.#offset += count;
    return start;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  /** An unsigned LEB128 number below 2^53, in its shortest form only. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let index = 0; index < varintBytesMax; index += 1) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (byte === 0 && index > 0) throw this.fault("a varint is longer than it needs to be");
        if (!Number.isSafeInteger(value)) throw this.fault("a varint is beyond 2^53");
        return value;
      }
      scale *= 128;
    }
    throw this.fault("a varint does not end");
  }

  /** A view of the next `count` bytes; it shares memory with the input. */
  bytes(count: number): Uint8Array {
    const start = this.#take(count);
    return this.#bytes.subarray(start, start + count);
  }

  /** Bytes with their count in front as a varint; a view. */
  blob(): Uint8Array {
    return this.bytes(this.varint());
  }

  /** UTF-8 with its length in bytes in front as a varint. */
  text(): string {
    const encoded = this.blob();
    try {
      return strictUtf8.decode(encoded);
    } catch {
      throw this.fault("a text is not UTF-8");
    }
  }

  /** `count` bytes as twice as many hex digits. */
  hex(count: number): string {
    const bytes = this.bytes(count);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
  }

  /**
   * A varint that counts elements of at least `bytesEach` bytes that follow; checked against what
   * is left, so that a reader may loop or allocate by it.
   */
  count(bytesEach: number): number {
    const count = this.varint();
    if (count * bytesEach > this.remaining) {
      throw this.fault(`${count} elements are promised where ${this.remaining} bytes are left`);
    }
    return count;
  }

  /** Fails unless everything has been read. */
  end(): void {
    if (this.remaining !== 0) throw this.fault(`${this.remaining} bytes are left over`);
  }
}

/** Writes a format front to back into one growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(bytesExpected = 256) {
    this.#bytes = new Uint8Array(bytesExpected);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for `count` more bytes and returns where they start. May replace the view: call it first. */
  #grow(count: number): number {
    const start = this.#length;
    const needed = start + count;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    this.#length = needed;
    return start;
  }

  u8(value: number): this {
    const start = this.#grow(1);
    this.#view.setUint8(start, value);
    return this;
  }

  u16(value: number): this {
    const start = this.#grow(2);
    this.#view.setUint16(start, value, true);
    return this;
  }

  u32(value: number): this {
    const start = this.#grow(4);
    this.#view.setUint32(start, value, true);
    return this;
  }

  u64(value: bigint): this {
    const start = this.#grow(8);
    this.#view.setBigUint64(start, value, true);
    return this;
  }

  i64(value: bigint): this {
    const start = this.#grow(8);
    this.#view.setBigInt64(start, value, true);
    return this;
  }

  /** Unsigned LEB128 of a safe integer. */
  varint(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, "a varint is a safe unsigned integer");
    let rest = value;
    while (rest >= 128) {
      this.u8((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    return this.u8(rest);
  }

  bytes(value: Uint8Array): this {
    const start = this.#grow(value.length);
    this.#bytes.set(value, start);
    return this;
  }

  /** The count in bytes as a varint, then the bytes. */
  blob(value: Uint8Array): this {
    return this.varint(value.length).bytes(value);
  }

  /** The length in bytes as a varint, then UTF-8. */
  text(value: string): this {
    return this.blob(utf8.encode(value));
  }

  /** Hex digits (an even number of them) as half as many bytes. */
  hex(digits: string): this {
    const value = Buffer.from(digits, "hex");
    assert(value.length * 2 === digits.length, "hex digits come in pairs");
    return this.bytes(value);
  }

  /** Overwrites four bytes written before; for lengths and checksums known only afterwards. */
  setU32(offset: number, value: number): void {
    assert(offset + 4 <= this.#length, "only what was written is overwritten");
    this.#view.setUint32(offset, value, true);
  }

  /** What was written: a view, to be taken once, after the last write. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
