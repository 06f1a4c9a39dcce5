// What a socket's monitor tells about its connections. ZeroMQ reconnects silently; roles that greet
// their peer must do it again on every new connection, and roles that wait for a peer want to know
// at once that it has gone.

import type { Socket } from "zeromq";

export interface ConnectionHandlers {
  /** A connection stands, handshake done. Called anew after every reconnect. */
  readonly onConnect?: () => void;
  /**
   * A connection has ended. A server does not learn whose, nor whether it ever passed its handshake;
   * it finds out by sending to those it knows.
   */
  readonly onDisconnect?: () => void;
  /** Somebody connected and failed the handshake: a stranger, a scanner, a wrong key. */
  readonly onStranger?: () => void;
}

/** Follows a socket's connections from its making to its end. */
export class ConnectionEvents {
  #connected = false;
  readonly #handlers: ConnectionHandlers;
  /** Settles when the socket is closed and its address free again. */
  readonly ended: Promise<void>;

  constructor(socket: Socket, handlers: ConnectionHandlers) {
    this.#handlers = handlers;
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
      this.#tell(type);
    }
  }

  #tell(type: string): void {
    if (type === "handshake") {
      this.#connected = true;
      this.#handlers.onConnect?.();
    } else if (type === "disconnect") {
      this.#connected = false;
      this.#handlers.onDisconnect?.();
    } else if (type.startsWith("handshake:error")) {
      this.#handlers.onStranger?.();
    }
  }
}
