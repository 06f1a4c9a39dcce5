// The sink's line to one ventilator: a DEALER on its acks endpoint. It greets, beats and passes on
// what the ventilator says. Acknowledgements are queued and never waited for: a ventilator that takes
// none must not hold up the store, and asks for the ledger when it is back. The ledger itself may be
// large and is sent as fast as it is taken.

import { LogmillError } from "../../shared/base/errors.ts";
import { limits } from "../../shared/base/limits.ts";
import { connectDealer } from "../../shared/net/client-socket.ts";
import type { Dealer } from "../../shared/net/client-socket.ts";
import type { ClientSecurity } from "../../shared/net/security.ts";
import { Contact } from "../../shared/net/contact.ts";
import type { ContactAction } from "../../shared/net/contact.ts";
import { decodeLedger, encodeAck } from "../../shared/protocol/codec.ts";
import type { AckMessage, LedgerMessage } from "../../shared/protocol/messages.ts";

export interface LinkHandlers {
  readonly onMessage: (message: LedgerMessage) => void;
  /** Something came that is no message of the protocol, or of another version. */
  readonly onDropped: (error: LogmillError) => void;
  /** What was said was forgotten, because too much waited already. */
  readonly onOverflow: () => void;
}

const byeFlushMs = 500;

export class VentilatorLink {
  readonly #hello: AckMessage;
  readonly #handlers: LinkHandlers;
  readonly #dealer: Dealer;
  readonly #contact = new Contact(performance.now());
  readonly #ticks: NodeJS.Timeout;
  /** Settles when the link is closed; rejects on a fault of logmill itself. */
  readonly ended: Promise<void>;

  /** @param hello what this sink is; the same all its life. */
  constructor(
    endpoint: string,
    hello: AckMessage,
    handlers: LinkHandlers,
    security: ClientSecurity,
  ) {
    this.#hello = hello;
    this.#handlers = handlers;
    const connection = {
      onConnect: () => this.#act(this.#contact.connected(performance.now())),
      onDisconnect: () => this.#contact.disconnected(),
    };
    this.#dealer = connectDealer(endpoint, connection, security);
    this.#ticks = setInterval(
      () => this.#act(this.#contact.tick(performance.now())),
      limits.heartbeatIntervalMs,
    );
    this.ended = this.#listen();
  }

  /** Whether the ventilator has answered our greeting. */
  get isGreeted(): boolean {
    return this.#contact.isGreeted;
  }

  /** Queues the message, or forgets it when too much waits already. */
  say(message: AckMessage): void {
    if (!this.#dealer.offer(encodeAck(message))) this.#handlers.onOverflow();
  }

  /** True once ZeroMQ has taken the message, false when the link was closed before. */
  tell(message: AckMessage): Promise<boolean> {
    return this.#dealer.send(encodeAck(message));
  }

  async close(): Promise<void> {
    clearInterval(this.#ticks);
    await this.#dealer.close(byeFlushMs);
    await this.ended;
  }

  #act(action: ContactAction): void {
    if (action === "hello") this.say(this.#hello);
    else if (action === "beat") this.say({ type: "sink_beat" });
    else if (action === "redial") this.#dealer.redial();
  }

  async #listen(): Promise<void> {
    for await (const frames of this.#dealer) {
      this.#contact.heard(performance.now());
      let message: LedgerMessage;
      try {
        message = decodeLedger(frames);
      } catch (error) {
        if (!(error instanceof LogmillError)) throw error;
        this.#handlers.onDropped(error);
        continue;
      }
      if (message.type === "ventilator_hello") this.#contact.answered();
      else if (message.type === "who") this.#act(this.#contact.asked());
      this.#handlers.onMessage(message);
    }
  }
}
