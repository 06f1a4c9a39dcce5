// Reads a file and cuts what is to be sent into batches, of each pool one file after the other. It is the only one
// that waits for room in the flight, which is how a slow sink holds up the reading and nothing else.
//
// While it waits or reads, the plan of the file may change (a refused range, a new ledger, a longer
// copy of the file): it then drops what it has cut and not handed over, and begins with the new
// plan. Handing a batch over and moving the plan on is one step.

import { failPoint } from "../../../shared/base/fail-point.ts";
import type { ClusterConfig } from "../../../shared/config/config.ts";
import { limits } from "../../../shared/base/limits.ts";
import { hintWithContent, tailBytes } from "../../../shared/model/content-id.ts";
import { LogmillError } from "../../../shared/base/errors.ts";
import { Batcher } from "./core/batcher.ts";
import { type Cut } from "../../batch/cut.ts";
import type { FlightBatch } from "../../batch/batch.ts";
import type { WorkItem } from "../../ledger/core/work-list.ts";
import type { Catalog } from "./catalog.ts";
import { Attestation } from "./attestation.ts";
import { openContent } from "./content.ts";
import { shrank, writtenOver } from "./content-errors.ts";
import type { Content } from "./content-reader.ts";
import { hasRested, isSameFile, rememberedHint, type FileFacts } from "./file-facts.ts";
import { isLastLineWhole, lineWentOn, lookBehind, seekLine } from "./last-line.ts";
import { cutReference } from "./reference.ts";
import { readPreamble, withPreamble } from "./preambles.ts";
import { hasOnlyGrown, isStillContent } from "./identify-file.ts";
import type { Problems } from "../problems.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** Where batches go. */
export interface BatchTaker {
  /** True when there is room for so many bytes of a source, false when no more batches are wanted. */
  room(source: string, bytes: number): Promise<boolean>;
  /** How many bytes the next range of a file is to have, of which so many remain. */
  rangeBytes(remaining: number): number;
  take(
    file: TrackedFile,
    content: Content,
    cut: Cut<FlightBatch["payload"]>,
    summaries: readonly string[],
  ): void;
}

/** What becomes of reading: it goes on, nobody wants more, or the file is not what it was. */
type Progress = "wanted" | "unwanted" | "changed";

/** One item of a file's work, being read. */
interface Reading {
  readonly file: TrackedFile;
  readonly content: Content;
  readonly attestation: Attestation;
  readonly item: WorkItem;
  readonly plan: number;
}

/** Times in a row that a file is opened and found changed before it is given up until the next look. */
const opensMax = 16;
const noBytes = new Uint8Array(0);

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
    try {
      for (let opened = 1; (await this.#readOpened(file, plan)) === "changed"; opened += 1) {
        if (opened === opensMax) throw writtenOver(file.path, file.work[0]?.from ?? file.cutTo);
        // What was found before a range may be of what the file held then.
        file.preamble = null;
      }
    } catch (error) {
      if (file.plan === plan) this.#problems.giveUp(file, error);
    }
  }

  /** `changed`: something was done to the file, and who it is has to be seen again. */
  async #readOpened(file: TrackedFile, plan: number): Promise<Progress> {
    const content = await openContent(file.path);
    try {
      const at = content.reader.isCompressed ? 0 : (file.work[0]?.from ?? 0);
      const attestation = await Attestation.begin(content, at);
      if (!(await this.#isStill(file, content))) return "unwanted";
      let progress: Progress = "wanted";
      while (progress === "wanted" && file.plan === plan && file.work.length > 0) {
        const reading = { file, content, attestation, item: file.work[0]!, plan };
        progress = await this.#readItem(reading);
      }
      if (progress !== "wanted" || file.plan !== plan) return progress;
      const now = await content.look();
      // Looked at before it is attested: what is noted of it now is of this content.
      if (!(await attestation.check(noBytes, content.reader.diskPosition))) return "changed";
      this.#finish(file, content, now);
      if (!content.reader.isCompressed) file.start = attestation.start(file.cutTo) ?? file.start;
      this.#problems.fixed(file.path);
      return "wanted";
    } finally {
      await content.close();
    }
  }

  async #isStill(file: TrackedFile, content: Content): Promise<boolean> {
    if (content.hint.stat === file.hint.stat) {
      if (hasRested(content) || (await isStillContent(file, content))) return true;
    } else if (await hasOnlyGrown(file, content)) {
      // What it has grown by may be work that nobody has planned yet.
      this.#catalog.grow(file, content);
      return true;
    }
    if (this.#options.isOnce) throw this.#lost(file, content);
    this.#catalog.renew(file, content);
    return false;
  }

  /** Files that are read once are not looked for elsewhere. */
  #lost({ path, diskBytes, cutTo }: TrackedFile, content: Content): LogmillError {
    if (content.diskBytes < diskBytes) return shrank({ path, diskBytes }, content.diskBytes);
    const when =
      cutTo > 0 ? "while it was read; what was read before counts," : "before it was read;";
    return new LogmillError(
      "source_unreadable",
      `${path} was replaced ${when} run again to count what it holds now`,
      { fields: { path } },
    );
  }

  async #readItem(reading: Reading): Promise<Progress> {
    const { file, content, attestation, item, plan } = reading;
    const { reader } = content;
    const { at: begin, hasGoneOn } = await seekLine(reader, item.from);
    if (!(await attestation.check(noBytes, reader.diskPosition))) return "changed";
    if (hasGoneOn) this.#problems.add(lineWentOn(file.path, item.from));
    if (begin === null) return this.#endContent(file, reader.position, item.from);
    if (begin >= (item.to ?? Infinity)) return this.#endItem(file);
    if (!(await readPreamble(file, content, begin, this.#options.batch))) return "changed";
    const from = await this.#readReferences({ ...reading, item: { ...item, from: begin } });
    if (typeof from !== "number") return from;
    if (file.plan !== plan) return "wanted";
    if (!(await reader.seek(from))) return this.#endContent(file, reader.position, from);
    if (!(await attestation.moveTo(reader.diskPosition))) return "changed";
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
      const read = reader.isCompressed ? noBytes : space.subarray(0, bytes);
      if (!(await attestation.check(read, reader.diskPosition))) return "changed";
      const isEnd = bytes === 0;
      const end = reader.position;
      const cuts = isEnd ? batcher.end(false) : batcher.advance(bytes);
      file.diskBytesDone = reader.diskPosition;
      if (isEnd && failure === null && batcher.cutTo < end) {
        const isLine = await this.#isLine(file, content, { end, isOver: space.length > 0 });
        if (isLine) cuts.push(...batcher.end(true));
      }
      for (const cut of cuts) {
        const whole = await withPreamble(file, content, cut);
        const hasRoom = await this.#taker.room(file.source.name, cut.payload.length);
        if (!hasRoom || file.plan !== plan) return hasRoom ? "wanted" : "unwanted";
        this.#handOver(file, content, whole, item);
      }
      if (failure !== null) throw failure;
      if (file.plan !== plan) return "wanted";
      if (!isEnd) continue;
      return space.length > 0 ? this.#endContent(file, end, batcher.cutTo) : this.#endItem(file);
    }
  }

  #endItem(file: TrackedFile): Progress {
    file.work = file.work.slice(1);
    return "wanted";
  }

  /** @param cutTo where lines end that have an end. */
  #endContent(file: TrackedFile, end: number, cutTo: number): Progress {
    file.contentBytes = end;
    file.unfinishedBytes = Math.max(0, end - cutTo);
    file.work = [];
    return "wanted";
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
   * @returns where the rest begins, or why nothing more is read
   */
  async #readReferences(reading: Reading): Promise<number | Progress> {
    const { file, content, attestation, item, plan } = reading;
    let { from } = item;
    if (!this.#options.isByReference || content.reader.isCompressed) return from;
    if (!(await attestation.moveTo(from))) return "changed";
    const to = Math.min(item.to ?? Infinity, content.diskBytes);
    const onUnreadable = (error: unknown): void => {
      if (file.plan === plan) this.#problems.giveUp(file, error);
      else this.#problems.take(error, file.path);
    };
    for (;;) {
      const stretch = { from, to, batchBytesMax: this.#taker.rangeBytes(to - from) };
      const range = await cutReference(content, stretch, onUnreadable);
      if (range === null) return from;
      const cut = await withPreamble(file, content, range).catch((error: unknown) => {
        range.payload.release();
        throw error;
      });
      if (!(await attestation.check(noBytes, cut.to))) {
        cut.payload.release();
        return "changed";
      }
      const hasRoom = await this.#taker.room(file.source.name, cut.payload.length);
      if (!hasRoom || file.plan !== plan) {
        cut.payload.release();
        return hasRoom ? from : "unwanted";
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
    file.cut({ from: Math.max(cut.from, cut.to - tailBytes), to: cut.to, crc32: cut.tailCrc32 });
  }

  /** The file was read to its end: is it whole, and where is it to be found next time? */
  #finish(file: TrackedFile, content: Content, now: FileFacts): void {
    const { reader } = content;
    if (!reader.isCompressed && now.diskBytes < content.diskBytes) {
      throw shrank(content, now.diskBytes);
    }
    file.diskBytesDone = now.diskBytes;
    file.diskBytes = now.diskBytes;
    const isUnchanged = isSameFile(now, content);
    const isAll = reader.isCompressed ? isUnchanged : now.diskBytes === file.contentBytes;
    if (!isAll) return;
    file.see(now);
    const hint = rememberedHint(now);
    const isNews = !isUnchanged || hint.stat !== rememberedHint(content).stat;
    if (reader.isCompressed) file.hintDue = hintWithContent(hint, reader.position);
    else if (isNews) file.hintDue = hint;
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
