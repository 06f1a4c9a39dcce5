// Partials, from the network to the store: each is admitted or dropped, and submitted. None is taken off
// the network before the store has room: so a slow disk reaches back to the workers and from there to the
// files. What becomes of a partial is told by `answers.ts`.

import { LogmillError } from "../../shared/base/errors.ts";
import type { Pull } from "../../shared/net/pull.ts";
import { hasBatchTag } from "../../shared/protocol/batch-tag.ts";
import { decodePartialMessage } from "../../shared/protocol/codec.ts";
import type { BatchHeader, PartialMessage } from "../../shared/protocol/messages.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { SinkMetrics } from "../metrics.ts";
import type { BatchStore } from "../store/store.ts";
import type { Answers } from "./answers.ts";
import type { Sessions } from "./core/sessions.ts";

export interface IntakeParts {
  readonly store: BatchStore;
  readonly sessions: Sessions;
  readonly answers: Answers;
  readonly metrics: SinkMetrics;
  readonly logger: Logger;
}

/** Runs until the socket closes. Rejects when the store fails. */
export async function takeIn(results: Pull, parts: IntakeParts): Promise<void> {
  const messages = results[Symbol.asyncIterator]();
  for (;;) {
    await parts.store.ready();
    const { done, value } = await messages.next();
    if (done === true) return;
    const message = decoded(value, parts);
    if (message !== null) takeOne(message, parts);
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

function takeOne(message: PartialMessage, parts: IntakeParts): void {
  const { answers, metrics, sessions, store } = parts;
  const admission = sessions.admit(message.header);
  if (admission.kind === "unknown_session") {
    metrics.dropped.inc({ reason: "unknown_session" });
    return;
  }
  // No refusal either: the ventilator never had such a batch, and an answer would only be noise.
  if (!hasBatchTag(admission.session.tagKey, message.sealed)) {
    metrics.dropped.inc({ reason: "bad_tag" });
    return;
  }
  answers.owe();
  if (admission.kind === "other_plan") {
    answers.refused(message, { reason: "plan" });
    return;
  }
  metrics.bytes.inc(message.partial.length);
  store.submit(message);
}

/** Has the store count a dead letter, if the ventilator at the end of that link may say so. */
export function takeDeadLetter(header: BatchHeader, link: number, parts: IntakeParts): void {
  const admission = parts.sessions.admit(header);
  if (admission.kind === "admitted" && admission.session.link === link) {
    parts.answers.owe();
    parts.store.deadLetter(header);
  } else parts.metrics.dropped.inc({ reason: "unknown_session" });
}
