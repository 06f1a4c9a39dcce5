// The simulated ROUTER and PULL: sockets that bind, with many connections. Messages are read in the
// order of their arrival; those that arrived stay readable when their connection has gone.

import { systemError } from "../../support/memory-file-system.ts";
import type { Connection, End, Frames } from "./connection.ts";
import { Inbox } from "./inbox.ts";
import { Monitor } from "./monitor.ts";
import type { Network } from "./network.ts";
import { SimProcess } from "./sim-process.ts";

interface Arrived {
  readonly connection: Connection;
  readonly frames: Frames;
}

interface Peer {
  readonly connection: Connection;
  /** What ZeroMQ has taken and the wire has not. */
  readonly pipe: Frames[];
  unread: number;
}

export interface ServerOptions {
  readonly sendHighWaterMark?: number;
  readonly receiveHighWaterMark?: number;
}

/** Both kinds of server socket, as the network sees them. */
export class ServerEnd implements End {
  readonly process: SimProcess;
  readonly events: Monitor;
  lastEndpoint: string | null = null;
  linger = 0;
  protected readonly network: Network;
  protected readonly peers = new Map<string, Peer>();
  readonly #inbox: Inbox<Arrived>;
  readonly #receiveMax: number;
  readonly #close = (): void => this.#drop();

  constructor(process: SimProcess, network: Network, options: ServerOptions) {
    this.process = process;
    this.network = network;
    this.events = new Monitor(process);
    this.#inbox = new Inbox(process);
    this.#receiveMax = options.receiveHighWaterMark ?? 1000;
    process.closers.add(this.#close);
  }

  get closed(): boolean {
    return this.#inbox.isClosed;
  }

  /** Which of logmill's three sockets it is. */
  get name(): string {
    const endpoint = this.lastEndpoint ?? "";
    return /tasks$|5555$/.test(endpoint)
      ? "tasks"
      : /acks$|5557$/.test(endpoint)
        ? "acks"
        : "results";
  }

  bind(endpoint: string): Promise<void> {
    if (!this.process.isAlive) return SimProcess.never;
    if (this.network.listeners.has(endpoint)) {
      return Promise.reject(systemError("EADDRINUSE", endpoint));
    }
    this.network.listeners.set(endpoint, this);
    this.lastEndpoint = endpoint;
    return Promise.resolve();
  }

  close(): void {
    if (this.closed) return;
    this.process.closers.delete(this.#close);
    this.#drop();
    this.#inbox.close();
    this.events.push("end");
  }

  /** A client has finished its handshake. */
  accept(connection: Connection): void {
    this.peers.set(connection.id.toString("hex"), { connection, pipe: [], unread: 0 });
    this.events.push("handshake");
  }

  hasRoom(connection: Connection): boolean {
    return (this.peers.get(connection.id.toString("hex"))?.unread ?? 0) < this.#receiveMax;
  }

  arrive(connection: Connection, frames: Frames): void {
    const peer = this.peers.get(connection.id.toString("hex"));
    if (peer !== undefined) peer.unread += 1;
    this.#inbox.push({ connection, frames });
  }

  drained(connection: Connection): void {
    const peer = this.peers.get(connection.id.toString("hex"));
    if (peer !== undefined) this.pump(peer);
  }

  disconnected(connection: Connection): void {
    this.peers.delete(connection.id.toString("hex"));
    this.events.push("disconnect");
  }

  protected async next(): Promise<Arrived> {
    const arrived = await this.#inbox.receive();
    const peer = this.peers.get(arrived.connection.id.toString("hex"));
    if (peer !== undefined) {
      peer.unread -= 1;
      arrived.connection.unstall(0);
    }
    return arrived;
  }

  protected pump({ connection, pipe }: Peer): void {
    while (pipe.length > 0 && connection.hasRoom(this)) connection.send(this, pipe.shift()!);
  }

  #drop(): void {
    if (this.lastEndpoint !== null) this.network.listeners.delete(this.lastEndpoint);
    for (const { connection } of this.peers.values()) {
      connection.close(this, this.process.diesSilently);
    }
    this.peers.clear();
  }
}

export class SimRouter extends ServerEnd {
  readonly #sendMax: number;

  constructor(process: SimProcess, network: Network, options: ServerOptions) {
    super(process, network, options);
    this.#sendMax = options.sendHighWaterMark ?? 1000;
  }

  send([id, ...frames]: Frames): Promise<void> {
    if (!this.process.effect()) return SimProcess.never;
    if (this.closed) throw systemError("EBADF", "send");
    const peer = this.peers.get(Buffer.from(id!).toString("hex"));
    if (peer === undefined) return Promise.reject(systemError("EHOSTUNREACH", "send"));
    if (peer.pipe.length >= this.#sendMax) return Promise.reject(systemError("EAGAIN", "send"));
    peer.pipe.push(frames);
    this.pump(peer);
    return Promise.resolve();
  }

  async receive(): Promise<Buffer[]> {
    const { connection, frames } = await this.next();
    return [connection.id, ...frames.map(asBuffer)];
  }
}

export class SimPull extends ServerEnd {
  async receive(): Promise<Buffer[]> {
    const { frames } = await this.next();
    return frames.map(asBuffer);
  }
}

/** The same memory: what is received is what was sent, unless somebody has touched it meanwhile. */
export function asBuffer(frame: Uint8Array): Buffer {
  return Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}
