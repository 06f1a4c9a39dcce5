// A ventilator without its sockets, workers that read ranges, and a sink that is its ledger, over the files of a
// world of histories.

import { crc32 } from "node:zlib";

import type { BatchHeader } from "../../src/shared/protocol/messages.ts";
import { Ledger } from "../../src/sink/store/embedded/ledger/ledger.ts";
import { rangeOf } from "../../src/sink/store/embedded/ledger/range-set.ts";
import {
  heldSpans,
  LedgerView,
  mergedOf,
  withFlight,
} from "../../src/ventilator/ledger/core/ledger-view.ts";
import { Catalog } from "../../src/ventilator/source/file/catalog.ts";
import type { LedgerSnapshot } from "../../src/ventilator/source/file/content-owners.ts";
import { rememberedHint } from "../../src/ventilator/source/file/file-facts.ts";
import { Reader, type BatchTaker } from "../../src/ventilator/source/file/reader.ts";
import { HeldRange } from "../../src/ventilator/source/file/reference.ts";
import { Problems } from "../../src/ventilator/source/problems.ts";
import { RangeReader } from "../../src/worker/range-reader.ts";

import { linesOf, type LogWorld } from "./file-histories.ts";
import { keepingLogger } from "./silent-logger.ts";
import type { Bench } from "./ventilator-fixture.ts";

interface Flying {
  readonly header: BatchHeader;
  readonly payload: Uint8Array | HeldRange;
}

export class FileReading {
  readonly ledger: Ledger;
  readonly merged: Map<string, Map<number, Buffer>>;
  readonly problems: Problems;
  readonly catalog: Catalog;
  readonly #reader: Reader;
  readonly #ranges = new RangeReader();
  readonly #flight: Flying[] = [];
  readonly #world: LogWorld;
  readonly #flightMax: number;
  /** Of the ledger as it is; null when it has changed. */
  #view: LedgerView | null = null;
  isReplanDue = false;

  constructor(
    bench: Bench,
    world: LogWorld,
    options: { isByReference: boolean; isOnce: boolean; before: FileReading | null },
  ) {
    const { config } = bench;
    const { isByReference, isOnce, before } = options;
    this.#world = world;
    this.ledger = before?.ledger ?? new Ledger();
    this.merged = before?.merged ?? new Map<string, Map<number, Buffer>>();
    this.#flightMax = 1 + world.below(3);
    const logger = keepingLogger();
    this.problems = new Problems(logger, isOnce);
    this.catalog = new Catalog(config, isOnce, this.problems, logger);
    const batchBytes = Math.max(
      Math.ceil(world.longest / 40),
      [64, 400, 3000, 70_000][world.below(4)]!,
    );
    const batch = { ...config.cluster.batch, maxBytes: batchBytes };
    const taker: BatchTaker = {
      room: () => this.#room(),
      rangeBytes: () => batchBytes,
      take: (file, content, cut, summaries) => {
        const { payload, ...range } = cut;
        const about = {
          source: file.source.name,
          identity: file.identity!,
          hint: rememberedHint(content),
        };
        const header = { ...range, ...about, summaries } as unknown as BatchHeader;
        this.#flight.push({ header, payload: payload as Flying["payload"] });
      },
    };
    this.#reader = new Reader(this.catalog, taker, this.problems, {
      batch,
      isByReference,
      isOnce,
    });
  }

  /** Scans, identifies, reads and delivers all there is. */
  async look(): Promise<void> {
    await this.catalog.scan();
    for (let rounds = 0; rounds < 50; rounds += 1) {
      this.isReplanDue = false;
      const snapshot = this.#snapshot();
      this.catalog.replan(snapshot);
      await this.catalog.settle(snapshot);
      for (let file = this.catalog.next(); file !== null; file = this.catalog.next()) {
        await this.#reader.read(file);
        this.catalog.done(file);
      }
      while (this.#flight.length > 0) await this.#deliver();
      if (!this.#isReplanDue() && !this.catalog.hasNew) return;
    }
    throw new Error("the files are never settled");
  }

  #isReplanDue(): boolean {
    return this.isReplanDue;
  }

  /** Lines that were merged, with how often. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const pieces of this.merged.values()) {
      const bytes = [...pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece);
      for (const piece of bytes) {
        for (const line of linesOf(piece)) counts.set(line, (counts.get(line) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** For a reader of a failure: which contents each merged source is the beginning of. */
  explain(): string[] {
    return [...this.merged].map(([id, pieces]) => {
      const bytes = Buffer.concat([...pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece));
      const of = this.#world.contents.filter((content) => content.bytes.indexOf(bytes) === 0);
      return `${id.slice(0, 6)}: ${bytes.length} bytes of ${of.map(({ name }) => name).join()}`;
    });
  }

  async #room(): Promise<boolean> {
    while (this.#flight.length >= this.#flightMax) await this.#deliver();
    await Promise.resolve();
    this.#world.logs.onStep();
    return true;
  }

  async #deliver(): Promise<void> {
    const [{ header, payload }] = this.#flight as [Flying];
    let bytes: Uint8Array | null;
    if (!(payload instanceof HeldRange)) bytes = payload;
    else {
      bytes = await this.#readRange(header).catch(() => null);
      bytes ??= await payload.load().catch((error: unknown) => {
        payload.fail(error);
        this.isReplanDue = true;
        return null;
      });
      payload.release();
    }
    this.#flight.shift();
    if (bytes === null) return;
    const { identity, from, to, summaries, source, hint } = header;
    if (this.ledger.verdict(identity.id, summaries, from, to) !== "new") {
      throw new Error(`[${from}, ${to}) of ${identity.id} is merged twice`);
    }
    const isWhole = bytes.length === to - from;
    const crc = header.checksums === "measured" && isWhole ? crc32(bytes) : header.crc32;
    const range = rangeOf(from, to, crc, header.tailCrc32, header.marks);
    this.ledger.add({ source, identity, hint, range, summaries });
    this.#view = null;
    const pieces = this.merged.get(identity.id) ?? new Map<number, Buffer>();
    this.merged.set(identity.id, pieces.set(from, Buffer.from(bytes)));
  }

  async #readRange(header: BatchHeader): Promise<Uint8Array> {
    return (await this.#ranges.read(header)).bytes;
  }

  #snapshot(): LedgerSnapshot {
    const headers = (): BatchHeader[] => this.#flight.map(({ header }) => header);
    this.#view ??= new LedgerView(this.ledger.sources());
    const view = this.#view;
    const now = (): LedgerView => (this.#view ??= new LedgerView(this.ledger.sources()));
    const ofId = (id: string): BatchHeader[] =>
      headers().filter(({ identity }) => identity.id === id);
    return {
      view,
      known: () => new LedgerView(withFlight(now().sources(), headers())),
      held: (id) => heldSpans(mergedOf(now().find(id)), ofId(id)),
      isVoid: false,
    };
  }
}
