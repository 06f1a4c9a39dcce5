// The sockets that connect: a DEALER for a conversation with one server, a PUSH for partials that go
// one way. Each has exactly one server: a PUSH with two would split what belongs to one of them.
//
// What is sent while the server is away waits in the pipe, up to the high-water mark of the socket, and
// goes out after the reconnect; beyond that `send` waits, which is the back-pressure.

import { Dealer as ZmqDealer, Push as ZmqPush } from "zeromq";
import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { ConnectionEvents, type ConnectionHandlers } from "./connection-events.ts";
import { messagesOf } from "./receive.ts";
import { RefusedDial, stopOnFailedHandshake } from "./refused-dial.ts";
import { isTcp, thisHostOnly } from "./security.ts";
import type { ClientSecurity } from "./security.ts";
import { SendQueue } from "./send-queue.ts";
import { assertSendable, clientOptions, connectClient } from "./socket-options.ts";

/** The half of a client that sends. */
export interface Push {
  /** Whether the connection stands now. */
  readonly connected: boolean;
  /** Messages that ZeroMQ has not taken yet. */
  readonly depth: number;
  /**
   * True once ZeroMQ has the message, false if the socket was closed before. Await it: it is the
   * back-pressure. The frames must never be touched again, since they are sent without a copy.
   */
  send(frames: readonly Uint8Array[]): Promise<boolean>;
  /** Queues the message, or forgets it and returns false when too much waits already. */
  offer(frames: readonly Uint8Array[]): boolean;
  /**
   * Drops the connection and makes a new one; what is under way in either direction is forgotten.
   * For a peer that has been silent for too long: behind a broken network a connection can look
   * sound for a quarter of an hour to the side that sends.
   */
  redial(): void;
  /**
   * Settles when the socket is gone. Waits up to `flushMs` for what was sent to leave this process;
   * with the default of 0 it is forgotten. `isBestEffort`: the server may have gone first, and then nothing
   * is worth waiting for.
   */
  close(flushMs?: number, isBestEffort?: boolean): Promise<void>;
}

/** A client that also receives. */
export interface Dealer extends Push, AsyncIterable<Buffer[], undefined> {}

/**
 * Connects to a ROUTER. The server's side of the conversation comes by iterating.
 * @throws LogmillError `address_unusable`, `insecure_address`.
 */
export function connectDealer(
  endpoint: string,
  handlers: ConnectionHandlers = {},
  security: ClientSecurity = thisHostOnly.client("ventilator"),
): Dealer {
  const socket = new ZmqDealer({
    ...clientOptions(endpoint),
    ...curveOptions(endpoint, security),
    sendHighWaterMark: 64,
    receiveHighWaterMark: 64,
  });
  const client = new ClientSocket(socket, endpoint, handlers, security);
  return Object.assign(client, { [Symbol.asyncIterator]: () => messagesOf(socket) });
}

/** Connects to a PULL. @throws LogmillError `address_unusable`, `insecure_address`. */
export function connectPush(
  endpoint: string,
  handlers: ConnectionHandlers = {},
  security: ClientSecurity = thisHostOnly.client("sink"),
): Push {
  // One message in the pipe and one on the wire: more would only age here while the sink is busy,
  // and a pipe of one is known to be empty when it is writable, which `close` relies on.
  const options = {
    ...clientOptions(endpoint),
    ...curveOptions(endpoint, security),
    sendHighWaterMark: 1,
  };
  return new ClientSocket(new ZmqPush(options), endpoint, handlers, security);
}

function curveOptions(endpoint: string, { curve }: ClientSecurity) {
  if (curve === null || !isTcp(endpoint)) return {};
  return {
    curveServerKey: curve.serverKey,
    curvePublicKey: curve.pair.publicKey,
    curveSecretKey: curve.pair.reveal(),
  };
}

const queueBounds = Object.freeze({ messagesMax: 4096, bytesMax: 4 * limits.messageBytesMax });
const flushCheckMs = 2;

class ClientSocket implements Push {
  readonly #socket: ZmqDealer | ZmqPush;
  readonly #endpoint: string;
  readonly #events: ConnectionEvents;
  readonly #queue: SendQueue;
  readonly #refused: RefusedDial;

  constructor(
    socket: ZmqDealer | ZmqPush,
    endpoint: string,
    handlers: ConnectionHandlers,
    security: ClientSecurity,
  ) {
    const isSecured = security.curve !== null && isTcp(endpoint);
    assert(isSecured === (socket.securityMechanism === "curve"), "a client is secured as asked");
    this.#socket = socket;
    this.#endpoint = endpoint;
    if (isSecured) stopOnFailedHandshake(socket);
    this.#refused = new RefusedDial(
      { hangUp: () => socket.disconnect(endpoint), dial: () => socket.connect(endpoint) },
      isSecured,
    );
    this.#events = new ConnectionEvents(socket, {
      ...handlers,
      onConnect: () => {
        this.#refused.admitted();
        handlers.onConnect?.();
      },
      onRefused: (reason) => {
        if (socket.closed) return;
        this.#refused.refused(reason);
        handlers.onRefused?.(reason);
        security.onRefused?.(reason);
      },
    });
    this.#queue = new SendQueue((frames) => socket.send([...frames]), queueBounds);
    connectClient(socket, endpoint, security);
  }

  get connected(): boolean {
    return this.#events.connected;
  }

  get depth(): number {
    return this.#queue.depth;
  }

  async send(frames: readonly Uint8Array[]): Promise<boolean> {
    assertSendable(frames);
    return this.#queue.send(frames);
  }

  offer(frames: readonly Uint8Array[]): boolean {
    assertSendable(frames);
    return this.#queue.offer(frames);
  }

  redial(): void {
    // Who was refused dials again in its own time.
    if (this.#socket.closed || this.#refused.isWaiting) return;
    this.#socket.disconnect(this.#endpoint);
    this.#socket.connect(this.#endpoint);
  }

  async close(flushMs = 0, isBestEffort = false): Promise<void> {
    if (!this.#socket.closed) {
      if (flushMs > 0) await this.#flush(flushMs, isBestEffort);
      this.#queue.close();
      this.#refused.cancel();
      this.#socket.close();
    }
    await this.#events.ended;
  }

  /** Waits until the pipe is empty; then ZeroMQ itself lingers for what is on the wire. */
  async #flush(flushMs: number, isBestEffort: boolean): Promise<void> {
    const deadlineMs = performance.now() + flushMs;
    for (;;) {
      // Nor may ZeroMQ linger for a server that has gone: what is in the pipe would never leave it.
      if (isBestEffort && !this.connected) return;
      if (this.#queue.depth === 0 && this.#socket.writable) break;
      if (performance.now() >= deadlineMs) break;
      await new Promise((resolve) => setTimeout(resolve, flushCheckMs));
      if (this.#socket.closed) return;
    }
    this.#socket.linger = Math.max(0, Math.round(deadlineMs - performance.now()));
  }
}
