// Batches by reference: of a plain file that workers on this host can read themselves, only the
// bytes around the end of a batch are read here, to end it at a line end. The batch is then a range
// of the file, and the worker reads, checks and counts it.
//
// The file stays open until the batch is acknowledged. So the bytes can still be had, and sent, when
// a worker finds another file at the path, or none: files are renamed and deleted while they are read.

import { crc32 } from "node:zlib";
import {
  readRange,
  type CutRange,
  type ReadAt,
  type Window,
} from "../../../shared/model/read-range.ts";
import { tailBytes, tailCrc32 } from "../../../shared/model/content-id.ts";
import { MarkFinder, markedBytesMax, packMarks } from "../../../shared/model/content-marks.ts";
import type { PayloadReference } from "../../batch/batch.ts";
import type { Cut } from "../../batch/cut.ts";
import { shrank, writtenOver } from "./content-errors.ts";
import type { Content } from "./content-reader.ts";
import { PlainContent } from "./plain-content.ts";

/** How far back from the longest possible end of a batch a line end is looked for. */
const windowBytesMax = 64 * 1024;
const newline = 0x0a;

export interface Stretch {
  readonly from: number;
  /** Where whole batches have to end, at most. */
  readonly to: number;
  readonly batchBytesMax: number;
}

/**
 * The next batch of a stretch, or null where only reading can tell what it is: less than a whole
 * batch is left, the content is compressed, or its lines are very long.
 * @param onUnreadable hears why a batch that was cut here cannot be read after all
 * @throws LogmillError `source_unreadable`
 */
export async function cutReference(
  content: Content,
  { from, to, batchBytesMax }: Stretch,
  onUnreadable: (error: unknown) => void,
): Promise<Cut<HeldRange> | null> {
  const { reader } = content;
  const end = from + batchBytesMax;
  if (!(reader instanceof PlainContent) || end > to) return null;
  const windowFrom = end - Math.min(windowBytesMax, batchBytesMax);
  const start = Math.max(from, windowFrom - tailBytes);
  const bytes = Buffer.allocUnsafe(end - start);
  if ((await reader.readAt(start, bytes)) < bytes.length) return null;
  const cutTo = start + bytes.lastIndexOf(newline) + 1;
  if (cutTo <= windowFrom) return null;
  const marks = await marksOf(reader, from, Math.min(cutTo, markedBytesMax));
  if (marks === null) return null;
  const range = {
    from,
    to: cutTo,
    tailCrc32: tailCrc32(bytes.subarray(0, cutTo - start)),
    marks,
    witnesses: await witnessesOf(reader, from),
  };
  return {
    kind: "lines",
    payload: new HeldRange(content, reader, range, onUnreadable),
    ...range,
    crc32: 0,
    payloadCrc32: 0,
    checksums: "measured",
  };
}

/** Windows of the file that are before the range: its beginning, and what the range follows. */
async function witnessesOf(reader: PlainContent, from: number): Promise<Window[]> {
  const windows = [
    { from: 0, to: Math.min(from, tailBytes) },
    { from: Math.max(tailBytes, from - tailBytes), to: from },
  ];
  const witnesses: Window[] = [];
  for (const window of windows) {
    if (window.to <= window.from) continue;
    const bytes = Buffer.alloc(window.to - window.from);
    await reader.readAt(window.from, bytes);
    witnesses.push({ ...window, crc32: crc32(bytes) });
  }
  return witnesses;
}

/** Of the bytes before `to`, which are all that is read here of a range; null if they are gone. */
async function marksOf(reader: PlainContent, from: number, to: number): Promise<Uint8Array | null> {
  const marks = new MarkFinder(from);
  const piece = Buffer.allocUnsafe(Math.max(0, Math.min(to - from, windowBytesMax)));
  while (marks.at < to) {
    const part = piece.subarray(0, to - marks.at);
    if ((await reader.readAt(marks.at, part)) < part.length) return null;
    marks.add(part);
  }
  return packMarks(from, marks.marks);
}

/** The bytes of a batch, in a file that stays open until `release`. */
export class HeldRange implements PayloadReference {
  readonly length: number;
  readonly #content: Content;
  readonly #reader: PlainContent;
  readonly #range: CutRange;
  readonly #onUnreadable: (error: unknown) => void;
  #isReleased = false;

  constructor(
    content: Content,
    reader: PlainContent,
    range: CutRange,
    onUnreadable: (error: unknown) => void,
  ) {
    this.#content = content;
    this.#reader = reader;
    this.#range = range;
    this.length = range.to - range.from;
    this.#onUnreadable = onUnreadable;
    content.hold();
  }

  /** Reads them after all. Rejects when the file does not have them any more. */
  async load(): Promise<Uint8Array> {
    const bytes = Buffer.allocUnsafeSlow(this.length);
    this.#content.hold();
    try {
      const readAt: ReadAt = (offset, into) => this.#reader.readAt(offset, into);
      const { kind } = await readRange(readAt, this.#range, bytes);
      if (kind === "whole") return bytes;
      if (kind === "changed") throw writtenOver(this.#content.path, this.#range.to);
      throw shrank(this.#content, (await this.#content.look()).diskBytes);
    } finally {
      await this.#content.close();
    }
  }

  /** Nobody can read them: their source is a problem. */
  fail(error: unknown): void {
    this.#onUnreadable(error);
  }

  /** They are not asked for any more. An acknowledgement may say so while they are loaded. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    // A file that was only read loses nothing when closing it fails.
    this.#content.close().catch(() => undefined);
  }
}
