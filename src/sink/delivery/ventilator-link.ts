// The sink's line to one ventilator, on its acks endpoint. It greets, beats and passes on what the
// ventilator says. Acknowledgements are offered and never waited for: a ventilator that takes none
// must not hold up the store, and asks for the ledger when it is back. The ledger itself may be large
// and is sent as fast as it is taken.

import type { LogmillError } from "../../shared/base/errors.ts";
import { PeerSession } from "../../shared/net/peer-session.ts";
import { WaitNotice, waitForServer } from "../../shared/process/wait-notice.ts";
import type { ClientSecurity } from "../../shared/net/security.ts";
import { decodeLedger, encodeAck } from "../../shared/protocol/codec.ts";
import type { AckMessage, LedgerMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";

export interface LinkHandlers {
  readonly logger: Logger;
  readonly onMessage: (message: LedgerMessage) => void;
  /** Something came that is no message of the protocol, or of another version. */
  readonly onDropped: (error: LogmillError) => void;
  /** What was offered was forgotten, because too much waited already. */
  readonly onOverflow: () => void;
  /** Whether there are partials that are not answered for. */
  readonly isBusy: () => boolean;
}

const byeFlushMs = 500;

export class VentilatorLink {
  readonly #session: PeerSession<LedgerMessage, AckMessage>;

  /** @param hello what this sink is; the same all its life. */
  constructor(
    endpoint: string,
    hello: AckMessage,
    handlers: LinkHandlers,
    security: ClientSecurity,
  ) {
    const waitNotice = new WaitNotice(handlers.logger);
    const wait = waitForServer("ventilator", endpoint);
    this.#session = new PeerSession({
      ...handlers,
      endpoint,
      security,
      codec: { decode: decodeLedger, encode: encodeAck },
      hello: () => hello,
      beat: () => ({ type: "sink_beat", busy: handlers.isBusy() }),
      onTick: () => waitNotice.look(performance.now(), this.isGreeted ? null : wait),
      onMessage: (message) => {
        if (message.type === "ventilator_hello") this.#session.answered();
        else if (message.type === "who") this.#session.asked();
        handlers.onMessage(message);
      },
    });
  }

  /** Settles when the link is closed; rejects on a fault of logmill itself. */
  get ended(): Promise<void> {
    return this.#session.ended;
  }

  /** Whether the ventilator has answered our greeting. */
  get isGreeted(): boolean {
    return this.#session.isGreeted;
  }

  /** Queues the message, or forgets it when too much waits already. */
  offer(message: AckMessage): void {
    this.#session.offer(message);
  }

  /** True once ZeroMQ has taken the message, false when the link was closed before. */
  send(message: AckMessage): Promise<boolean> {
    return this.#session.send(message);
  }

  async close(): Promise<void> {
    await this.#session.close(byeFlushMs);
    await this.ended;
  }
}
