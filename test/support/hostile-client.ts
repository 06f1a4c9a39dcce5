// Connections that do not behave: what port scanners, browsers, broken clients and worse send to a
// ZeroMQ port. Each connects, sends its bytes, and then hangs up, resets, or says nothing more.

import { connect } from "node:net";
import type { Socket } from "node:net";
import { randomBelow, seededRandom } from "../../src/shared/base/prng.ts";
import type { Random } from "../../src/shared/base/prng.ts";

/** The greeting of ZMTP 3: signature, version, mechanism, as-server, filler. */
function greeting(mechanism: string, version: readonly [number, number] = [3, 1]): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, ...version]);
  bytes.write(mechanism, 12, "latin1");
  return bytes;
}

const hugeLength = Buffer.from("7fffffffffffffff", "hex");
const command = (name: string, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([4, name.length + 1 + body.length, name.length]),
    Buffer.from(name),
    body,
  ]);

/** What is sent, by name. */
export const hostileBytes: Readonly<Record<string, (random: Random) => Buffer>> = {
  nothing: () => Buffer.alloc(0),
  "random bytes": (random) =>
    Buffer.from(
      Array.from({ length: 1 + randomBelow(random, 2000) }, () => randomBelow(random, 256)),
    ),
  "an HTTP request": () => Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
  "a TLS hello": (random) =>
    Buffer.concat([
      Buffer.from("16030102000100", "hex"),
      Buffer.from(Array.from({ length: 512 }, () => randomBelow(random, 256))),
    ]),
  "half a greeting": (random) => greeting("CURVE").subarray(0, 1 + randomBelow(random, 63)),
  "a greeting, then silence": () => greeting("CURVE"),
  "a greeting without encryption": () =>
    Buffer.concat([
      greeting("NULL"),
      command("READY", Buffer.from("\u000bSocket-Type\0\0\0\u0006DEALER")),
    ]),
  "a greeting of another version": () => greeting("CURVE", [9, 9]),
  "a greeting of ZMTP 1": () => Buffer.from("01000000", "hex"),
  "a greeting, then a forged hello": (random) =>
    Buffer.concat([
      greeting("CURVE"),
      command("HELLO", Buffer.from(Array.from({ length: 194 }, () => randomBelow(random, 256)))),
    ]),
  "a greeting, then a frame of 2^63 bytes": () =>
    Buffer.concat([greeting("CURVE"), Buffer.from([2]), hugeLength, Buffer.alloc(1000)]),
  "a greeting, then a command of 2^63 bytes": () =>
    Buffer.concat([greeting("CURVE"), Buffer.from([6]), hugeLength, Buffer.alloc(1000)]),
};

/** A crowd of connections, all of which are gone after `dismiss`. */
export class HostileCrowd {
  readonly #sockets = new Set<Socket>();
  readonly #random: Random;
  /** Connections that came to stand. */
  connected = 0;
  refused = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** Connections that the other side has not ended yet. */
  get standing(): number {
    return this.#sockets.size;
  }

  /** Connects `count` times, with bytes of all kinds in turn. */
  async come(
    ports: readonly number[],
    count: number,
    kinds = Object.keys(hostileBytes),
  ): Promise<void> {
    const waiting: Promise<void>[] = [];
    for (let index = 0; index < count; index += 1) {
      const bytes = hostileBytes[kinds[index % kinds.length]!]!(this.#random);
      waiting.push(
        this.#connect(ports[index % ports.length]!, bytes, randomBelow(this.#random, 3)),
      );
      // The backlog of a listener is short, and this is about those who get in.
      if (waiting.length === 100) await Promise.all(waiting.splice(0));
    }
    await Promise.all(waiting);
  }

  /** Waits until the others have ended every connection. */
  async gone(): Promise<void> {
    while (this.#sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  dismiss(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** @param after 0 hangs up, 1 resets, 2 says nothing more. */
  #connect(port: number, bytes: Buffer, after: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(port, "127.0.0.1");
      this.#sockets.add(socket);
      socket.on("error", () => (this.refused += 1));
      socket.on("close", () => {
        this.#sockets.delete(socket);
        resolve();
      });
      socket.once("connect", () => {
        this.connected += 1;
        socket.resume();
        if (bytes.length > 0) socket.write(bytes);
        if (after === 0) socket.end();
        else if (after === 1) socket.resetAndDestroy();
        resolve();
      });
    });
  }
}
