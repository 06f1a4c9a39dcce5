// What ventilators ask of the sink, answered: greetings, the ledger, hints, and finishing. Answers
// go to the link that asked.

import { limits } from "../../shared/base/limits.ts";
import type { AckMessage, BatchHeader, LedgerMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { ledgerParts } from "./core/ledger-parts.ts";
import type { Sessions } from "./core/sessions.ts";
import type { BatchStore, StoreReader } from "../store/store.ts";
import type { PublishAndFlush } from "../publish-and-flush.ts";

export interface RequestParts {
  readonly store: StoreReader & BatchStore;
  readonly sessions: Sessions;
  readonly publishing: Pick<PublishAndFlush, "complete">;
  readonly logger: Logger;
  readonly incarnation: bigint;
  /** Counts a dead letter; the answer goes the way of all acknowledgements. */
  readonly deadLetter: (link: number, header: BatchHeader) => void;
  /** Settles once the message has left, or was forgotten with the connection. */
  readonly send: (link: number, message: AckMessage) => Promise<unknown>;
}

type Hello = Extract<LedgerMessage, { readonly type: "ventilator_hello" }>;
type LedgerRequest = Extract<LedgerMessage, { readonly type: "ledger_request" }>;

export class RequestHandler {
  readonly #parts: RequestParts;
  /** Finishes being worked on, as `link/request`: asked again meanwhile, they are answered once. */
  readonly #finishing = new Set<string>();
  /** Settles when the first ventilator has greeted. */
  readonly greeted: Promise<void>;
  #onGreeted: () => void = () => undefined;

  constructor(parts: RequestParts) {
    this.#parts = parts;
    this.greeted = new Promise((resolve) => (this.#onGreeted = resolve));
  }

  /** Rejects when the question cannot be answered because the store or an output failed. */
  async answer(link: number, message: LedgerMessage): Promise<void> {
    switch (message.type) {
      case "ventilator_hello":
        this.#greet(link, message);
        break;
      case "ledger_request":
        await this.#sendLedger(link, message);
        break;
      case "hint":
        this.#parts.store.hint(message.identity, message.hint);
        break;
      case "dead_letter":
        // A full disk holds this up like any other batch; the ventilator says it again in time.
        await this.#parts.store.ready();
        this.#parts.deadLetter(link, message.header);
        break;
      case "finish":
        await this.#finish(link, message.request);
        break;
      case "who":
      case "ventilator_beat":
        break;
    }
  }

  #greet(link: number, hello: Hello): void {
    const { sessions, logger } = this.#parts;
    const { session, isNew } = sessions.greet(link, hello);
    this.#onGreeted();
    if (!isNew) return;
    const fields = { ventilator: session.ventilator, session: session.session.toString(16) };
    if (session.hasOurPlan) {
      logger.info(fields, "greeted a ventilator");
    } else {
      logger.error(
        { ...fields, plan: hello.plan },
        "a ventilator works by another plan, and what it sends is refused; " +
          "start both roles with one configuration",
      );
    }
  }

  async #sendLedger(link: number, { request, session }: LedgerRequest): Promise<void> {
    const { store, incarnation, sessions, send } = this.#parts;
    // Its greeting was lost, so the session before it is still admitted, and would add to the ledger
    // behind its back. It greets and asks again.
    if (session !== null && sessions.find(session)?.link !== link) return;
    // What was admitted before belongs to it. A new ventilator knows a content by the ledger alone: one
    // that has grown since, and shows up there a moment too late, would be counted under two names.
    await store.settle();
    const ledger = await store.ledger();
    const parts = ledgerParts(ledger.sources);
    for (const [index, sources] of parts.entries()) {
      const more = index < parts.length - 1;
      const part = { request, store: store.storeId, incarnation, part: index, more };
      const sheets = more ? null : ledger.sheets;
      await send(link, { type: "ledger", ...part, sources, sheets });
    }
  }

  async #finish(link: number, request: number): Promise<void> {
    const key = `${link}/${request}`;
    if (this.#finishing.has(key)) return;
    this.#finishing.add(key);
    try {
      const { store, publishing, send } = this.#parts;
      const paths = await publishing.complete();
      const outputs = { count: paths.length, first: paths.slice(0, limits.outputPathsToldMax) };
      const [sheets, examples] = await Promise.all([store.sheets(), store.examples()]);
      const uncounted = await store.uncounted();
      await send(link, { type: "finished", request, sheets, examples, outputs, uncounted });
    } finally {
      this.#finishing.delete(key);
    }
  }
}
