// A TCP proxy that treats what passes through it badly: late, slowly, byte by byte, with flipped bits,
// not at all, or with the connection reset in the middle of a frame. Each direction has its own
// weather, and the weather may change at any time.
//
// Two ways not to deliver: `held` keeps the bytes and delivers them when the weather is fair again, as
// a broken link does, whose sender repeats; `swallowed` loses them, so that the connection is
// open and good for nothing for the rest of its life, as behind a balancer that has forgotten it.

import { createConnection, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../src/shared/base/prng.ts";
import type { Random } from "../../src/shared/base/prng.ts";

/** Towards the role that listens, or towards the one that connects. */
export type Direction = "toServer" | "toClient";

export interface Weather {
  readonly latencyMs: number;
  readonly bytesPerSecond: number;
  /** Bytes a write. */
  readonly sliceBytes: number;
  /** One bit of about so many bytes is flipped. */
  readonly flipEveryBytes: number;
  readonly fate: "delivered" | "held" | "swallowed";
}

const fair: Weather = Object.freeze({
  latencyMs: 0,
  bytesPerSecond: Infinity,
  sliceBytes: Infinity,
  flipEveryBytes: Infinity,
  fate: "delivered",
});

/** What waits in the proxy; beyond, the sender feels it. */
const queueBytesMax = 256 * 1024;
const heldCheckMs = 10;

export class ChaosProxy {
  /** Where to connect to. */
  readonly port: number;
  flips = 0;
  resets = 0;
  connections = 0;
  swallowedBytes = 0;
  weather: Record<Direction, Weather> = { toServer: fair, toClient: fair };
  /** Every connection is reset after about so many bytes, which is seldom the end of a frame. */
  resetAfterBytes = Infinity;
  readonly #server: Server;
  readonly #pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  readonly #random: Random;

  private constructor(server: Server, targetPort: number, host: string, seed: number) {
    this.#server = server;
    this.#random = seededRandom(seed);
    this.port = (server.address() as AddressInfo).port;
    server.on("connection", (client) => {
      this.#connect(client, targetPort, host);
    });
  }

  /** Listens on a free port of this host. */
  static async listen(targetPort: number, seed = 1, host = "127.0.0.1"): Promise<ChaosProxy> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return new ChaosProxy(server, targetPort, host, seed);
  }

  /** Changes the weather of one direction or of both. */
  set(weather: Partial<Weather>, ...directions: Direction[]): void {
    const meant: Direction[] = directions.length === 0 ? ["toServer", "toClient"] : directions;
    for (const direction of meant) this.weather[direction] = { ...fair, ...weather };
  }

  /** Fair weather; what was held is delivered now. Connections stay as they are. */
  heal(): void {
    this.set({});
    this.resetAfterBytes = Infinity;
  }

  /** Resets every connection. */
  reset(): void {
    for (const { client, server } of this.#pairs) {
      this.resets += 1;
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.heal();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }

  #connect(client: Socket, port: number, host: string): void {
    const server = createConnection({ port, host, noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    this.connections += 1;
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", end).on("close", end);
    const life = { left: this.resetAfterBytes * (0.5 + this.#random()), isDead: false };
    const onBytes = (bytes: number): void => {
      life.left = Math.min(life.left, this.resetAfterBytes * (0.5 + this.#random())) - bytes;
      if (life.left > 0 || !this.#pairs.has(pair)) return;
      this.resets += 1;
      client.resetAndDestroy();
      server.resetAndDestroy();
    };
    void this.#pipe(client, server, "toServer", onBytes);
    void this.#pipe(server, client, "toClient", onBytes);
  }

  /** Moves bytes until one of the two has closed. */
  async #pipe(
    from: Socket,
    to: Socket,
    direction: Direction,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    const queue: { readonly bytes: Buffer; readonly atMs: number }[] = [];
    let queued = 0;
    let wake = (): void => undefined;
    let isSwallowing = false;
    from.on("data", (bytes: Buffer) => {
      // A stream with a hole in it is of no use to anybody, so the hole has no end.
      isSwallowing ||= this.weather[direction].fate === "swallowed";
      if (isSwallowing) {
        this.swallowedBytes += bytes.length;
        return;
      }
      queue.push({ bytes, atMs: performance.now() });
      queued += bytes.length;
      if (queued > queueBytesMax) from.pause();
      wake();
    });
    from.on("close", () => {
      wake();
    });
    while (!from.destroyed && !to.destroyed) {
      const next = queue.shift();
      if (next === undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      await this.#deliver(next.bytes, next.atMs, to, direction, onBytes);
      queued -= next.bytes.length;
      if (queued <= queueBytesMax) from.resume();
    }
  }

  async #deliver(
    bytes: Buffer,
    atMs: number,
    to: Socket,
    direction: Direction,
    onBytes: (bytes: number) => void,
  ): Promise<void> {
    for (let done = 0; done < bytes.length && !to.destroyed;) {
      const { fate, latencyMs, bytesPerSecond, sliceBytes } = this.weather[direction];
      if (fate === "held") {
        await sleep(heldCheckMs);
        continue;
      }
      const waitMs = atMs + latencyMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const slow = bytesPerSecond === Infinity ? Infinity : Math.ceil(bytesPerSecond / 50);
      const bytesMax = Math.min(sliceBytes, slow, bytes.length);
      const slice = this.#flipped(Buffer.from(bytes.subarray(done, done + bytesMax)), direction);
      done += slice.length;
      await new Promise((resolve) => to.write(slice, resolve));
      onBytes(slice.length);
      if (slow !== Infinity) await sleep((1000 * slice.length) / bytesPerSecond);
    }
  }

  #flipped(slice: Buffer, direction: Direction): Buffer {
    const { flipEveryBytes } = this.weather[direction];
    if (this.#random() < slice.length / flipEveryBytes) {
      const at = Math.floor(this.#random() * slice.length);
      slice[at]! ^= 1 << Math.floor(this.#random() * 8);
      this.flips += 1;
    }
    return slice;
  }
}
