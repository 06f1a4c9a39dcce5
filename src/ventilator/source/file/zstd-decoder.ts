// Decompressors of zstd frames: Node's own where it has one, which is many times as fast, and a library
// otherwise, which does not look at checksums. Both are loaded when the first zstd file is opened.

import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { XxHash64 } from "./xxhash64.ts";

/** Decompresses one frame. */
export interface FrameDecoder {
  /** Takes the next bytes of the frame, whole blocks of it; `isLast` with its end. Throws for damage. */
  push(bytes: Buffer, isLast: boolean): Promise<Buffer[]>;
  close(): void;
}

type MakeStream = (options: { readonly chunkSize: number }) => Transform;

const outputBytes = 256 * 1024;

/** @param hasChecksum whether the frame ends with one. */
export async function frameDecoder(hasChecksum: boolean): Promise<FrameDecoder> {
  const make: unknown = Reflect.get(zlib, "createZstdDecompress");
  if (typeof make === "function") return new NodeDecoder(make as MakeStream);
  const { Decompress } = await import("fzstd");
  return new LibraryDecoder((onData) => new Decompress(onData), hasChecksum);
}

class NodeDecoder implements FrameDecoder {
  readonly #stream: ReturnType<MakeStream>;
  #output: Buffer[] = [];
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  constructor(make: MakeStream) {
    this.#stream = make({ chunkSize: outputBytes });
    this.#stream.on("data", (chunk: Buffer) => this.#output.push(chunk));
    this.#stream.on("end", () => this.#wake());
    this.#stream.on("error", (error) => {
      this.#failure = error;
      this.#wake();
    });
  }

  async push(bytes: Buffer, isLast: boolean): Promise<Buffer[]> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (isLast) this.#stream.end(bytes);
      else this.#stream.write(bytes, () => resolve());
    });
    if (this.#failure !== null) throw this.#failure;
    const output = this.#output;
    this.#output = [];
    return output;
  }

  close(): void {
    this.#stream.destroy();
  }
}

interface LibraryStream {
  push(chunk: Uint8Array, isLast?: boolean): unknown;
}

class LibraryDecoder implements FrameDecoder {
  readonly #stream: LibraryStream;
  readonly #hash: XxHash64 | null;
  #output: Buffer[] = [];

  constructor(make: (onData: (data: Uint8Array) => void) => LibraryStream, hasChecksum: boolean) {
    this.#hash = hasChecksum ? new XxHash64() : null;
    this.#stream = make((data) => {
      if (data.length > 0) this.#output.push(Buffer.from(data));
    });
  }

  push(bytes: Buffer, isLast: boolean): Promise<Buffer[]> {
    this.#stream.push(bytes, isLast);
    const output = this.#output;
    this.#output = [];
    if (this.#hash !== null) {
      for (const piece of output) this.#hash.update(piece);
      if (isLast && this.#hash.low32() !== bytes.readUInt32LE(bytes.length - 4)) {
        throw new Error("its checksum is wrong");
      }
    }
    return Promise.resolve(output);
  }

  close(): void {
    this.#output = [];
  }
}
