// What a worker says of itself to its ventilator.

import { hostname } from "node:os";
import { limits } from "../shared/base/limits.ts";
import {
  protocolVersion,
  type BatchHeader,
  type WorkerMessage,
} from "../shared/protocol/messages.ts";
import { programVersion } from "../shared/runtime/version.ts";

/** @param pool that it works for */
export function helloOf(worker: string, pool: string): WorkerMessage {
  return {
    type: "worker_hello",
    version: protocolVersion,
    worker,
    host: hostname(),
    pid: process.pid,
    credit: limits.creditPerWorker,
    release: programVersion(),
    pool,
  };
}

/** A sign of life, and which batches of the session are here: they are not lost, however long they take. */
export function beatOf(
  worker: string,
  session: bigint | null,
  here: readonly { readonly header: BatchHeader }[],
): WorkerMessage {
  if (session === null) return { type: "worker_beat", worker };
  const ofSession = here.filter(({ header }) => header.session === session);
  const batches = ofSession.map(({ header }) => header.batch);
  return { type: "worker_beat", worker, session, batches };
}
