// The ventilators that the sink knows, each by the session it drew at its start, and whether a
// partial belongs to one of them. Pure.
//
// A link (one connection to one ack endpoint) has at most one session, and so has a ventilator's
// name: a newer greeting replaces what either had before. So what a ventilator that was replaced
// still has under way counts for nothing any more, and there are never more sessions than links.

import type { BatchHeader, LedgerMessage } from "../../../shared/protocol/messages.ts";

export interface Session {
  readonly session: bigint;
  /** Configured name of the ventilator. */
  readonly ventilator: string;
  /** Which of the sink's links leads there. */
  readonly link: number;
  /** Whether it works by the plan that this sink has. */
  readonly hasOurPlan: boolean;
  /** What its batches are tagged with. */
  readonly tagKey: Uint8Array;
}

export type Admission =
  | { readonly kind: "admitted"; readonly session: Session }
  /** Made under another plan: to be refused. */
  | { readonly kind: "other_plan"; readonly session: Session }
  /** Of a session that never greeted this sink, or that was replaced: to be dropped. */
  | { readonly kind: "unknown_session" };

type Hello = Extract<LedgerMessage, { readonly type: "ventilator_hello" }>;

export class Sessions {
  readonly #plan: string;
  readonly #bySession = new Map<bigint, Session>();

  /** @param plan fingerprint of the plan that this sink merges. */
  constructor(plan: string) {
    this.#plan = plan;
  }

  get size(): number {
    return this.#bySession.size;
  }

  /** Takes a greeting; `isNew` when it is not a repeated one. */
  greet(link: number, hello: Hello): { readonly session: Session; readonly isNew: boolean } {
    const known = this.#bySession.get(hello.session);
    for (const other of [...this.#bySession.values()]) {
      if (other.link === link || other.ventilator === hello.ventilator) {
        this.#bySession.delete(other.session);
      }
    }
    const session: Session = {
      session: hello.session,
      ventilator: hello.ventilator,
      link,
      hasOurPlan: hello.plan === this.#plan,
      tagKey: hello.tagKey,
    };
    this.#bySession.set(hello.session, session);
    return { session, isNew: known === undefined };
  }

  /** Where answers to a session go, while it is known. */
  find(session: bigint): Session | undefined {
    return this.#bySession.get(session);
  }

  admit(header: BatchHeader): Admission {
    const session = this.#bySession.get(header.session);
    if (session === undefined) return { kind: "unknown_session" };
    return header.plan === this.#plan
      ? { kind: "admitted", session }
      : { kind: "other_plan", session };
  }
}
