// The acks side of the ventilator: the socket that sinks connect to, and the link that decides what
// their messages mean. What concerns the link alone is done here; the rest is passed on.

import type { Router } from "../../shared/net/router.ts";
import { RouterSession } from "../../shared/net/router-session.ts";
import { WaitNotice, waitForClient, type Wait } from "../../shared/process/wait-notice.ts";
import { decodeAck, encodeLedger } from "../../shared/protocol/codec.ts";
import type { AckMessage, LedgerMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
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
  readonly #peers: RouterSession<AckMessage, LedgerMessage>;
  readonly #link: SinkLink;
  readonly #options: SinkSessionOptions;
  readonly #waitNotice: WaitNotice;
  readonly #wait: Wait;
  /** Stores that were refused, so that each is complained about once. */
  readonly #refused = new Set<string>();

  constructor(router: Router, link: SinkLink, options: SinkSessionOptions) {
    const { logger, metrics } = options;
    this.#link = link;
    this.#options = options;
    this.#waitNotice = new WaitNotice(logger);
    this.#wait = waitForClient("sink", router.endpoint);
    // Sending finds out whether the connection that has ended was the sink's.
    router.onDisconnect(() => this.offer({ type: "ventilator_beat" }));
    this.#peers = new RouterSession(router, {
      name: "acks",
      codec: { decode: decodeAck, encode: encodeLedger },
      logger,
      onMessage: (peer, message) => this.on({ type: "message", peer, message }),
      onDropped: (_, { code }) => metrics.ignoredMessages.inc({ reason: code }),
      onUnreachable: (peer) => this.on({ type: "unreachable", peer }),
    });
  }

  /** Whether a sink is connected and alive. */
  get isThere(): boolean {
    return this.#link.peer !== null;
  }

  on(event: SinkEvent): void {
    const nowMs = this.#options.nowMs();
    for (const action of this.#link.on(event, nowMs)) this.#act(action);
    if (event.type === "tick") this.#waitNotice.look(nowMs, this.isThere ? null : this.#wait);
  }

  /** Sends the sink a message; false if there is none. */
  offer(message: LedgerMessage): boolean {
    const { peer } = this.#link;
    if (peer !== null) void this.#peers.send(peer, message);
    return peer !== null;
  }

  /** Takes messages until the socket closes. */
  listen(): Promise<void> {
    return this.#peers.listen();
  }

  close(): Promise<void> {
    return this.#peers.close();
  }

  #act(action: SinkAction): void {
    if (action.type === "send") void this.#peers.send(action.peer, action.message);
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
}
