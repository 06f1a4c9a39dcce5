// A file whose bytes are the content: positioned reads straight into the caller's memory, so that
// nothing is copied and nothing that is merged already is read.

import type { FileHandle } from "node:fs/promises";
import { readFully } from "../../../shared/runtime/read-fully.ts";
import { type ContentReader } from "./content-reader.ts";
import { unreadable } from "./content-errors.ts";

export class PlainContent implements ContentReader {
  readonly isCompressed = false;
  readonly path: string;
  readonly #handle: FileHandle;
  #position = 0;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  get position(): number {
    return this.#position;
  }

  get diskPosition(): number {
    return this.#position;
  }

  async read(into: Uint8Array): Promise<number> {
    const bytesRead = await this.readAt(this.#position, into);
    this.#position += bytesRead;
    return bytesRead;
  }

  /** Reads what is at an offset; the position stays. Returns how many bytes; throws as `read` does. */
  async readAt(offset: number, into: Uint8Array): Promise<number> {
    try {
      return await readFully(this.#handle, into, offset);
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }

  async seek(offset: number): Promise<boolean> {
    const { size } = await this.#handle.stat();
    this.#position = Math.min(offset, size);
    return offset <= size;
  }
}
