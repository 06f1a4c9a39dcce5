// Runs over real files without sockets, workers or a sink: the catalog and the reader as they are,
// with the real ledger behind them. A run reads what the ledger lacks, and every line that it cut is
// there to be compared. Cheap enough for thousands of histories of a file.

import { crc32 } from "node:zlib";
import type { Config } from "../../src/shared/config/config.ts";
import type { FlightBatch } from "../../src/ventilator/batch/batch.ts";
import { Ledger } from "../../src/sink/store/embedded/ledger/ledger.ts";
import { rangeOf } from "../../src/sink/store/embedded/ledger/range-set.ts";
import { LedgerView, mergedOf } from "../../src/ventilator/ledger/core/ledger-view.ts";
import { Catalog } from "../../src/ventilator/source/file/catalog.ts";
import type { LedgerSnapshot } from "../../src/ventilator/source/file/content-owners.ts";
import type { Cut } from "../../src/ventilator/batch/cut.ts";
import { Reader, type BatchTaker } from "../../src/ventilator/source/file/reader.ts";
import { HeldRange } from "../../src/ventilator/source/file/reference.ts";
import type { TrackedFile } from "../../src/ventilator/source/file/tracked-file.ts";
import { Problems } from "../../src/ventilator/source/problems.ts";
import { keepingLogger } from "./silent-logger.ts";

export interface FileRunOptions {
  readonly isByReference?: boolean;
  readonly isOnce?: boolean;
}

type AnyCut = Cut<FlightBatch["payload"]>;

/** What has been merged over all runs, and the catalog and reader of the last of them. */
export class FileRuns {
  readonly #makeConfig: () => Config;
  readonly #ledger = new Ledger();
  /** Payloads in the order in which they were cut, by the id of their content. */
  readonly #merged = new Map<string, { readonly from: number; readonly text: string }[]>();
  readonly kinds: Cut["kind"][] = [];
  /** Where ranges begin, and what was found to precede them, one character a byte. */
  readonly preambles: { readonly from: number; readonly preamble: string }[] = [];

  constructor(makeConfig: () => Config) {
    this.#makeConfig = makeConfig;
  }

  /** Lines of all contents, sorted; a batch of one over-long line is the beginning that is kept of it. */
  get lines(): string[] {
    return [...this.#merged.values()]
      .flatMap((pieces) => pieces.map(({ text }) => text))
      .flatMap((text) => text.split("\n").slice(0, text.endsWith("\n") ? -1 : undefined))
      .flatMap((line) => line.match(/^\0+|[^\0][^]*/g) ?? [line])
      .sort();
  }

  begin(options: FileRunOptions = {}): FileRun {
    const { isByReference = false, isOnce = true } = options;
    const config = this.#makeConfig();
    const logger = keepingLogger();
    const problems = new Problems(logger, isOnce);
    const catalog = new Catalog(config, isOnce, problems, logger);
    const { batch } = config.cluster;
    const pending: Promise<void>[] = [];
    const taker: BatchTaker = {
      room: () => Promise.resolve(true),
      rangeBytes: () => batch.maxBytes,
      take: (file, content, cut, summaries) => {
        pending.push(this.#take(file, cut, content.hint, summaries));
      },
    };
    const reader = new Reader(catalog, taker, problems, { batch, isByReference, isOnce });
    const look = async (onPlanned?: () => void): Promise<void> => {
      await catalog.scan();
      await catalog.settle(this.#snapshot());
      onPlanned?.();
      for (let file = catalog.next(); file !== null; file = catalog.next()) {
        await reader.read(file);
        catalog.done(file);
        await Promise.all(pending.splice(0));
      }
    };
    return { catalog, problems, look };
  }

  /** A whole run, as `logmill run` does it. */
  async run(options: FileRunOptions = {}): Promise<FileRun> {
    const run = this.begin(options);
    await run.look();
    return run;
  }

  async #take(
    file: TrackedFile,
    cut: AnyCut,
    hint: Parameters<Ledger["hint"]>[1],
    summaries: readonly string[],
  ): Promise<void> {
    const { payload, from, to } = cut;
    const identity = file.identity!;
    const bytes = payload instanceof HeldRange ? await payload.load() : (payload as Uint8Array);
    if (payload instanceof HeldRange) payload.release();
    const crc = cut.checksums === "measured" ? crc32(bytes) : cut.crc32;
    const range = rangeOf(from, to, crc, cut.tailCrc32);
    this.#ledger.add({ source: file.source.name, identity, hint, range, summaries });
    const pieces = this.#merged.get(identity.id) ?? [];
    pieces.push({ from, text: Buffer.from(bytes).toString("latin1") });
    this.#merged.set(identity.id, pieces);
    this.kinds.push(cut.kind);
    const preamble = Buffer.from(cut.preamble ?? []).toString("latin1");
    this.preambles.push({ from, preamble });
  }

  #snapshot(): LedgerSnapshot {
    const view = new LedgerView([...this.#ledger.sources()]);
    return { view, known: () => view, held: (id) => mergedOf(view.find(id)), isVoid: false };
  }
}

export interface FileRun {
  readonly catalog: Catalog;
  readonly problems: Problems;
  /** Scans, identifies, and reads all that is there. @param onPlanned called before anything is read. */
  readonly look: (onPlanned?: () => void) => Promise<void>;
}
