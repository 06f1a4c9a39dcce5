// The network between the hosts: who listens where, which directions are cut, and what happens to
// messages on the way. It behaves as TCP does under ZeroMQ: a connection keeps its messages in
// order, a cut holds them up without telling anybody, keepalive finds out about it on the idle side
// after eleven seconds, and what was under way when a connection ends is gone. Beyond that, a seed
// may have single messages lost, repeated, overtaken or damaged, which no TCP does.

import { crc32 } from "node:zlib";
import { decodePartialMessage, encodePartialMessage } from "../../../src/shared/protocol/codec.ts";
import { randomBelow, type Random } from "../../../src/shared/base/prng.ts";
import type { Connection, Frames } from "./connection.ts";
import { asBuffer, type ServerEnd } from "./server-socket.ts";
import { StaleAnswers } from "./stale-answers.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Tally } from "./tally.ts";

/** Which of the three sockets, and in which direction. */
export type Path = "tasks down" | "tasks up" | "results up" | "acks up" | "acks down";

/** Chances of what may happen to one message. */
export interface Mischief {
  readonly loss: number;
  readonly repeat: number;
  readonly overtake: number;
  readonly damage: number;
  /** A partial with other bytes and a fitting checksum. */
  readonly forgery: number;
  /** An acknowledgement brings others along, of sessions that are over. */
  readonly stale: number;
}

const honest: Mischief = { loss: 0, repeat: 0, overtake: 0, damage: 0, forgery: 0, stale: 0 };

export interface NetworkOptions {
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly mischief: Mischief;
  /** Messages that fit between two sockets. */
  readonly laneMessagesMax: number;
}

const keepaliveMs = 11_000;

export class Network {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly options: NetworkOptions;
  readonly listeners = new Map<string, ServerEnd>();
  readonly connections = new Set<Connection>();
  readonly #tally: Tally;
  readonly #watch: (path: Path, from: SimProcess, frames: Frames) => void;
  readonly trace: (line: string) => void;
  /** Directions that are cut, as `from>to`. */
  readonly #cuts = new Set<string>();
  readonly #staleAnswers = new StaleAnswers();
  #mischief: Mischief;
  #peers = 0;

  constructor(
    scheduler: Scheduler,
    random: Random,
    options: NetworkOptions,
    tally: Tally,
    watch: (path: Path, from: SimProcess, frames: Frames) => void,
    trace: (line: string) => void,
  ) {
    this.scheduler = scheduler;
    this.random = random;
    this.options = options;
    this.#mischief = options.mischief;
    this.#tally = tally;
    this.#watch = watch;
    this.trace = trace;
  }

  /** Never the same twice, as the ids that a ROUTER draws. */
  newPeerId(): Buffer {
    this.#peers += 1;
    const id = Buffer.alloc(5);
    id.writeUInt32BE(this.#peers, 1);
    return id;
  }

  latencyMs(): number {
    return this.options.latencyMs + this.random() * this.options.jitterMs;
  }

  isCut(from: string, to: string): boolean {
    return this.#cuts.has(`${from}>${to}`);
  }

  isApart(a: string, b: string): boolean {
    return this.isCut(a, b) || this.isCut(b, a);
  }

  cut(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
    this.trace(`cut ${from} > ${to}`);
    for (const connection of this.connections) {
      if (!connection.isBetween(from, to)) continue;
      for (const end of connection.ends) {
        const afterMs = keepaliveMs + 2000 * this.random();
        // A side that has something unacknowledged under way sends it again and notices nothing.
        const isIdle = this.random() < 0.7;
        const look = (): void => {
          if (isIdle && this.isApart(from, to)) connection.lost(end, "keepalive");
        };
        this.scheduler.at(afterMs, end.process, look);
      }
    }
  }

  heal(from: string, to: string): void {
    if (!this.#cuts.delete(`${from}>${to}`)) return;
    this.trace(`heal ${from} > ${to}`);
    for (const connection of this.connections) {
      if (connection.isBetween(from, to)) connection.unstall(1000 * this.random());
    }
  }

  /** No more cuts and no more mischief. */
  calm(): void {
    this.#mischief = honest;
    for (const cut of [...this.#cuts]) {
      const [from = "", to = ""] = cut.split(">");
      this.heal(from, to);
    }
  }

  /** A message leaves a process: what of it arrives, and in which place of the line. */
  mangle(path: Path, from: SimProcess, frames: Frames): { frames: Frames; back: number }[] {
    this.#watch(path, from, frames);
    const { random } = this;
    const { loss, repeat, overtake, damage, forgery, stale } = this.#mischief;
    if (path === "acks up" && this.options.mischief.stale > 0) {
      const answers = this.#staleAnswers.draw(frames, random);
      if (answers.length > 0 && random() < stale) {
        const all = [...answers, frames].map((one) => ({ frames: one, back: 0 }));
        return this.#note("answers to other sessions", path, all);
      }
    }
    if (path === "results up" && random() < forgery) {
      this.#tally.fault("partial forged");
      return [{ frames: forged(frames), back: 0 }];
    }
    const draw = random();
    if (draw >= loss + repeat + overtake + damage) return [{ frames, back: 0 }];
    if (draw < loss) {
      // To and from a worker nothing is lost by itself; its connection would end with it.
      const isKept = path === "tasks down" || path === "tasks up";
      return isKept ? [{ frames, back: 0 }] : this.#note("message lost", path, []);
    }
    if (draw < loss + repeat) {
      return this.#note("message repeated", path, [
        { frames, back: 0 },
        { frames, back: 0 },
      ]);
    }
    if (draw < loss + repeat + overtake) {
      // What a ventilator says is a sequence, which only a new connection may interrupt.
      if (path.endsWith("down")) return [{ frames, back: 0 }];
      return this.#note("message overtaken", path, [{ frames, back: 1 + randomBelow(random, 3) }]);
    }
    return this.#note("message damaged", path, [{ frames: damaged(frames, random), back: 0 }]);
  }

  #note<T>(what: string, path: Path, result: T): T {
    this.#tally.fault(`${what} (${path})`);
    this.trace(`${what} (${path})`);
    return result;
  }
}

/** What a broken worker would send: a partial that is none, and says that it is whole. */
function forged(frames: Frames): Frames {
  const message = decodePartialMessage(frames.map(asBuffer));
  const partial = message.partial.subarray(0, message.partial.length - 1);
  return encodePartialMessage({ ...message, partial, crc32: crc32(partial) });
}

/** A copy with one bit turned; mostly in the large frame, where there is one. */
function damaged(frames: Frames, random: Random): Frames {
  const index = random() < 0.8 ? frames.length - 1 : 0;
  const copy = Buffer.from(frames[index]!);
  if (copy.length === 0) return frames;
  const at = randomBelow(random, copy.length);
  copy[at] = copy[at]! ^ (1 << randomBelow(random, 8));
  return frames.map((frame, each) => (each === index ? copy : frame));
}
