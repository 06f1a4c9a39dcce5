// What ends a ventilator: errors that say where to look, and the way that they take.

import { LogmillError } from "../shared/base/errors.ts";
import type { FlightBatch } from "./batch/batch.ts";
import type { GivenUp } from "./batch/given-up.ts";

/** Whatever fails, fails the ventilator; the first error counts. */
export class Failure {
  /** Rejects with it. */
  readonly promise: Promise<never>;
  #reject: (error: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise((_, reject) => (this.#reject = reject));
    // It may fail before anybody waits for it.
    this.promise.catch(() => undefined);
  }

  readonly fail = (error: unknown): void => this.#reject(error);
}

/** The error for a cluster in which no batch gets through. */
export function nothingWorks({ batch, detail }: GivenUp, inARow: number): LogmillError {
  const { hint, from, to, source } = batch.header;
  return new LogmillError(
    "batch_failed",
    `${inARow} batches in a row were given up and none got through, so it is not the lines; the last ` +
      `was bytes ${from} to ${to} of ${hint.path} (source ${source}): ${detail}. ` +
      "The log of the workers says more; fix that and start again, what is acknowledged stays",
    { fields: { path: hint.path, from, to, inARow } },
  );
}

/** The error for a batch that is damaged whenever it is sent. */
export function damagedAgain(batch: FlightBatch, detail: string): LogmillError {
  const { hint, from, to } = batch.header;
  return new LogmillError(
    "batch_failed",
    `bytes ${from} to ${to} of ${hint.path} are damaged on their way again and again (${detail}); ` +
      "suspect the memory or the network of a host",
    { fields: { path: hint.path, from, to } },
  );
}

/** What the end of a run says about dead letters. */
export function deadLetterProblem(lines: number, folder: string): string {
  const were = lines === 1 ? "1 line was" : `${lines} lines were`;
  return `${were} dead-lettered, since no worker gets through; logmill dead-letter list shows what is in ${folder}`;
}

/** The error for a sink that does not fit. */
export function mismatch(code: "plan_mismatch" | "protocol_version"): LogmillError {
  return new LogmillError(
    code,
    code === "plan_mismatch"
      ? "the sink works by another configuration; start all roles of a cluster with the same one"
      : "the sink speaks another version of the protocol; run the same logmill everywhere",
  );
}
