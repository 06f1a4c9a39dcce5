// Makes headers: numbers what was cut, says whose bytes it is, and seals that for the sink.

import { preamblesWithin, type PreambleKinds } from "../../shared/model/format/preamble.ts";
import { sealHeader } from "../../shared/protocol/batch-tag.ts";
import type { BatchHeader, SealedHeader } from "../../shared/protocol/messages.ts";
import type { Session } from "./session.ts";

/** What is known of a batch before it has a number. */
export type BatchFacts = Omit<BatchHeader, "session" | "batch" | "plan">;

/** A header, and the bytes of it that go to the worker and from there to the sink. */
export interface MadeHeader {
  readonly header: BatchHeader;
  readonly sealed: SealedHeader;
}

export class BatchMaker {
  readonly #plan: string;
  readonly #preambles: PreambleKinds;
  #session: Session;
  /** Numbers never repeat in a process, also not in a new session. */
  #batches = 0;

  /**
   * @param plan fingerprint of the plan that the batches are to be worked off by.
   * @param preambles of the sources whose lines need what precedes them
   */
  constructor(plan: string, session: Session, preambles: PreambleKinds = new Map()) {
    this.#plan = plan;
    this.#preambles = preambles;
    this.#session = session;
  }

  /** What is made from here on belongs to a new session. */
  begin(session: Session): void {
    this.#session = session;
  }

  make(facts: BatchFacts): MadeHeader {
    this.#batches += 1;
    const { id: session } = this.#session;
    return this.#sealed({ ...facts, session, batch: this.#batches, plan: this.#plan });
  }

  /** What precedes each of the pieces that a batch is cut into, in order; a member of their headers. */
  preamblesWithin(header: BatchHeader): (piece: Uint8Array) => Pick<BatchFacts, "preamble"> {
    return preamblesWithin(this.#preambles, header);
  }

  /** The header of a batch whose content a worker was to read, now that it has been read here. */
  withChecksum(header: BatchHeader, crc32: number): MadeHeader {
    return this.#sealed({ ...header, checksums: "given", crc32 });
  }

  #sealed(header: BatchHeader): MadeHeader {
    return { header, sealed: sealHeader(this.#session.tagKey, header) };
  }
}
