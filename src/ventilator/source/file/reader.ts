// Reads one file after the other and cuts what is to be sent into batches. It is the only one that
// waits for room in the flight, which is how a slow sink holds up the reading and nothing else.
//
// While it waits or reads, the plan of the file may change (a refused range, a new ledger, a longer
// copy of the file): it then drops what it has cut and not handed over, and begins with the new
// plan. Handing a batch over and moving the plan on is one step.

import { failPoint } from "../../../shared/base/fail-point.ts";
import type { ClusterConfig } from "../../../shared/model/config.ts";
import { limits } from "../../../shared/base/limits.ts";
import { hintWithContent, tailBytes } from "../../../shared/model/content-id.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import { Batcher } from "./core/batcher.ts";
import { type Cut } from "../../batch/cut.ts";
import type { FlightBatch } from "../../batch/batch.ts";
import type { WorkItem } from "../../ledger/core/work-list.ts";
import type { Catalog } from "./catalog.ts";
import { openContent } from "./content.ts";
import { shrank } from "./content-errors.ts";
import type { Content } from "./content-reader.ts";
import { isLastLineWhole, lineWentOn, lookBehind, seekLine } from "./last-line.ts";
import { cutReference } from "./reference.ts";
import { hasOnlyGrown } from "./identify-file.ts";
import type { Problems } from "../problems.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** Where batches go. */
export interface BatchTaker {
  /** True when there is room for so many bytes, false when no more batches are wanted. */
  room(bytes: number): Promise<boolean>;
  /** How many bytes the next range of a file is to have, of which so many remain. */
  rangeBytes(remaining: number): number;
  take(
    file: TrackedFile,
    content: Content,
    cut: Cut<FlightBatch["payload"]>,
    summaries: readonly string[],
  ): void;
}

export interface ReaderOptions {
  readonly batch: ClusterConfig["batch"];
  /** Workers are on this host and can be sent to the file. */
  readonly isByReference: boolean;
  /** Files are read once: what is replaced before it was read is a problem. */
  readonly isOnce: boolean;
}

export class Reader {
  readonly #catalog: Catalog;
  readonly #taker: BatchTaker;
  readonly #problems: Problems;
  readonly #options: ReaderOptions;

  constructor(catalog: Catalog, taker: BatchTaker, problems: Problems, options: ReaderOptions) {
    this.#catalog = catalog;
    this.#taker = taker;
    this.#problems = problems;
    this.#options = options;
  }

  /**
   * Reads what the file's plan says, until that is done, the plan changes or no more is wanted. A
   * file that cannot be read to its end is put on the list of problems.
   */
  async read(file: TrackedFile): Promise<void> {
    const { plan } = file;
    let content: Content | null = null;
    try {
      content = await openContent(file.path);
      if (!(await this.#isStill(file, content))) return;
      let isWanted = true;
      while (isWanted && file.plan === plan && file.work.length > 0) {
        isWanted = await this.#readItem(file, content, file.work[0]!, plan);
      }
      if (file.plan === plan && file.work.length === 0) {
        await this.#finish(file, content);
        this.#problems.fixed(file.path);
      }
    } catch (error) {
      if (file.plan === plan) this.#problems.giveUp(file, error);
    } finally {
      await content?.close();
    }
  }

  async #isStill(file: TrackedFile, content: Content): Promise<boolean> {
    if (content.hint.stat === file.hint.stat) return true;
    if (await hasOnlyGrown(file, content)) {
      file.hint = content.hint;
      file.diskBytes = content.diskBytes;
      file.contentBytes = null;
      return true;
    }
    if (this.#options.isOnce) {
      throw new LogmillError(
        "source_unreadable",
        `${file.path} was replaced before it was read; run again to count what it holds now`,
        { fields: { path: file.path } },
      );
    }
    this.#catalog.renew(file, content);
    return false;
  }

  /** Returns whether more is wanted. */
  async #readItem(
    file: TrackedFile,
    content: Content,
    item: WorkItem,
    plan: number,
  ): Promise<boolean> {
    const { reader } = content;
    const begin = await this.#seekLine(file, content, item.from);
    if (begin === null) return this.#endContent(file, reader.position, item.from);
    if (begin >= (item.to ?? Infinity)) return this.#endItem(file);
    const from = await this.#readReferences(file, content, { ...item, from: begin }, plan);
    if (from === null || file.plan !== plan) return from !== null;
    if (!(await reader.seek(from))) return this.#endContent(file, reader.position, from);
    const batcher = new Batcher({
      from,
      to: item.to,
      batchBytesMax: Math.min(this.#options.batch.maxBytes, limits.batchBytesMax),
      lineBytesMax: file.source.maxLineBytes,
      expectedBytes: reader.isCompressed ? null : content.diskBytes - from,
    });
    for (;;) {
      const space = batcher.space();
      const { bytes, failure } = await readInto(content, space);
      const isEnd = bytes === 0;
      const end = reader.position;
      const cuts = isEnd ? batcher.end(false) : batcher.advance(bytes);
      file.diskBytesDone = reader.diskPosition;
      if (isEnd && failure === null && batcher.cutTo < end) {
        const isLine = await this.#isLine(file, content, { end, isOver: space.length > 0 });
        if (isLine) cuts.push(...batcher.end(true));
      }
      for (const cut of cuts) {
        const hasRoom = await this.#taker.room(cut.payload.length);
        if (!hasRoom || file.plan !== plan) return hasRoom;
        this.#handOver(file, content, cut, item);
      }
      if (failure !== null) throw failure;
      if (file.plan !== plan) return true;
      if (!isEnd) continue;
      return space.length > 0 ? this.#endContent(file, end, batcher.cutTo) : this.#endItem(file);
    }
  }

  #endItem(file: TrackedFile): true {
    file.work = file.work.slice(1);
    return true;
  }

  /** @param cutTo where lines end that have an end. */
  #endContent(file: TrackedFile, end: number, cutTo: number): true {
    file.contentBytes = end;
    file.unfinishedBytes = Math.max(0, end - cutTo);
    file.work = [];
    return true;
  }

  /** Goes to where the lines of an item begin, and says so if that is behind a half one. */
  async #seekLine(file: TrackedFile, { reader }: Content, from: number): Promise<number | null> {
    const { at, hasGoneOn } = await seekLine(reader, from);
    if (hasGoneOn) this.#problems.add(lineWentOn(file.path, from));
    return at;
  }

  /** Whether bytes without a line feed at the end of a stretch or of the content are a line. */
  async #isLine(
    file: TrackedFile,
    { reader }: Content,
    { end, isOver }: { readonly end: number; readonly isOver: boolean },
  ): Promise<boolean> {
    const behind = isOver ? "over" : await lookBehind(reader);
    if (behind === "more") this.#problems.add(lineWentOn(file.path, end));
    return behind === "over" ? isLastLineWhole(file, reader) : behind === "line end";
  }

  /**
   * Hands over what whole batches there are by reference, if workers can read this file.
   * @returns where the rest begins; null when no more is wanted
   */
  async #readReferences(
    file: TrackedFile,
    content: Content,
    item: WorkItem,
    plan: number,
  ): Promise<number | null> {
    let { from } = item;
    if (!this.#options.isByReference) return from;
    const to = Math.min(item.to ?? Infinity, content.diskBytes);
    const onUnreadable = (error: unknown): void => {
      if (file.plan === plan) this.#problems.giveUp(file, error);
      else this.#problems.take(error, file.path);
    };
    for (;;) {
      const stretch = { from, to, batchBytesMax: this.#taker.rangeBytes(to - from) };
      const cut = await cutReference(content, stretch, onUnreadable);
      if (cut === null) return from;
      const hasRoom = await this.#taker.room(cut.payload.length);
      if (!hasRoom || file.plan !== plan) {
        cut.payload.release();
        return hasRoom ? from : null;
      }
      this.#handOver(file, content, cut, item);
      from = cut.to;
      file.diskBytesDone = from;
    }
  }

  #handOver(
    file: TrackedFile,
    content: Content,
    cut: Cut<FlightBatch["payload"]>,
    item: WorkItem,
  ): void {
    failPoint("ventilator.read.mid-file");
    this.#taker.take(file, content, cut, item.summaries);
    const [current, ...rest] = file.work;
    file.work = [{ ...current!, from: cut.to }, ...rest];
    if (cut.to < file.cutTo) return;
    file.cutTo = cut.to;
    file.tail = { from: Math.max(cut.from, cut.to - tailBytes), to: cut.to, crc32: cut.tailCrc32 };
  }

  /** The file was read to its end: is it whole, and where is it to be found next time? */
  async #finish(file: TrackedFile, content: Content): Promise<void> {
    const { reader } = content;
    const now = await content.look();
    if (!reader.isCompressed && now.diskBytes < content.diskBytes) {
      throw shrank(content, now.diskBytes);
    }
    file.diskBytesDone = now.diskBytes;
    file.diskBytes = now.diskBytes;
    const isUnchanged = now.hint.stat === content.hint.stat;
    const isAll = reader.isCompressed ? isUnchanged : now.diskBytes === file.contentBytes;
    if (!isAll) return;
    file.hint = now.hint;
    if (reader.isCompressed) file.hintDue = hintWithContent(now.hint, reader.position);
    else if (!isUnchanged) file.hintDue = now.hint;
  }
}

/** What precedes a failure is cut first, so it is looked at a little later. */
async function readInto(
  content: Content,
  space: Uint8Array,
): Promise<{ readonly bytes: number; readonly failure: Error | null }> {
  if (space.length === 0) return { bytes: 0, failure: null };
  try {
    return { bytes: await content.reader.read(space), failure: null };
  } catch (error) {
    if (!(error instanceof LogmillError)) throw error;
    return { bytes: 0, failure: error };
  }
}
