// Between reader and flight: has a header made for what is cut, and lets the reader wait while the
// flight is full.

import { assert } from "../../shared/base/assert.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { BatchMaker } from "../batch/batch-maker.ts";
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

  async room(bytes: number): Promise<boolean> {
    if (!this.#dispatcher.hasRoom(bytes)) await this.#wait(bytes);
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

  async #wait(bytes: number): Promise<void> {
    const { backPressureSeconds } = this.#options.metrics;
    let startMs = performance.now();
    // It is notified several times a second: a long wait shows while it lasts.
    while (!this.#isClosed && !this.#dispatcher.hasRoom(bytes)) {
      const cause = this.#options.sink.isThere ? this.#dispatcher.stallReason() : "no_sink";
      await this.#options.notifier.wait();
      const nowMs = performance.now();
      backPressureSeconds.inc({ cause }, (nowMs - startMs) / 1000);
      startMs = nowMs;
    }
  }
}
