// What every compressed content has in common: bytes come out of it piece by piece, front to back, and
// going back means beginning anew. What it turns out to hold is looked at as a file's own beginning is:
// a tar in a gzip is no text either.

import { LogmillError } from "../../../shared/base/errors.ts";
import type { ContentReader } from "./content-reader.ts";
import { notText } from "./not-text.ts";
import { magicBytes, recognise, type Compression } from "./recognise.ts";

const scratchBytes = 256 * 1024;

export abstract class DecompressedContent implements ContentReader {
  readonly isCompressed = true;
  readonly path: string;
  readonly #compression: Compression;
  /** Decompressed and not read yet. */
  protected output: Buffer[] = [];
  #position = 0;
  #refusal: LogmillError | null = null;
  #isRecognised = false;

  constructor(path: string, compression: Compression) {
    this.path = path;
    this.#compression = compression;
  }

  get position(): number {
    return this.#position;
  }

  abstract get diskPosition(): number;

  /**
   * Puts what comes next to the output, maybe nothing yet; false at the end. What precedes damage is put
   * there first. Throws `source_unreadable`.
   */
  protected abstract decompress(): Promise<boolean>;

  /** The next byte to come out is the first one again. */
  protected abstract restart(): void;

  /** @param contentBytes that precede the damage. */
  protected damaged(contentBytes: number, cause: Error): LogmillError {
    return new LogmillError(
      "source_unreadable",
      `${this.path} is damaged ${this.#compression} after ${contentBytes} bytes of content ` +
        `(${cause.message}); the whole lines before that count`,
      { cause, fields: { path: this.path, contentBytes } },
    );
  }

  async read(into: Uint8Array): Promise<number> {
    if (into.length === 0) return 0;
    if (!this.#isRecognised) await this.#recognise();
    if (this.#refusal !== null) throw this.#refusal;
    while (this.output.length === 0) {
      if (!(await this.decompress())) return 0;
    }
    let filled = 0;
    while (filled < into.length) {
      const chunk = this.output[0];
      if (chunk === undefined) break;
      const taken = chunk.subarray(0, into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      if (taken.length === chunk.length) this.output.shift();
      else this.output[0] = chunk.subarray(taken.length);
    }
    this.#position += filled;
    return filled;
  }

  async seek(offset: number): Promise<boolean> {
    if (offset < this.#position) {
      this.output = [];
      this.#position = 0;
      this.restart();
    }
    const scratch = Buffer.allocUnsafe(Math.min(scratchBytes, offset - this.#position));
    while (this.#position < offset) {
      const skipped = await this.read(scratch.subarray(0, offset - this.#position));
      if (skipped === 0) return false;
    }
    return true;
  }

  /** Looks at the beginning of the output, as much of it as precedes damage. */
  async #recognise(): Promise<void> {
    const outputBytes = (): number => this.output.reduce((sum, { length }) => sum + length, 0);
    try {
      while (outputBytes() < magicBytes && (await this.decompress()));
    } catch (error) {
      // Said again, when what precedes it has been read.
      if (outputBytes() === 0) throw error;
    }
    this.#isRecognised = true;
    const recognised = recognise(headOf(this.output));
    if (recognised.kind === "text") return;
    const { what, fix } =
      recognised.kind === "foreign"
        ? recognised
        : { what: recognised.kind, fix: "decompress it once" };
    this.#refusal = notText(`what ${this.path} holds in ${this.#compression}`, what, fix);
  }
}

/** The first bytes of what may be many megabytes. */
function headOf(chunks: readonly Buffer[]): Buffer {
  const pieces: Buffer[] = [];
  let missing = magicBytes;
  for (const chunk of chunks) {
    if (missing === 0) break;
    const piece = chunk.subarray(0, missing);
    pieces.push(piece);
    missing -= piece.length;
  }
  return Buffer.concat(pieces);
}
