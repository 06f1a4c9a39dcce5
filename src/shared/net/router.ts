// The ventilator's end of tasks and acks: one socket, many peers, each addressed by the id that
// ZeroMQ drew for its connection. A peer that reconnects has a new id.
//
// Always `mandatory`: without it a ROUTER silently drops what it cannot deliver (153 of 200
// messages in an experiment). With it, a send fails at once when the peer is gone, and when the
// peer's pipe is full. The latter is waited for, per peer, so that one stalled peer never holds up
// the others; a peer that stays full for `stalledMs` is as good as gone and reported so.

import { Router as ZmqRouter } from "zeromq";
import { ConnectionEvents, type ConnectionHandlers } from "./connection-events.ts";
import { messagesOf } from "./receive.ts";
import { assertSendable, bindServer, serverOptions } from "./socket-options.ts";

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
  /** Settles when the socket is gone and its address free. */
  close(): Promise<void>;
}

const stalledMs = 1_000;
const retryMs = 5;
/** Messages that may wait for one stalled peer. */
const waitingMax = 4_096;

/** Throws `address_unusable`. */
export async function bindRouter(
  endpoint: string,
  handlers: ConnectionHandlers = {},
): Promise<Router> {
  const socket = new ZmqRouter({
    ...serverOptions,
    mandatory: true,
    // Fail instead of waiting: a wait would be for any peer, not for the one that is addressed.
    sendTimeout: 0,
    sendHighWaterMark: 256,
    receiveHighWaterMark: 1_000,
  });
  const events = new ConnectionEvents(socket, handlers);
  const bound = await bindServer(socket, endpoint);
  return new BoundRouter(socket, bound, events);
}

/** Messages on their way to one peer, in order; there is one only while some are. */
interface Lane {
  last: Promise<SendResult>;
  waiting: number;
}

class BoundRouter implements Router {
  readonly endpoint: string;
  readonly #socket: ZmqRouter;
  readonly #events: ConnectionEvents;
  readonly #lanes = new Map<string, Lane>();

  constructor(socket: ZmqRouter, endpoint: string, events: ConnectionEvents) {
    this.#socket = socket;
    this.endpoint = endpoint;
    this.#events = events;
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

  [Symbol.asyncIterator](): AsyncIterator<RouterMessage, undefined> {
    const messages = messagesOf(this.#socket);
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
    this.#socket.close();
    await this.#events.ended;
  }

  async #try(peer: Buffer, frames: readonly Uint8Array[]): Promise<SendResult | "full"> {
    if (this.#socket.closed) return "unreachable";
    try {
      await this.#socket.send([peer, ...frames]);
      return "sent";
    } catch (error) {
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
