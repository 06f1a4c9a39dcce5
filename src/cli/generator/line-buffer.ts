// Puts bytes of lines one after the other, without a string or an object for each: a generator is
// to be faster than what it feeds.

/** Chunks are about this long; each is a fresh buffer that its receiver may keep. */
const chunkBytes = 1024 * 1024;
/** No generated line is longer. */
const lineBytesMax = 4096;

const digitZero = 48;

export class LineBuffer {
  #bytes = new Uint8Array(chunkBytes);
  #length = 0;

  /** Whether another line might not fit. */
  get isFull(): boolean {
    return this.#length > chunkBytes - lineBytesMax;
  }

  /** What was put since the last call. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = new Uint8Array(chunkBytes);
    this.#length = 0;
    return taken;
  }

  put(bytes: Uint8Array): void {
    const target = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < bytes.length; index += 1) {
      target[at] = bytes[index]!;
      at += 1;
    }
    this.#length = at;
  }

  byte(value: number): void {
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  /** A whole number with leading zeros. */
  digits(value: number, width: number): void {
    let rest = value;
    for (let at = this.#length + width - 1; at >= this.#length; at -= 1) {
      const tens = Math.floor(rest / 10);
      this.#bytes[at] = digitZero + rest - tens * 10;
      rest = tens;
    }
    this.#length += width;
  }

  /** A whole number as short as it is. */
  number(value: number): void {
    let width = 1;
    for (let bound = 10; bound <= value; bound *= 10) width += 1;
    this.digits(value, width);
  }
}

/** Writes one line, with its end, to a buffer. */
export type LineWriter = (buffer: LineBuffer) => void;

/** The next `count` lines in chunks that end at line ends. */
export function* chunksOf(writeLine: LineWriter, count: number): Generator<Uint8Array> {
  const buffer = new LineBuffer();
  for (let line = 0; line < count; line += 1) {
    writeLine(buffer);
    if (buffer.isFull) yield buffer.take();
  }
  const rest = buffer.take();
  if (rest.length > 0) yield rest;
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
