// The simulated DEALER and PUSH: sockets that connect, again and again, and keep what they have not
// put on the wire over a reconnect.

import { systemError } from "../../support/memory-file-system.ts";
import { Connection, type End, type Frames } from "./connection.ts";
import { Inbox } from "./inbox.ts";
import { Monitor } from "./monitor.ts";
import type { Network } from "./network.ts";
import { asBuffer } from "./server-socket.ts";
import { SimProcess } from "./sim-process.ts";

export interface ClientOptions {
  readonly sendHighWaterMark?: number;
  readonly receiveHighWaterMark?: number;
  readonly reconnectInterval?: number;
  readonly reconnectMaxInterval?: number;
}

interface Waiter {
  readonly frames: Frames;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const connectTimeoutMs = 2000;

export class SimClient implements End {
  readonly process: SimProcess;
  readonly events: Monitor;
  linger = 0;
  readonly #network: Network;
  readonly #inbox: Inbox<Frames>;
  readonly #sendMax: number;
  readonly #receiveMax: number;
  readonly #retry: { readonly firstMs: number; readonly longestMs: number };
  #pipe: Frames[] = [];
  #sending: Waiter | null = null;
  #endpoint: string | null = null;
  #connection: Connection | null = null;
  /** Counts dials: what belongs to an earlier one is void. */
  #dial = 0;
  #failures = 0;
  /** Accepted by the server, and on its way to us. */
  readonly #coming = new Set<Connection>();
  readonly #close = (): void => this.#hangUp(this.process.diesSilently);

  constructor(process: SimProcess, network: Network, options: ClientOptions) {
    this.process = process;
    this.#network = network;
    this.events = new Monitor(process);
    this.#inbox = new Inbox(process);
    this.#sendMax = options.sendHighWaterMark ?? 1000;
    this.#receiveMax = options.receiveHighWaterMark ?? 1000;
    this.#retry = {
      firstMs: options.reconnectInterval ?? 100,
      longestMs: options.reconnectMaxInterval ?? 1000,
    };
    process.closers.add(this.#close);
  }

  get closed(): boolean {
    return this.#inbox.isClosed;
  }

  get writable(): boolean {
    return this.#pipe.length < this.#sendMax;
  }

  connect(endpoint: string): void {
    this.#endpoint = endpoint;
    this.#dial += 1;
    this.#failures = 0;
    this.#dialAfter(this.#network.latencyMs());
  }

  /** What waits in the pipe is forgotten, in both directions. */
  disconnect(): void {
    this.#endpoint = null;
    this.#dial += 1;
    this.#pipe = [];
    this.#inbox.clear();
    this.#hangUp(false);
    this.#offerNext();
  }

  send(frames: Frames): Promise<void> {
    if (!this.process.effect()) return SimProcess.never;
    if (this.closed) throw systemError("EBADF", "send");
    if (this.#sending !== null) throw systemError("EBUSY", "send");
    if (!this.writable) {
      return new Promise((resolve, reject) => (this.#sending = { frames, resolve, reject }));
    }
    this.#pipe.push(frames);
    this.#pump();
    return Promise.resolve();
  }

  async receive(): Promise<Buffer[]> {
    const frames = await this.#inbox.receive();
    this.#connection?.unstall(0);
    return frames.map(asBuffer);
  }

  close(): void {
    if (this.closed) return;
    this.process.closers.delete(this.#close);
    const connection = this.#connection;
    if (this.linger > 0 && connection?.isOpen(this) === true) {
      for (const frames of this.#pipe) connection.send(this, frames);
    }
    this.#pipe = [];
    this.#dial += 1;
    this.#hangUp(false);
    this.#inbox.close();
    this.#sending?.reject(systemError("EAGAIN", "send"));
    this.#sending = null;
    this.events.push("end");
  }

  hasRoom(): boolean {
    return this.#inbox.length < this.#receiveMax;
  }

  arrive(_connection: Connection, frames: Frames): void {
    this.#inbox.push(frames);
  }

  drained(): void {
    this.#pump();
  }

  disconnected(connection: Connection): void {
    if (connection !== this.#connection) return;
    this.#connection = null;
    this.events.push("disconnect");
    this.#dialAfter(this.#retryMs());
  }

  #retryMs(): number {
    this.#failures += 1;
    const { firstMs, longestMs } = this.#retry;
    const waitMs = Math.min(longestMs, firstMs * 2 ** Math.min(10, this.#failures - 1));
    return waitMs * (0.5 + this.process.random());
  }

  #dialAfter(afterMs: number): void {
    const dial = this.#dial;
    this.#network.scheduler.at(afterMs, this.process, () => {
      if (dial === this.#dial && !this.closed) this.#reach(dial);
    });
  }

  #reach(dial: number): void {
    const network = this.#network;
    const server = network.listeners.get(this.#endpoint ?? "");
    if (server === undefined) {
      this.#dialAfter(this.#retryMs());
      return;
    }
    if (network.isApart(this.process.host, server.process.host)) {
      this.#dialAfter(connectTimeoutMs + this.#retryMs());
      return;
    }
    // The server's side of the handshake first, then ours; either may be gone by then.
    network.scheduler.at(2 * network.latencyMs(), server.process, () => {
      const isVoid = dial !== this.#dial || this.closed || !this.process.isAlive;
      if (isVoid || server.closed) return;
      const connection = new Connection(network, this, server);
      this.#coming.add(connection);
      server.accept(connection);
      network.scheduler.at(network.latencyMs(), this.process, () => {
        this.#coming.delete(connection);
        if (dial !== this.#dial || this.closed) connection.close(this);
        else this.#connected(connection);
      });
    });
    this.#watchDial(dial);
  }

  /** A handshake that leads nowhere, because somebody has gone meanwhile, is tried again. */
  #watchDial(dial: number): void {
    this.#network.scheduler.at(connectTimeoutMs, this.process, () => {
      if (dial !== this.#dial || this.closed || this.#connection !== null) return;
      this.#dial += 1;
      this.#dialAfter(this.#retryMs());
    });
  }

  #connected(connection: Connection): void {
    if (this.#connection !== null) {
      connection.close(this);
      return;
    }
    // One of the two sides has lost it since they began to shake hands.
    if (connection.ends.length < 2) {
      connection.close(this);
      this.#dialAfter(this.#retryMs());
      return;
    }
    this.#connection = connection;
    this.#failures = 0;
    this.events.push("handshake");
    this.#pump();
  }

  #hangUp(isSilent: boolean): void {
    for (const connection of this.#coming) connection.close(this, isSilent);
    this.#coming.clear();
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    connection.close(this, isSilent);
    if (this.process.isAlive) this.events.push("disconnect");
  }

  #pump(): void {
    const connection = this.#connection;
    if (connection === null) return;
    while (this.#pipe.length > 0 && connection.hasRoom(this)) {
      connection.send(this, this.#pipe.shift()!);
      this.#offerNext();
    }
  }

  #offerNext(): void {
    if (this.#sending === null || !this.writable) return;
    const { frames, resolve } = this.#sending;
    this.#sending = null;
    this.#pipe.push(frames);
    resolve();
  }
}
