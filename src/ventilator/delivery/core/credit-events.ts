// What the credit book is told, what it answers, and how it shows its workers. `credit.ts` has the
// meaning of it all.

import { type LossReason } from "../../batch/causes.ts";
export interface CreditLimits {
  readonly lostAfterMs: number;
  readonly beatEveryMs: number;
  /** The plan looks values up in tables: a worker takes batches once it says that it has them. */
  readonly hasTables?: boolean;
}

export type CreditEvent =
  | {
      readonly type: "hello";
      readonly worker: string;
      readonly peer: string;
      readonly credit: number;
      /** For people. */
      readonly host?: string;
      readonly release?: string | null;
      readonly pool?: string | undefined;
    }
  /** It has the tables of the plan. */
  | { readonly type: "ready"; readonly peer: string }
  /** Any other message; it counts as a sign of life. */
  | { readonly type: "heard"; readonly peer: string }
  /** `isAlone`: the worker gets nothing else until it has returned this one. */
  | {
      readonly type: "sent";
      readonly worker: string;
      readonly batch: number;
      readonly isAlone?: boolean;
    }
  /** Done or failed. */
  | { readonly type: "returned"; readonly peer: string; readonly batch: number }
  | { readonly type: "bye"; readonly peer: string }
  | { readonly type: "unreachable"; readonly peer: string }
  /** Something came that is no message. */
  | { readonly type: "garbled"; readonly peer: string }
  /** A new session begins: workers forget what they have when they are greeted again. */
  | { readonly type: "session" }
  | { readonly type: "tick" };

export type CreditAction =
  /** Tell the peer the plan. */
  | { readonly type: "greet"; readonly peer: string }
  /** Nobody is known there: ask who it is. */
  | { readonly type: "ask"; readonly peer: string }
  | { readonly type: "beat"; readonly peer: string }
  /** Tell it that nothing more will come. */
  | { readonly type: "drain"; readonly peer: string }
  | {
      readonly type: "joined";
      readonly worker: string;
      readonly host: string;
      readonly release: string | null;
      readonly pool: string;
    }
  /** Its batches are to go out again. */
  | { readonly type: "lost"; readonly worker: string; readonly reason: LossReason };

/** A worker as people want to see it. */
export interface RosterLine {
  readonly worker: string;
  readonly host: string;
  /** Version of its program; null when it did not tell. */
  readonly version: string | null;
  /** Batches that it takes at once, and those that it has. */
  readonly credit: number;
  readonly batches: number;
  readonly heardSecondsAgo: number;
  readonly isLeaving: boolean;
  readonly pool: string;
  /** It has not got the plan's tables yet, and so no batch. */
  readonly isPreparing: boolean;
}
