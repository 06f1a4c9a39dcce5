// Makes headers: numbers what was cut, says whose bytes it is, and tags it for the sink.

import { batchTag } from "../../shared/protocol/batch-tag.ts";
import type { BatchHeader } from "../../shared/protocol/messages.ts";
import type { Session } from "./session.ts";

/** What is known of a batch before it has a number. */
export type BatchFacts = Omit<BatchHeader, "session" | "batch" | "attempt" | "plan" | "tag">;

export class BatchMaker {
  readonly #plan: string;
  #session: Session;
  /** Numbers never repeat in a process, also not in a new session. */
  #batches = 0;

  /** @param plan fingerprint of the plan that the batches are to be worked off by. */
  constructor(plan: string, session: Session) {
    this.#plan = plan;
    this.#session = session;
  }

  /** What is made from here on belongs to a new session. */
  begin(session: Session): void {
    this.#session = session;
  }

  make(facts: BatchFacts): BatchHeader {
    this.#batches += 1;
    const header = {
      ...facts,
      session: this.#session.id,
      batch: this.#batches,
      attempt: 0,
      plan: this.#plan,
    };
    return { ...header, tag: batchTag(this.#session.tagKey, header) };
  }

  /** The header of a batch whose content a worker was to read, now that it has been read here. */
  withChecksum(header: BatchHeader, crc32: number): BatchHeader {
    const given = { ...header, checksums: "given" as const, crc32 };
    return { ...given, tag: batchTag(this.#session.tagKey, given) };
  }
}
