// Between reader and flight: has a header made for what is cut, and lets the reader wait while the
// flight is full. Each pool has its reader, so when there is room for one batch several may be told so at once: a
// flight may have one batch more than its bounds for every pool but the first.

import { assert } from "../../shared/base/assert.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { BatchMaker } from "../batch/batch-maker.ts";
import type { Pools } from "../batch/pools.ts";
import type { Cut } from "../batch/cut.ts";
import type { VentilatorMetrics } from "../metrics.ts";
import type { Notifier } from "../notifier.ts";
import type { SinkSession } from "../sink-link/sink-session.ts";
import type { Content } from "../source/file/content-reader.ts";
import { rememberedHint } from "../source/file/file-facts.ts";
import type { BatchTaker } from "../source/file/reader.ts";
import type { TrackedFile } from "../source/file/tracked-file.ts";
import type { RangeSizer } from "./core/range-size.ts";
import type { Dispatcher } from "./dispatcher.ts";

export interface BackPressureOptions {
  readonly maker: BatchMaker;
  readonly metrics: VentilatorMetrics;
  /** How long ranges are that workers read themselves. */
  readonly ranges: RangeSizer;
  /** Notified when there may be room. */
  readonly notifier: Notifier;
  readonly sink: Pick<SinkSession, "isThere">;
  readonly pools: Pools;
}

export class BackPressure implements BatchTaker {
  readonly #dispatcher: Dispatcher;
  readonly #options: BackPressureOptions;
  #isClosed = false;

  constructor(dispatcher: Dispatcher, options: BackPressureOptions) {
    this.#dispatcher = dispatcher;
    this.#options = options;
  }

  /** No more batches are wanted. */
  close(): void {
    this.#isClosed = true;
  }

  async room(source: string, bytes: number): Promise<boolean> {
    const pool = this.#options.pools.of(source);
    if (!this.#dispatcher.hasRoom(pool, bytes)) await this.#wait(pool, bytes);
    return !this.#isClosed;
  }

  rangeBytes(remaining: number): number {
    return this.#options.ranges.next(remaining, this.#dispatcher.workers.grantedCredit);
  }

  take(
    file: TrackedFile,
    content: Content,
    cut: Cut<FlightBatch["payload"]>,
    summaries: readonly string[],
  ): void {
    const { maker, metrics } = this.#options;
    const { payload, payloadCrc32, ...range } = cut;
    const { identity, source } = file;
    assert(identity !== null, "only an identified file is read");
    const hint = rememberedHint(content);
    const made = maker.make({ ...range, source: source.name, identity, hint, summaries });
    metrics.readBytes.inc({ source: source.name }, cut.to - cut.from);
    this.#dispatcher.on({ type: "added", batch: { ...made, payload, payloadCrc32 } });
  }

  async #wait(pool: string, bytes: number): Promise<void> {
    const { backPressureSeconds } = this.#options.metrics;
    let startMs = performance.now();
    // It is notified several times a second: a long wait shows while it lasts.
    while (!this.#isClosed && !this.#dispatcher.hasRoom(pool, bytes)) {
      const { sink } = this.#options;
      const cause = sink.isThere ? this.#dispatcher.stallReason(pool) : "no_sink";
      await this.#options.notifier.wait();
      const nowMs = performance.now();
      backPressureSeconds.inc({ cause }, (nowMs - startMs) / 1000);
      startMs = nowMs;
    }
  }
}
