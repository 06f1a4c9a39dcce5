// What ventilators get to know of their batches: the only place from which acknowledgements and refusals
// leave. An answer goes to where the batch's session is now; when that was replaced, nobody waits for it.

import { deadLetterKey } from "../../shared/model/definition-key.ts";
import type { AckMessage, NackReason } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { SinkMetrics } from "../metrics.ts";
import type { DurableBatch, Refusal, Submitted } from "../store/store.ts";
import { acknowledge } from "./core/ack.ts";
import type { Sessions } from "./core/sessions.ts";

export interface AnswersParts {
  readonly storeId: string;
  readonly sessions: Sessions;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
  /** Queues the message for the ventilator at the end of a link, or forgets it. */
  readonly offer: (link: number, message: AckMessage) => void;
  /** Something new is in the store. */
  readonly onMerged: () => void;
}

/** Refusals of the store, and the one that the sink decides by itself. */
export type SinkRefusal = Refusal | { readonly reason: "plan" };

const details: Readonly<Record<Exclude<NackReason, "bad_table">, string>> = {
  plan: "it was made under another plan",
  overlap: "a part of its range is merged already",
  checksum: "its bytes are not those that were sent",
};

export class Answers {
  readonly #parts: AnswersParts;
  /** Batches that were taken in and are not answered. */
  #due = 0;

  constructor(parts: AnswersParts) {
    this.#parts = parts;
  }

  /** There is something to be answered: what a ventilator waits for may be late, and is not lost. */
  get areDue(): boolean {
    return this.#due > 0;
  }

  /** One more batch is to be answered. */
  owe(): void {
    this.#due += 1;
  }

  /** As `StoreOptions.onDurable`. */
  durable(batches: readonly DurableBatch[]): void {
    const { metrics, onMerged, storeId } = this.#parts;
    this.#due -= batches.length;
    for (const { header, duplicate, lines } of batches) {
      metrics.partials.inc({ result: duplicate ? "duplicate" : "merged" });
      if (duplicate) continue;
      if (header.summaries.includes(deadLetterKey)) metrics.deadLetters.inc();
      metrics.lines.inc(lines);
      onMerged();
    }
    for (const ack of acknowledge(storeId, batches)) {
      if (this.#answer(ack.session, ack)) metrics.acks.inc();
    }
  }

  /** As `StoreOptions.onRefused`. */
  refused({ header, worker, attempt }: Submitted, refusal: SinkRefusal): void {
    const { logger, metrics, storeId } = this.#parts;
    const { session, batch, source, from, to } = header;
    const { reason } = refusal;
    this.#due -= 1;
    const detail = refusal.reason === "bad_table" ? refusal.detail : details[refusal.reason];
    metrics.partials.inc({ result: reason });
    logger.warn({ batch, attempt, source, from, to, worker, reason, detail }, "refused a partial");
    this.#answer(session, { type: "nack", store: storeId, session, batch, reason });
  }

  /** False when nobody is there for it. */
  #answer(session: bigint, message: AckMessage): boolean {
    const { metrics, offer, sessions } = this.#parts;
    const known = sessions.find(session);
    if (known === undefined) metrics.unsent.inc();
    else offer(known.link, message);
    return known !== undefined;
  }
}
