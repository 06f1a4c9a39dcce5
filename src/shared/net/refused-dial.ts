// A client whose handshake failed. What libzmq does then is wrong either way: it gives the connection
// up for good when the server refused the key or spoke another mechanism, though the key may be added
// to the allow-list any minute; and when the server just hangs up, which is how a wrong server key
// looks, it is back twenty times a second for ever. So encrypted clients have it give up always
// (`stopOnFailedHandshake`), and dial again by themselves: soon, when the server may only have been
// restarting, else after a second and then after twice as long, up to eight.
//
// Clients without keys are left to libzmq where it tries again by itself.

import type { Socket } from "zeromq";
import type { Rejection } from "./connection-tally.ts";

const soonMs = 50;
const firstWaitMs = 1_000;
const longestWaitMs = 8_000;
/** A server that restarts may hang up in the middle of a handshake, once or twice. */
const hangUpsMax = 2;

/** ZMQ_RECONNECT_STOP and its flag for failed handshakes, which zeromq.js has no name for. */
const reconnectStopOption = 109;
const handshakeFailed = 2;

/** Has libzmq give a connection up when its handshake fails, however it fails. */
export function stopOnFailedHandshake(socket: Socket): void {
  const set = Reflect.get(socket, "setInt32Option") as (option: number, value: number) => void;
  set.call(socket, reconnectStopOption, handshakeFailed);
}

interface Line {
  readonly hangUp: () => void;
  readonly dial: () => void;
}

export class RefusedDial {
  readonly #line: Line;
  readonly #isEncrypted: boolean;
  #timer: NodeJS.Timeout | null = null;
  #waitMs = firstWaitMs;
  #hangUps = 0;

  constructor(line: Line, isEncrypted: boolean) {
    this.#line = line;
    this.#isEncrypted = isEncrypted;
  }

  /** The line is down until it dials again by itself. */
  get isWaiting(): boolean {
    return this.#timer !== null;
  }

  admitted(): void {
    this.#waitMs = firstWaitMs;
    this.#hangUps = 0;
  }

  refused(reason: Rejection): void {
    if (this.#timer !== null || (reason === "other" && !this.#isEncrypted)) return;
    this.#line.hangUp();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#line.dial();
    }, this.#nextWaitMs(reason));
  }

  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #nextWaitMs(reason: Rejection): number {
    if (reason === "other") {
      this.#hangUps += 1;
      if (this.#hangUps <= hangUpsMax) return soonMs;
    }
    const waitMs = this.#waitMs;
    this.#waitMs = Math.min(longestWaitMs, waitMs * 2);
    return waitMs;
  }
}
