// Answers of sinks to sessions that are over, kept to be said again: what a queue, a proxy or a copy of
// a sink that is forgotten somewhere may bring long after everybody who was meant is gone.

import { decodeAck } from "../../../src/shared/protocol/codec.ts";
import { randomBelow, type Random } from "../../../src/shared/base/prng.ts";
import type { Frames } from "./connection.ts";

const keptMax = 256;
/** Said again at once. */
const repliesMax = 64;

export class StaleAnswers {
  readonly #kept: { readonly session: bigint; readonly frames: Frames }[] = [];

  /** Keeps what is an acknowledgement, and returns some that answer another session. */
  draw(frames: Frames, random: Random): Frames[] {
    const message = decodeAck([...frames]);
    if (message.type !== "ack") return [];
    const { session } = message;
    const stale = this.#kept.filter((answer) => answer.session !== session);
    if (this.#kept.length < keptMax) this.#kept.push({ session, frames });
    if (stale.length === 0) return [];
    const from = randomBelow(random, stale.length);
    return stale.slice(from, from + repliesMax).map((answer) => answer.frames);
  }
}
