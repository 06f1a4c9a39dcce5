// Whether the store can write: one state out of what commits and flushes meet.
//
//   open ⇄ full ─► closed
//     └──────┴───► failed   for good; whoever waits on `failure` learns why

import { LogmillError } from "../../../shared/base/errors.ts";
import { diskError } from "../../disk/disk-error.ts";
import type { StoreState } from "../store.ts";

export class StoreStatus {
  readonly #onState: (state: StoreState) => void;
  #state: StoreState = { kind: "open" };
  /** Why there is no space for one or the other. */
  readonly #reasons: { commit: string | null; flush: string | null } = {
    commit: null,
    flush: null,
  };
  /** Resolves with the error when the store fails; never rejects. */
  readonly failure: Promise<LogmillError>;
  #report: (error: LogmillError) => void = () => undefined;

  constructor(onState: (state: StoreState) => void) {
    this.#onState = onState;
    this.failure = new Promise((resolve) => (this.#report = resolve));
  }

  get state(): StoreState {
    return this.#state;
  }

  /** Commits or flushes have no space, for this reason; null when they have. */
  setFull(who: "commit" | "flush", reason: string | null): void {
    if (this.#reasons[who] === reason) return;
    this.#reasons[who] = reason;
    const now = this.#reasons.commit ?? this.#reasons.flush;
    if (this.#state.kind === "open" || this.#state.kind === "full") {
      this.#set(now === null ? { kind: "open" } : { kind: "full", reason: now });
    }
  }

  /** Ends all work; the first error is the one that counts. Returns it. */
  fail(error: unknown): LogmillError {
    if (this.#state.kind === "failed") return this.#state.error;
    const meant = diskError(error, "using", "the store");
    const known =
      meant instanceof LogmillError
        ? meant
        : new LogmillError("internal", `the store: ${String(error)}`, { cause: error });
    this.#set({ kind: "failed", error: known });
    this.#report(known);
    return known;
  }

  close(): void {
    if (this.#state.kind !== "failed") this.#set({ kind: "closed" });
  }

  throwIfFailed(): void {
    if (this.#state.kind === "failed") throw this.#state.error;
  }

  #set(state: StoreState): void {
    const isNews = state.kind !== this.#state.kind;
    this.#state = state;
    if (isNews) this.#onState(state);
  }
}
