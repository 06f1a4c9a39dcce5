// Writes one segment file: runs of blocks, one run a table, then the footer that lists them. The file
// counts only once a manifest names it, so it is written under its own name; a crash before that
// leaves a file that the next start removes.

import { crc32 } from "node:zlib";
import { join } from "node:path";
import { ByteWriter } from "../../../../shared/base/bytes.ts";
import { failPoint } from "../../../../shared/base/fail-point.ts";
import { diskError, writeError } from "../../../disk/disk-error.ts";
import { encodeFileHeader } from "../disk/file-header.ts";
import type { FileSystem, OpenFile } from "../../../disk/file-system.ts";
import type { Run, SegmentFile } from "../manifest/manifest.ts";
import { packBlock, type Block } from "./segment-block.ts";
import { segmentFileName, writeAll } from "../disk/store-files.ts";

export const footerMagic = "logmillF";
/** Offset and length of the footer, its checksum, and the magic. */
export const trailerBytes = 24;

/** A table on its way into a segment: frames ascending by key, none of them empty. */
export interface SortedTable {
  readonly summaryKey: string;
  readonly bucketStart: number;
  readonly frames: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Blocks are written together up to so many bytes. */
const writeBytesMin = 256 * 1024;

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export class SegmentWriter {
  readonly #files: FileSystem;
  readonly #directory: string;
  readonly #path: string;
  readonly #file: OpenFile;
  readonly #number: number;
  readonly #runs: Run[] = [];
  #packing: { readonly block: Promise<Block>; readonly run: Writable<Run> } | null = null;
  /** Chunks that are not written yet, and their bytes. */
  #chunks: Uint8Array[] = [];
  #chunkBytes = 0;
  /** Of the file, with the chunks that are not written yet. */
  #end = 0;

  private constructor(
    files: FileSystem,
    directory: string,
    path: string,
    file: OpenFile,
    number: number,
  ) {
    this.#files = files;
    this.#directory = directory;
    this.#path = path;
    this.#file = file;
    this.#number = number;
  }

  /** @throws OutOfSpace, LogmillError `disk_failed`; here and below the file is then gone. */
  static async create(
    files: FileSystem,
    directory: string,
    storeId: string,
    number: number,
  ): Promise<SegmentWriter> {
    const path = join(directory, segmentFileName(number));
    let file: OpenFile;
    try {
      file = await files.open(path, "create");
    } catch (error) {
      throw writeError(error, path);
    }
    const writer = new SegmentWriter(files, directory, path, file, number);
    await writer.#undoneOnFailure(async () => {
      writer.#add([encodeFileHeader({ kind: "segment", storeId, number })]);
      await writer.#write();
    });
    failPoint("sink.segment.created");
    return writer;
  }

  /** Adds a table; one without rows leaves no run. Its last block may be written with the next table. */
  async add({ summaryKey, bucketStart, frames }: SortedTable): Promise<void> {
    await this.#undoneOnFailure(async () => {
      const run = { summaryKey, bucketStart, rows: 0, offset: 0, bytes: 0, blocks: 0 };
      for await (const frame of frames) {
        // One block is deflated in the thread pool while the next frame is made here.
        const block = packBlock(frame, frameRows(frame));
        await this.#writePacked();
        this.#packing = { block, run };
      }
    });
  }

  /** Makes the file durable and returns what the manifest has to say about it. */
  async finish(): Promise<SegmentFile> {
    await this.#undoneOnFailure(async () => {
      await this.#writePacked();
      this.#add([encodeFooter(this.#runs, this.#end)]);
      await this.#write();
    });
    try {
      failPoint("sink.segment.written");
      await this.#file.datasync();
      await this.#file.close();
      failPoint("sink.segment.synced");
      await this.#files.syncDirectory(this.#directory);
      failPoint("sink.segment.durable");
    } catch (error) {
      throw diskError(error, "syncing", this.#path);
    }
    const runBytes = this.#runs.reduce((sum, { bytes }) => sum + bytes, 0);
    return { number: this.#number, bytes: this.#end, runBytes, runs: this.#runs };
  }

  /** Writes the block that is being deflated, if there is one. */
  async #writePacked(): Promise<void> {
    if (this.#packing === null) return;
    const { block, run } = this.#packing;
    this.#packing = null;
    const { chunks, rows } = await block;
    if (run.blocks === 0) {
      run.offset = this.#end;
      this.#runs.push(run);
    }
    this.#add(chunks);
    // Many small tables are one write.
    if (this.#chunkBytes >= writeBytesMin) await this.#write();
    failPoint("sink.segment.block");
    run.rows += rows;
    run.blocks += 1;
    run.bytes = this.#end - run.offset;
  }

  #add(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) {
      this.#chunks.push(chunk);
      this.#chunkBytes += chunk.length;
      this.#end += chunk.length;
    }
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#chunks);
    const from = this.#end - this.#chunkBytes;
    this.#chunks = [];
    this.#chunkBytes = 0;
    await writeAll(this.#file, [bytes], from);
  }

  async #undoneOnFailure(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const meaning = writeError(error, this.#path);
      try {
        await this.#file.close();
        await this.#files.unlink(this.#path);
      } catch (second) {
        throw diskError(second, "removing", this.#path);
      }
      throw meaning;
    }
  }
}

/** Rows of a table frame, from its header; see `shared/table/FORMAT.md`. */
function frameRows(frame: Uint8Array): number {
  return new DataView(frame.buffer, frame.byteOffset, frame.length).getUint32(8, true);
}

function encodeFooter(runs: readonly Run[], offset: number): Uint8Array {
  const writer = new ByteWriter(runs.length * 48 + trailerBytes);
  writer.varint(runs.length);
  for (const run of runs) {
    writer.hex(run.summaryKey).i64(BigInt(run.bucketStart)).varint(run.rows);
    writer.varint(run.offset).varint(run.bytes).varint(run.blocks);
  }
  const footer = writer.finish();
  const bytes = footer.length;
  const checksum = crc32(footer);
  writer.u64(BigInt(offset)).u32(bytes).u32(checksum);
  return writer.bytes(Buffer.from(footerMagic, "latin1")).finish();
}
