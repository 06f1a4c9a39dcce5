// Between reader and flight: numbers what is cut, writes its header, and holds the reader up while
// the flight is full.

import type { BatchHeader } from "../shared/protocol/messages.ts";
import type { Cut } from "./core/batcher.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { VentilatorMetrics } from "./metrics.ts";
import type { Pulse } from "./pulse.ts";
import { assert } from "../shared/base/assert.ts";
import type { Content } from "./source/content.ts";
import type { BatchTaker } from "./source/reader.ts";
import type { TrackedFile } from "./source/tracked-file.ts";

export interface IntakeOptions {
  readonly planFingerprint: string;
  readonly metrics: VentilatorMetrics;
  /** Beats when there may be room. */
  readonly pulse: Pulse;
}

export class Intake implements BatchTaker {
  readonly #dispatcher: Dispatcher;
  readonly #options: IntakeOptions;
  #isClosed = false;
  /** Numbers never repeat in a process, also not in a new session. */
  #batches = 0;

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

  take(file: TrackedFile, content: Content, cut: Cut, summaries: readonly string[]): void {
    const { planFingerprint: plan, metrics } = this.#options;
    const { payload, payloadCrc32, ...range } = cut;
    const { identity, source } = file;
    assert(identity !== null, "only an identified file is read");
    this.#batches += 1;
    const header: BatchHeader = {
      ...range,
      session: this.#dispatcher.session,
      batch: this.#batches,
      attempt: 0,
      plan,
      source: source.name,
      identity,
      hint: content.hint,
      summaries,
    };
    metrics.readBytes.inc({ source: source.name }, cut.to - cut.from);
    this.#dispatcher.on({ type: "added", batch: { header, payload, payloadCrc32 } });
  }

  async #wait(bytes: number): Promise<void> {
    const startMs = performance.now();
    while (!this.#isClosed && !this.#dispatcher.hasRoom(bytes)) await this.#options.pulse.wait();
    this.#options.metrics.backPressureSeconds.inc((performance.now() - startMs) / 1000);
  }
}
