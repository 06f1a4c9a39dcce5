// What a socket's monitor tells about its connections. ZeroMQ reconnects silently; roles that greet
// their peer must do it again on every new connection, and roles that wait for a peer want to know
// at once that it has gone.

import type { Socket } from "zeromq";
import { newTally } from "./connection-tally.ts";
import type { ConnectionTally, Rejection } from "./connection-tally.ts";

export interface ConnectionHandlers {
  /** A connection stands, handshake done. Called anew after every reconnect. */
  readonly onConnect?: () => void;
  /**
   * A connection has ended. A server does not learn whose, nor whether it ever passed its handshake;
   * it finds out by sending to those it knows.
   */
  readonly onDisconnect?: () => void;
  /** The handshake failed: at a server a stranger came, a client was refused or met one. */
  readonly onRefused?: (reason: Rejection) => void;
}

const rejections: ReadonlyMap<string, Rejection> = new Map([
  ["handshake:error:auth", "key"],
  ["handshake:error:protocol", "protocol"],
]);

/** Follows a socket's connections from its making to its end. */
export class ConnectionEvents {
  #connected = false;
  readonly #handlers: ConnectionHandlers;
  readonly #tally: ConnectionTally;
  /** Settles when the socket is closed and its address free again. */
  readonly ended: Promise<void>;

  /** @param tally is counted up; a server's. */
  constructor(socket: Socket, handlers: ConnectionHandlers, tally = newTally()) {
    this.#handlers = handlers;
    this.#tally = tally;
    this.ended = this.#follow(socket);
  }

  /** Whether a client's one connection stands; of a server's, what happened last. */
  get connected(): boolean {
    return this.#connected;
  }

  async #follow(socket: Socket): Promise<void> {
    const { events } = socket;
    for (;;) {
      let type: string;
      try {
        type = (await events.receive()).type;
      } catch (error) {
        // A monitor that is torn down together with its socket ends in an error instead of `end`.
        if (socket.closed) return;
        throw error;
      }
      if (type === "end") return;
      this.#record(type);
    }
  }

  #record(type: string): void {
    if (type === "accept") this.#tally.accepted += 1;
    else if (type === "accept:error") this.#tally.exhausted += 1;
    else if (type === "handshake") {
      this.#tally.admitted += 1;
      this.#connected = true;
      this.#handlers.onConnect?.();
    } else if (type === "disconnect") {
      this.#connected = false;
      this.#handlers.onDisconnect?.();
    } else if (type.startsWith("handshake:error")) {
      const reason = rejections.get(type) ?? "other";
      this.#tally.rejected[reason] += 1;
      this.#handlers.onRefused?.(reason);
    }
  }
}
