// Between reader and flight: has a header made for what is cut, and holds the reader up while the
// flight is full.

import { crc32 } from "node:zlib";
import type { BatchMaker } from "../batch/batch-maker.ts";
import { cutsOf } from "../source/file/core/batcher.ts";
import type { Cut } from "../batch/cut.ts";
import type { FlightAction } from "./core/flight-events.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { RangeSizer } from "./core/range-size.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { VentilatorMetrics } from "../metrics.ts";
import type { Pulse } from "../notifier.ts";
import type { SinkSession } from "../sink-link/sink-session.ts";
import { assert } from "../../shared/base/assert.ts";
import { limits } from "../../shared/base/limits.ts";
import { tailCrc32 } from "../../shared/model/content-id.ts";
import type { BatchHeader } from "../../shared/protocol/messages.ts";
import { type Content } from "../source/file/content-reader.ts";
import { writtenOver } from "../source/file/content-errors.ts";
import type { BatchTaker } from "../source/file/reader.ts";
import { HeldRange } from "../source/file/reference.ts";
import type { TrackedFile } from "../source/file/tracked-file.ts";

export interface IntakeOptions {
  readonly maker: BatchMaker;
  readonly metrics: VentilatorMetrics;
  /** How long ranges are that workers read themselves. */
  readonly ranges: RangeSizer;
  /** Beats when there may be room. */
  readonly pulse: Pulse;
  readonly sink: Pick<SinkSession, "isThere">;
}

export class Intake implements BatchTaker {
  readonly #dispatcher: Dispatcher;
  readonly #options: IntakeOptions;
  #isClosed = false;

  constructor(dispatcher: Dispatcher, options: IntakeOptions) {
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
    return this.#options.ranges.next(remaining, this.#dispatcher.grantedCredit);
  }

  acknowledged({ batch, parts }: Extract<FlightAction, { type: "acknowledged" }>): void {
    this.#options.ranges.worked(batch.header.to - batch.header.from, parts.workMs);
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
    const facts = { ...range, source: source.name, identity, hint: content.hint, summaries };
    const made = maker.make(facts);
    metrics.readBytes.inc({ source: source.name }, cut.to - cut.from);
    this.#dispatcher.on({ type: "added", batch: { ...made, payload, payloadCrc32 } });
  }

  /** Gives the flight the bytes of a batch that workers could not read. */
  async load({ header, payload }: FlightBatch): Promise<void> {
    assert(payload instanceof HeldRange, "only what is not here is loaded");
    this.#options.ranges.failed(payload.length);
    let bytes: Uint8Array;
    try {
      bytes = await payload.load();
      // Written over since it was cut: what lies there now belongs to another content.
      if (tailCrc32(bytes) !== header.tailCrc32) throw writtenOver(header.hint.path, header.to);
    } catch (error) {
      payload.fail(error);
      this.#dispatcher.on({ type: "loaded", id: header.batch, into: null });
      return;
    }
    payload.release();
    this.#dispatcher.on({ type: "loaded", id: header.batch, into: this.#sendable(header, bytes) });
  }

  /** The batch with its bytes, or the batches it makes if they are too many for a message. */
  #sendable(header: BatchHeader, bytes: Uint8Array): FlightBatch[] {
    const { maker } = this.#options;
    if (bytes.length <= limits.batchBytesMax) {
      const crc = crc32(bytes);
      return [{ ...maker.withChecksum(header, crc), payload: bytes, payloadCrc32: crc }];
    }
    const { source, identity, hint, summaries } = header;
    return cutsOf(bytes, header.from).map(({ payload, payloadCrc32, ...range }) => {
      const facts = { ...range, source, identity, hint, summaries };
      return { ...maker.make(facts), payload, payloadCrc32 };
    });
  }

  async #wait(bytes: number): Promise<void> {
    const { backPressureSeconds } = this.#options.metrics;
    let startMs = performance.now();
    // The pulse beats several times a second: a long wait shows while it lasts.
    while (!this.#isClosed && !this.#dispatcher.hasRoom(bytes)) {
      const cause = this.#options.sink.isThere ? this.#dispatcher.holdUp() : "no_sink";
      await this.#options.pulse.wait();
      const nowMs = performance.now();
      backPressureSeconds.inc({ cause }, (nowMs - startMs) / 1000);
      startMs = nowMs;
    }
  }
}
