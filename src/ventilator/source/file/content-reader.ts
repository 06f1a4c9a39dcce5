// A file's content as readers see it, compressed or not.

import type { SourceHint } from "../../../shared/model/content.ts";
import type { FileFacts, FileTimes } from "./file-facts.ts";

/** Reads a content front to back; it can be repositioned. */
export interface ContentReader {
  readonly isCompressed: boolean;
  /** Path of the file. */
  readonly path: string;
  /** Offset in the content of the next byte. */
  readonly position: number;
  /** Bytes of the file that have been used for that. */
  readonly diskPosition: number;
  /**
   * Fills the beginning of `into` with what comes next; returns how many bytes, 0 at the end. What
   * precedes damage is returned first. Throws `source_unreadable`.
   */
  read(into: Uint8Array): Promise<number>;
  /** Goes to an offset; false, and to its end, if the content is shorter. Throws as `read` does. */
  seek(offset: number): Promise<boolean>;
}

export interface Content {
  readonly path: string;
  /** As the file was when it was opened. */
  readonly hint: SourceHint;
  readonly diskBytes: number;
  readonly times: FileTimes;
  readonly reader: ContentReader;
  /** Reads bytes of the file itself; returns how many there were. Throws `source_unreadable`. */
  readRaw(offset: number, into: Uint8Array): Promise<number>;
  /** As the file is now. */
  look(): Promise<FileFacts>;
  /** Whoever holds the content closes it too; the last one closes the file. */
  hold(): void;
  close(): Promise<void>;
}
