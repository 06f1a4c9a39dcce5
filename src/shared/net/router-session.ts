// The bound side of a conversation with many peers: what comes is decoded, or dropped and counted;
// what is sent arrives, or its peer is reported unreachable. Peers are known by the id of their
// connection, in hexadecimal. Nobody waits for a message to leave.

import { LogmillError } from "../base/errors.ts";
import type { Logger } from "../runtime/logger.ts";
import { ThrottledWarnings } from "../runtime/throttled-warning.ts";
import type { Codec } from "./codec.ts";
import type { Router } from "./router.ts";

export interface RouterSessionOptions<In, Out> {
  /** The socket's, for the log: `tasks`. */
  readonly name: string;
  readonly codec: Codec<In, Out>;
  readonly logger: Logger;
  readonly onMessage: (peer: string, message: In) => void;
  /** What came was no message. */
  readonly onDropped: (peer: string, error: LogmillError) => void;
  /** The peer is gone, or takes nothing any more. */
  readonly onUnreachable: (peer: string) => void;
}

export class RouterSession<In, Out> {
  readonly #router: Router;
  readonly #options: RouterSessionOptions<In, Out>;
  readonly #warnings: ThrottledWarnings;
  #isClosed = false;

  constructor(router: Router, options: RouterSessionOptions<In, Out>) {
    this.#router = router;
    this.#options = options;
    this.#warnings = new ThrottledWarnings(options.logger);
  }

  /** Messages to one peer arrive in the order of the calls. Settles when it has left or can not. */
  send(peer: string, message: Out): Promise<void> {
    return this.#deliver(peer, this.#options.codec.encode(message));
  }

  /** Takes messages until the socket closes. */
  async listen(): Promise<void> {
    for await (const { peer, frames } of this.#router) this.#receive(peer.toString("hex"), frames);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#router.close();
  }

  async #deliver(peer: string, frames: Uint8Array[]): Promise<void> {
    const { logger, onUnreachable } = this.#options;
    try {
      const result = await this.#router.send(Buffer.from(peer, "hex"), frames);
      if (result !== "sent" && !this.#isClosed) onUnreachable(peer);
    } catch (error) {
      logger.error({ err: error }, "a message could not be sent");
    }
  }

  #receive(peer: string, frames: Buffer[]): void {
    const { name, codec, onMessage, onDropped } = this.#options;
    let message: In;
    try {
      message = codec.decode(frames);
    } catch (error) {
      if (!(error instanceof LogmillError)) throw error;
      this.#warnings.warn(error.code, { err: error }, `dropped a message on ${name}`);
      onDropped(peer, error);
      return;
    }
    onMessage(peer, message);
  }
}
