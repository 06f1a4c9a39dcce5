// Keeping in touch with one server, decided once for all who connect: greet on every new
// connection and until the greeting is answered, beat once a second from then on, and dial anew
// when nothing at all comes any more. It also dials anew when something damaged comes: nobody knows
// what the message was, and after a new greeting both sides know that it may be anything. Pure: it is
// told what happened and when, and answers with what to do.
//
//   away ── connected ──► greeting ── answered ──► greeted
//    ▲                       │  ▲──────── asked ──────┤
//    └──────────── disconnected, silence ◄────────────┘

import { limits } from "../base/limits.ts";

/** What to do now; `redial` drops the connection and makes a new one. */
export type ContactAction = "hello" | "beat" | "redial" | "nothing";

/**
 * Longer than TCP keepalive takes to notice (5 + 3 × 2 s): this is for the connection that looks
 * sound because what was sent into it is not acknowledged yet.
 */
const redialAfterMs = 12_000;

export class Contact {
  #state: "away" | "greeting" | "greeted" = "away";
  #heardMs: number;
  #tickedMs: number;
  #garbledMs = -Infinity;
  /** Something damaged came within the pause: to be dialled anew when that is over. */
  #owesRedial = false;

  /** @param nowMs monotonic milliseconds, here and everywhere. */
  constructor(nowMs: number) {
    this.#heardMs = nowMs;
    this.#tickedMs = nowMs;
  }

  /** The server has answered the greeting, on the connection that stands. */
  get isGreeted(): boolean {
    return this.#state === "greeted";
  }

  connected(nowMs: number): ContactAction {
    this.#state = "greeting";
    this.#owesRedial = false;
    this.#heardMs = nowMs;
    return "hello";
  }

  disconnected(): void {
    this.#state = "away";
  }

  /** Anything at all came from the server. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
  }

  /**
   * What came was no message. A server whose messages are never understood is not dialled again and
   * again without a pause.
   */
  garbled(nowMs: number): ContactAction {
    if (this.#state === "away") return "nothing";
    this.#owesRedial = true;
    return this.#redialForGarbled(nowMs) ? "redial" : "nothing";
  }

  #redialForGarbled(nowMs: number): boolean {
    if (!this.#owesRedial || nowMs - this.#garbledMs < limits.heartbeatLostMs) return false;
    this.#owesRedial = false;
    this.#garbledMs = nowMs;
    this.#heardMs = nowMs;
    this.#state = "away";
    return true;
  }

  answered(): void {
    // An answer that was under way when the connection broke belongs to no greeting.
    if (this.#state === "greeting") this.#state = "greeted";
  }

  /** The server does not know who we are. */
  asked(): ContactAction {
    if (this.#state === "away") return "nothing";
    this.#state = "greeting";
    return "hello";
  }

  /** Call once every `limits.heartbeatIntervalMs`. */
  tick(nowMs: number): ContactAction {
    // A process that was stopped and continued heard nothing because it did not listen.
    if (nowMs - this.#tickedMs > limits.heartbeatLostMs) this.#heardMs = nowMs;
    this.#tickedMs = nowMs;
    if (this.#state === "away") return "nothing";
    if (this.#redialForGarbled(nowMs)) return "redial";
    if (nowMs - this.#heardMs > redialAfterMs) {
      this.#heardMs = nowMs;
      this.#state = "away";
      return "redial";
    }
    return this.#state === "greeted" ? "beat" : "hello";
  }
}
