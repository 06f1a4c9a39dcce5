// The acks side of the ventilator: the socket that sinks connect to, and the link that decides what
// their messages mean. What concerns the link alone is done here; the rest is passed on.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Router } from "../../shared/net/router.ts";
import { decodeAck, encodeLedger } from "../../shared/protocol/codec.ts";
import type { AckMessage, LedgerMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { Seldom } from "../../shared/runtime/throttled-warning.ts";
import type { SinkAction, SinkEvent, SinkLink } from "./core/sink-link.ts";
import type { VentilatorMetrics } from "../metrics.ts";

export interface SinkSessionOptions {
  /** Monotonic milliseconds, without this process's absences. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: VentilatorMetrics;
  readonly onAction: (action: Exclude<SinkAction, { type: "send" | "refused" }>) => void;
}

export class SinkSession {
  readonly #router: Router;
  readonly #link: SinkLink;
  readonly #options: SinkSessionOptions;
  readonly #seldom: Seldom;
  /** Stores that were refused, so that each is complained about once. */
  readonly #refused = new Set<string>();
  #isClosed = false;

  constructor(router: Router, link: SinkLink, options: SinkSessionOptions) {
    this.#router = router;
    this.#link = link;
    this.#options = options;
    this.#seldom = new Seldom(options.logger);
  }

  /** Whether a sink is connected and alive. */
  get isThere(): boolean {
    return this.#link.peer !== null;
  }

  on(event: SinkEvent): void {
    for (const action of this.#link.on(event, this.#options.nowMs())) this.#act(action);
  }

  /** Says something to the sink; false if there is none. */
  say(message: LedgerMessage): boolean {
    const { peer } = this.#link;
    if (peer !== null) this.#send(peer, message);
    return peer !== null;
  }

  /** A connection has ended; sending finds out whether it was the sink's. */
  probe(): void {
    this.say({ type: "ventilator_beat" });
  }

  /** Takes messages until the socket closes. */
  async listen(): Promise<void> {
    for await (const { peer, frames } of this.#router) {
      let message: AckMessage;
      try {
        message = decodeAck(frames);
      } catch (error) {
        if (!(error instanceof LogmillError)) throw error;
        this.#options.metrics.ignoredMessages.inc({ reason: error.code });
        this.#seldom.warn(error.code, { err: error }, "dropped a message on acks");
        continue;
      }
      this.on({ type: "message", peer: peer.toString("hex"), message });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#router.close();
  }

  #act(action: SinkAction): void {
    if (action.type === "send") this.#send(action.peer, action.message);
    else if (action.type === "refused") this.#refuse(action.store, action.current);
    else this.#options.onAction(action);
  }

  #refuse(store: string, current: string): void {
    if (this.#refused.has(store)) return;
    this.#refused.add(store);
    this.#options.logger.error(
      { store, current },
      "a second sink with another store has connected and is refused; stop it, or the present one",
    );
  }

  #send(peer: string, message: LedgerMessage): void {
    this.#router.send(Buffer.from(peer, "hex"), encodeLedger(message)).then(
      (result) => {
        if (result !== "sent" && !this.#isClosed) this.on({ type: "unreachable", peer });
      },
      (error: unknown) => {
        this.#options.logger.error({ err: error }, "a message could not be sent");
      },
    );
  }
}
