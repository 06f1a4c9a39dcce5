// One TCP connection between a client's socket and a server's, with a lane for each direction. Each
// end has its own view: it may be gone on one side and look sound on the other.

import { randomBelow } from "../../../src/shared/base/prng.ts";
import type { Network, Path } from "./network.ts";
import type { ServerEnd } from "./server-socket.ts";
import type { SimProcess } from "./sim-process.ts";

export type Frames = readonly Uint8Array[];

/** One side of a connection, as the connection sees it. */
export interface End {
  readonly process: SimProcess;
  /** Messages that arrived and were not read; above its bound nothing more is taken off the wire. */
  hasRoom(connection: Connection): boolean;
  arrive(connection: Connection, frames: Frames): void;
  /** There may be room on the wire again. */
  drained(connection: Connection): void;
  /** The connection is gone. */
  disconnected(connection: Connection): void;
}

/** `end`: the other side has closed. */
type Item = Frames | "end";

class Lane {
  readonly items: Item[] = [];
  lastMs = 0;
  /** Arrivals that wait for a cut to heal or for the reader. */
  stalled = 0;
}

interface Side {
  readonly end: End;
  readonly other: End;
  readonly lane: Lane;
  readonly path: Path;
}

export class Connection {
  readonly client: End;
  readonly server: End;
  readonly id: Buffer;
  readonly #network: Network;
  readonly #up: Side;
  readonly #down: Side;
  readonly #open = new Set<End>();

  constructor(network: Network, client: End, server: ServerEnd) {
    this.#network = network;
    this.client = client;
    this.server = server;
    this.id = network.newPeerId();
    const up = `${server.name} up` as Path;
    const down = `${server.name} down` as Path;
    this.#up = { end: client, other: server, lane: new Lane(), path: up };
    this.#down = { end: server, other: client, lane: new Lane(), path: down };
    this.#open.add(client).add(server);
    network.connections.add(this);
  }

  get ends(): readonly End[] {
    return [...this.#open];
  }

  isOpen(end: End): boolean {
    return this.#open.has(end);
  }

  isBetween(a: string, b: string): boolean {
    const [client, server] = [this.client.process.host, this.server.process.host];
    return (client === a && server === b) || (client === b && server === a);
  }

  /** Whether `end` may put another message on the wire. */
  hasRoom(end: End): boolean {
    const { lane } = this.#from(end);
    return this.isOpen(end) && lane.items.length < this.#network.options.laneMessagesMax;
  }

  send(end: End, frames: Frames): void {
    const side = this.#from(end);
    for (const { frames: sent, back } of this.#network.mangle(side.path, end.process, frames)) {
      const { items } = side.lane;
      items.splice(Math.max(0, items.length - back), 0, sent);
      this.#schedule(side);
    }
  }

  /**
   * One end is closed by its owner. What it has sent arrives, before the news of it.
   * @param isSilent the whole host is gone: there is no news.
   */
  close(end: End, isSilent = false): void {
    if (!this.#open.delete(end)) return;
    const side = this.#from(end);
    this.#to(end).lane.items.length = 0;
    if (isSilent) {
      this.#whenSilent(side);
    } else {
      // What was read neither here nor there makes the close a reset, and that overtakes.
      if (this.#network.random() < 0.3) {
        side.lane.items.length = randomBelow(this.#network.random, side.lane.items.length + 1);
      }
      side.lane.items.push("end");
      this.#schedule(side);
    }
    this.#forget();
  }

  /** The client takes it for lost and makes another one; the server learns of it later. */
  forgottenByClient(): void {
    const { client } = this;
    if (!this.isOpen(client)) return;
    this.#network.trace(`${client.process.name} alone loses its connection`);
    this.close(client, true);
    client.disconnected(this);
  }

  /** An end finds out that there is nothing at the other side any more. */
  lost(end: End, why: string): void {
    if (!this.isOpen(end)) return;
    this.#network.trace(`${end.process.name} loses its connection: ${why}`);
    this.close(end);
    end.disconnected(this);
  }

  /** Goes on with what was held up. */
  unstall(afterMs: number): void {
    for (const side of [this.#up, this.#down]) {
      for (; side.lane.stalled > 0; side.lane.stalled -= 1) this.#schedule(side, afterMs);
    }
  }

  #from(end: End): Side {
    return end === this.client ? this.#up : this.#down;
  }

  #to(end: End): Side {
    return end === this.client ? this.#down : this.#up;
  }

  /** The other side learns it by keepalive, or when the host is back and knows nothing of it. */
  #whenSilent({ other }: Side): void {
    const network = this.#network;
    const afterMs =
      network.random() < 0.5 ? 11_000 + 2000 * network.random() : 3000 * network.random();
    network.scheduler.at(afterMs, other.process, () => this.lost(other, "silence"));
  }

  #schedule(side: Side, afterMs = 0): void {
    const { scheduler } = this.#network;
    const { lane, other } = side;
    const atMs = Math.max(lane.lastMs, scheduler.nowMs + afterMs + this.#network.latencyMs());
    lane.lastMs = atMs;
    scheduler.at(atMs - scheduler.nowMs, other.process, () => this.#arrive(side));
  }

  #arrive(side: Side): void {
    const { lane, end, other } = side;
    if (!this.isOpen(other)) return;
    const item = lane.items[0];
    if (item === undefined) return;
    const isCut = this.#network.isCut(end.process.host, other.process.host);
    if (isCut || (item !== "end" && !other.hasRoom(this))) {
      lane.stalled += 1;
      return;
    }
    lane.items.shift();
    if (item === "end") {
      this.lost(other, "closed by the other side");
      return;
    }
    other.arrive(this, item);
    if (this.isOpen(end) && end.process.isAlive) end.drained(this);
  }

  #forget(): void {
    if (this.#open.size === 0) this.#network.connections.delete(this);
  }
}
