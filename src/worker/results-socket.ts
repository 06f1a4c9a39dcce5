// The worker's line to the sink. It goes one way, so nobody answers on it: a connection behind which
// nothing listens any more (a balancer that has forgotten it, a stream that was cut out of step) takes
// partials for as long as it is given any. What tells is the ventilator: it sends a batch again to the
// worker that has sent its partial before only when that never arrived, or was not answered for very
// long. Then the line is dialled anew. What is lost with the old connection is sent again, too.

import { connectPush } from "../shared/net/client-socket.ts";
import type { Push } from "../shared/net/client-socket.ts";
import type { ClientSecurity } from "../shared/net/security.ts";
import { waitForServer, type Wait } from "../shared/process/wait-notice.ts";
import type { BatchHeader } from "../shared/protocol/messages.ts";
import type { Logger } from "../shared/runtime/logger.ts";

/** Partials of a connection that are remembered; far more than a ventilator has in flight. */
const rememberedMax = 4096;

export class ResultsSocket {
  readonly endpoint: string;
  readonly #push: Push;
  readonly #logger: Logger;
  /** Batches whose partials went into the connection that stands, as `session/batch`. */
  readonly #sent = new Set<string>();
  /** Since when the present partial has not been taken. */
  #sendingSinceMs: number | null = null;

  /**
   * @param security holds the sink's key, which is ours and not the plan's: whoever took the ventilator
   *   over could name an impostor.
   * @throws LogmillError `address_unusable`, `insecure_address`.
   */
  constructor(endpoint: string, logger: Logger, security: ClientSecurity) {
    this.endpoint = endpoint;
    this.#logger = logger;
    this.#push = connectPush(endpoint, {}, security);
  }

  /** For a sink that takes nothing, if one is waited for. */
  get wait(): Wait | null {
    const sinceMs = this.#sendingSinceMs;
    if (sinceMs === null) return null;
    if (!this.#push.connected) return { ...waitForServer("sink", this.endpoint), sinceMs };
    const { endpoint } = this;
    const whom = `the sink at ${endpoint}`;
    return { missing: `${whom} takes no results`, whom, sinceMs };
  }

  /** As `Push.send`; on a new connection if this batch has been lost in the one that stands. */
  async send(
    { session, batch }: Pick<BatchHeader, "session" | "batch">,
    frames: readonly Uint8Array[],
  ): Promise<boolean> {
    const name = `${session}/${batch}`;
    if (this.#sent.has(name)) {
      this.#logger.warn(
        { batch, results: this.endpoint },
        "a partial that was sent is asked for again; connecting to the sink anew",
      );
      this.#push.redial();
      this.#sent.clear();
    }
    if (this.#sent.size >= rememberedMax) this.#sent.clear();
    this.#sendingSinceMs = performance.now();
    const isSent = await this.#push.send(frames);
    this.#sendingSinceMs = null;
    if (isSent) this.#sent.add(name);
    return isSent;
  }

  /** As `Push.close`. */
  close(flushMs = 0): Promise<void> {
    return this.#push.close(flushMs);
  }
}
