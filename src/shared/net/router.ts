// The ventilator's end of tasks and acks: one socket, many peers, each addressed by the id that
// ZeroMQ drew for its connection. A peer that reconnects has a new id.
//
// Always `mandatory`: without it a ROUTER silently drops what it cannot deliver (153 of 200
// messages in an experiment). With it, a send fails at once when the peer is gone, and when the
// peer's pipe is full. The latter is waited for, per peer, so that one stalled peer never holds up
// the others; a peer that stays full for `stalledMs` is as good as gone and reported so.

import { Router as ZmqRouter } from "zeromq";
import type { ServerSecurity } from "./security.ts";
import { thisHostOnly } from "./security.ts";
import { ServerSocket } from "./server-socket.ts";
import { assertSendable } from "./socket-options.ts";

interface RouterMessage {
  /** Id of the connection that it came from; send to it to answer. */
  readonly peer: Buffer;
  readonly frames: Buffer[];
}

/** `unreachable`: the peer is gone, or has taken nothing for `stalledMs`; the message was not sent. */
export type SendResult = "sent" | "unreachable";

export interface Router extends AsyncIterable<RouterMessage, undefined> {
  /** The address it is bound to, with its real port. */
  readonly endpoint: string;
  /**
   * Messages to one peer arrive in the order of the calls. The frames must never be touched again,
   * since they are sent without a copy.
   */
  send(peer: Buffer, frames: readonly Uint8Array[]): Promise<SendResult>;
  /**
   * Calls back when a connection has ended. ZeroMQ does not tell a server whose it was; sending to
   * those it knows finds that out.
   */
  onDisconnect(listener: () => void): void;
  /** Settles when the socket is gone and its address free. */
  close(): Promise<void>;
}

const stalledMs = 1_000;
const retryMs = 5;
/** Messages that may wait for one stalled peer. */
const waitingMax = 4_096;

/** Throws `address_unusable`, `insecure_address`. */
export async function bindRouter(
  endpoint: string,
  security: ServerSecurity = thisHostOnly.server("tasks"),
): Promise<Router> {
  const make = (options: object): ZmqRouter =>
    new ZmqRouter({
      ...options,
      mandatory: true,
      // Fail instead of waiting: a wait would be for any peer, not for the one that is addressed.
      sendTimeout: 0,
      sendHighWaterMark: 256,
      receiveHighWaterMark: 1_000,
    });
  return new BoundRouter(await ServerSocket.bind(make, endpoint, security));
}

const isClosed = (socket: ZmqRouter): boolean => socket.closed;

/** Messages on their way to one peer, in order; there is one only while some are. */
interface Lane {
  last: Promise<SendResult>;
  waiting: number;
}

class BoundRouter implements Router {
  readonly endpoint: string;
  readonly #server: ServerSocket<ZmqRouter>;
  readonly #lanes = new Map<string, Lane>();

  constructor(server: ServerSocket<ZmqRouter>) {
    this.#server = server;
    this.endpoint = server.endpoint;
  }

  async send(peer: Buffer, frames: readonly Uint8Array[]): Promise<SendResult> {
    assertSendable(frames);
    const key = peer.toString("latin1");
    const before = this.#lanes.get(key);
    if (before !== undefined && before.waiting >= waitingMax) return "unreachable";
    const lane = before ?? { last: Promise.resolve("sent" as const), waiting: 0 };
    if (before === undefined) this.#lanes.set(key, lane);
    lane.waiting += 1;
    lane.last = this.#inTurn(before?.last, peer, frames).finally(() => {
      lane.waiting -= 1;
      if (lane.waiting === 0) this.#lanes.delete(key);
    });
    return lane.last;
  }

  onDisconnect(listener: () => void): void {
    this.#server.onDisconnect(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<RouterMessage, undefined> {
    const messages = this.#server[Symbol.asyncIterator]();
    return {
      async next() {
        const { done, value } = await messages.next();
        if (done === true) return { done: true, value: undefined };
        const [peer, ...frames] = value;
        return { done: false, value: { peer: peer!, frames } };
      },
    };
  }

  async close(): Promise<void> {
    await this.#server.close();
  }

  async #try(peer: Buffer, frames: readonly Uint8Array[]): Promise<SendResult | "full"> {
    const { socket } = this.#server;
    if (socket.closed) return "unreachable";
    try {
      await socket.send([peer, ...frames]);
      return "sent";
    } catch (error) {
      // Closed while it was on its way, since a key was revoked.
      if (isClosed(socket)) return "unreachable";
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EHOSTUNREACH") return "unreachable";
      if (code === "EAGAIN") return "full";
      throw error;
    }
  }

  /** After the one before has left: once that proved unreachable, so does everything behind it. */
  async #inTurn(
    before: Promise<SendResult> | undefined,
    peer: Buffer,
    frames: readonly Uint8Array[],
  ): Promise<SendResult> {
    if (before !== undefined && (await before) === "unreachable") return "unreachable";
    const deadlineMs = performance.now() + stalledMs;
    for (;;) {
      const result = await this.#try(peer, frames);
      if (result !== "full") return result;
      if (performance.now() >= deadlineMs) return "unreachable";
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}
