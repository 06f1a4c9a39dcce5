// Partials, from the network to the store: each is admitted or dropped, submitted, and either queued
// for the next group commit, acknowledged again, or refused with a reason. One partial at a time,
// and none is taken off the network before the store has room: so a slow disk reaches back to the
// workers and from there to the files.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Pull } from "../../shared/net/pull.ts";
import { hasBatchTag } from "../../shared/protocol/batch-tag.ts";
import { decodePartialMessage } from "../../shared/protocol/codec.ts";
import type {
  AckMessage,
  BatchHeader,
  NackReason,
  PartialMessage,
} from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import { acknowledge } from "./core/ack.ts";
import type { Sessions } from "./core/sessions.ts";
import type { SinkMetrics } from "../metrics.ts";
import type { Store, Submission } from "../store/embedded/embedded-store.ts";

export interface IntakeParts {
  readonly store: Pick<Store, "storeId" | "ready" | "prepare" | "submit" | "deadLetter">;
  readonly sessions: Sessions;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
  /** Says something to the ventilator at the end of a link. */
  readonly say: (link: number, message: AckMessage) => void;
}

/** Runs until the socket closes. Rejects when the store fails. */
export async function takeIn(results: Pull, parts: IntakeParts): Promise<void> {
  const messages = results[Symbol.asyncIterator]();
  for (;;) {
    await parts.store.ready();
    const { done, value } = await messages.next();
    if (done === true) return;
    const message = decoded(value, parts);
    if (message !== null) await takeOne(message, parts);
  }
}

function decoded(frames: Buffer[], { metrics, logger }: IntakeParts): PartialMessage | null {
  try {
    return decodePartialMessage(frames);
  } catch (error) {
    if (!(error instanceof LogmillError)) throw error;
    metrics.dropped.inc({ reason: error.code });
    logger.debug({ err: error }, "dropped what is no partial");
    return null;
  }
}

async function takeOne(message: PartialMessage, parts: IntakeParts): Promise<void> {
  const { header, partial } = message;
  const { metrics, store } = parts;
  const admission = parts.sessions.admit(header);
  if (admission.kind === "unknown_session") {
    metrics.dropped.inc({ reason: "unknown_session" });
    return;
  }
  // No refusal either: the ventilator never had such a batch, and an answer would only be noise.
  if (!hasBatchTag(admission.session.tagKey, message.sealed)) {
    metrics.dropped.inc({ reason: "bad_tag" });
    return;
  }
  const { link } = admission.session;
  if (admission.kind === "other_plan") {
    refuse(message, link, "plan", "it was made under another plan", parts);
    return;
  }
  metrics.bytes.inc(partial.length);
  const startMs = performance.now();
  if (!(await store.prepare(header, partial, message.crc32))) return;
  const submission = store.submit(header, partial, message.crc32);
  metrics.busySeconds.inc({ stage: "check" }, (performance.now() - startMs) / 1000);
  answer(submission, message, link, parts);
}

/** Counts a line that the ventilator has put aside, and answers as for a partial. */
export function takeDeadLetter(header: BatchHeader, link: number, parts: IntakeParts): void {
  const admission = parts.sessions.admit(header);
  if (admission.kind !== "admitted" || admission.session.link !== link) {
    parts.metrics.dropped.inc({ reason: "unknown_session" });
    return;
  }
  answer(parts.store.deadLetter(header), { header }, link, parts);
}

type Submitted = Pick<PartialMessage, "header"> &
  Partial<Pick<PartialMessage, "worker" | "attempt">>;

function answer(
  submission: Submission,
  submitted: Submitted,
  link: number,
  parts: IntakeParts,
): void {
  const { metrics, say, store } = parts;
  switch (submission.kind) {
    case "queued":
      break;
    case "duplicate": {
      const durable = { header: submitted.header, duplicate: true, lines: submission.lines };
      for (const ack of acknowledge(store.storeId, [durable])) say(link, ack);
      metrics.partials.inc({ result: "duplicate" });
      break;
    }
    case "overlap":
      refuse(submitted, link, "overlap", "a part of its range is merged already", parts);
      break;
    case "checksum":
      refuse(submitted, link, "checksum", "its bytes are not those that were sent", parts);
      break;
    case "bad_table":
      refuse(submitted, link, "bad_table", submission.detail, parts);
      break;
  }
}

function refuse(
  { header, worker, attempt }: Submitted,
  link: number,
  reason: NackReason,
  detail: string,
  { logger, metrics, say, store }: IntakeParts,
): void {
  const { session, batch, source, from, to } = header;
  metrics.partials.inc({ result: reason });
  logger.warn({ batch, attempt, source, from, to, worker, reason, detail }, "refused a partial");
  say(link, { type: "nack", store: store.storeId, session, batch, reason });
}
