// THE table of messages: what the roles say to each other, with the type of every member and one
// sentence. The types of the values come from it, decoders check against it, and PROTOCOL.md is
// generated from it. `codec.ts` turns the values into frames and back.
//
// A member that is not listed is ignored, so that a message may gain one, which may be missing then,
// within a version.

import * as z from "zod";
import type { Plan } from "../model/plan.ts";
import {
  acknowledged,
  batchHeader,
  example,
  hint,
  identity,
  key,
  outputPaths,
  packedSource,
  sealed,
  sheets,
  sha256,
  tableInfo,
  tagKeyBytes,
  uncountedFile,
  type BatchHeader,
  type LedgerSource,
  type SealedHeader,
} from "./message-parts.ts";
import { bytes, count, flag, listOf, message, oneOf, orNil, text, u32, u64 } from "./wire-types.ts";
import type { Wire } from "./wire-types.ts";
import { limits } from "../base/limits.ts";

export type { BatchHeader, LedgerRange, LedgerSource, SealedHeader } from "./message-parts.ts";

export const protocolVersion = 4;

const attempt = count.describe("Which sending of the batch this is, from 1.");

const version = count.describe("Of the protocol.");
const session = batchHeader.shape.session;
const batch = batchHeader.shape.batch;
const worker = text.describe("Unique per start of a worker.");

/** worker → ventilator, on tasks. */
export const workerMessages = z.discriminatedUnion("type", [
  message("worker_hello", "Greets, and grants credit.", {
    version,
    worker,
    host: text.describe("Name of its host, for people."),
    pid: count.describe("Its process there."),
    credit: count.describe("Batches that it takes at a time."),
    release: orNil(text).describe("Version of the program, for people."),
    pool: text.optional().describe("The pool that it works for; the default one if it is missing."),
  }),
  message("worker_ready", "It has all tables of the plan, and takes batches from now on.", {
    worker,
  }),
  message("table_request", "Asks for a piece of a table; for the next one when that is here.", {
    worker,
    table: sha256,
    from: count.describe("Where in the table the piece begins."),
  }),
  message("worker_beat", "A sign of life.", {
    worker,
    session: u64.optional(),
    batches: listOf(batch)
      .optional()
      .describe("What it has of that session, in work or not: late, but not lost."),
  }),
  message("batch_done", "The partial is on its way to the sink; one credit returns.", {
    session,
    batch,
    partialBytes: count.optional().describe("Length of the partial: ranges to come are cut by it."),
  }),
  message("batch_failed", "There will be no partial; one credit returns.", {
    session,
    batch,
    reason: oneOf(["checksum", "plan", "error", "source"]).describe(
      "`source`: the file does not hold, or does not let this worker read, what it was sent to.",
    ),
    detail: text.describe("For people."),
  }),
  message("worker_bye", "Send nothing more.", { worker }),
]);

export type WorkerMessage = Wire<typeof workerMessages>;

/** The same on tasks and on acks. */
const who = message(
  "who",
  "The ventilator does not know whose connection this is: greet again.",
  {},
);
const ventilatorBeat = message("ventilator_beat", "A sign of life.", {});

const planMessage = message(
  "plan",
  "What to do with batches. Its second frame is the plan, as canonical JSON.",
  {
    version,
    session,
    fingerprint: key.describe("SHA-256 (first 16 bytes) of the canonical JSON of the plan."),
    results: text.describe("Where partials go, an endpoint of the sink."),
    batchTimeoutMs: count.describe("A worker that works longer on one batch ends itself."),
    drainTimeoutMs: count.describe("A worker that is asked to end does so within this time."),
    tables: listOf(tableInfo, limits.tablesMax)
      .optional()
      .describe(
        "Tables that the plan looks values up in. A worker that is told of some is sent batches after `worker_ready`.",
      ),
  },
);

const taskMessage = message("task", "A batch. Its second frame is the payload.", {
  sealed,
  attempt,
  payloadCrc32: u32.describe("CRC-32 of the payload; for given `lines` it is the header's."),
});

const tablePiece = message(
  "table_piece",
  "What `table_request` asked for. Its second frame is the bytes, at most 256 KiB.",
  { table: sha256, from: count.describe("As it was asked.") },
);

/** ventilator → worker, on tasks. */
export const taskMessages = z.discriminatedUnion("type", [
  planMessage,
  taskMessage,
  who,
  ventilatorBeat,
  tablePiece,
  message(
    "table_unknown",
    "The ventilator has no such table, or none of its bytes from there on.",
    {
      table: sha256,
    },
  ),
  message("drain", "No more batches will come in this session; end after what is in work.", {}),
]);

/** A sealed header, and what its bytes say. */
interface WithHeader {
  readonly header: BatchHeader;
  readonly sealed: SealedHeader;
}

export type PlanMessage = Wire<typeof planMessage> & { readonly plan: Plan };
export type BatchTask = Wire<typeof taskMessage> & WithHeader & { readonly payload: Uint8Array };
export type TablePiece = Wire<typeof tablePiece> & { readonly payload: Uint8Array };
export type TaskMessage =
  | PlanMessage
  | BatchTask
  | TablePiece
  | Exclude<Wire<typeof taskMessages>, { type: "plan" | "task" | "table_piece" }>;

/** worker → sink, on results. */
export const partialMessages = message(
  "partial",
  "What a batch adds. Its second frame is the encoded partial.",
  {
    sealed,
    attempt,
    measuredCrc32: orNil(u32).describe("CRC-32 of the range, where the header says `measured`."),
    worker,
    crc32: u32.describe("CRC-32 of the partial."),
  },
);

/** `header` has the measured CRC-32 in its place. */
export type PartialMessage = Omit<Wire<typeof partialMessages>, "measuredCrc32"> &
  WithHeader & { readonly partial: Uint8Array };

const deadLetterMessage = message(
  "dead_letter",
  "The range is one line that no worker survives: count it as dead-lettered for the header's definitions. Answered as a partial is, by `ack` or `nack`.",
  { sealed },
);

/** ventilator → sink, on acks. */
export const ledgerMessages = z.discriminatedUnion("type", [
  message("ventilator_hello", "Greets.", {
    version,
    session,
    ventilator: text.describe(
      "Configured name; a newer session of the same name replaces the older one.",
    ),
    plan: key.describe("Fingerprint of the plan."),
    tagKey: bytes(tagKeyBytes).describe(
      "What the session's batches are tagged with. A secret: workers never see it.",
    ),
  }),
  message("ledger_request", "Asks for the ledger.", {
    request: count.describe("Comes back with the answer."),
    session: orNil(u64).describe(
      "Who asks: not answered before it has greeted. Nil is answered in any case.",
    ),
  }),
  message("hint", "A file was found to hold content that is merged already; keep where it is.", {
    identity,
    hint,
  }),
  deadLetterMessage,
  message("finish", "Everything of this session is acknowledged: publish outputs, then answer.", {
    request: count.describe("Comes back with the answer."),
  }),
  who,
  ventilatorBeat,
]);

export type LedgerMessage =
  | (Wire<typeof deadLetterMessage> & WithHeader)
  | Exclude<Wire<typeof ledgerMessages>, { type: "dead_letter" }>;

/** Why a sink does not merge a partial. */
export const nackReasons = ["checksum", "overlap", "plan", "bad_table"] as const;
export type NackReason = (typeof nackReasons)[number];

const store = key.describe("Made with the store.");

const ledgerPart = message("ledger", "A part of the answer to `ledger_request`.", {
  request: count.describe("As it was asked."),
  store,
  incarnation: u64.describe("Drawn at every start of a sink."),
  part: count.describe("Numbered from 0 within the answer."),
  more: flag.describe("False on the last part of an answer."),
  sources: listOf(packedSource).describe(
    "One with very many ranges takes several parts: the same identity comes again, with those that follow.",
  ),
  sheets: orNil(sheets).describe("Durable sheets of the store, with the last part."),
});

/** sink → ventilator, on acks. */
export const ackMessages = z.discriminatedUnion("type", [
  message("sink_hello", "Greets.", {
    version,
    store,
    incarnation: u64.describe("Drawn at every start of a sink."),
    plan: key.describe("Fingerprint of the plan."),
  }),
  message("ack", "The batches are durable; one message per session and group commit.", {
    store,
    session,
    batches: listOf(acknowledged),
  }),
  message("nack", "The partial was not merged.", {
    store,
    session,
    batch,
    reason: oneOf(nackReasons).describe("`overlap`: a part of the range is merged already."),
  }),
  ledgerPart,
  message("finished", "The answer to `finish`: everything is durable and published.", {
    request: count.describe("As it was asked."),
    sheets,
    examples: listOf(example).describe("Rejected lines, the newest of each sheet and reason."),
    outputs: outputPaths,
    uncounted: listOf(uncountedFile)
      .optional()
      .describe("Files of which no line counts; a bounded number of them."),
  }),
  message("sink_beat", "A sign of life.", {
    busy: flag
      .optional()
      .describe("It has partials that it has not answered for: what is late is not lost."),
  }),
]);

export type LedgerPart = Omit<Wire<typeof ledgerPart>, "sources"> & {
  readonly sources: readonly LedgerSource[];
};
export type AckMessage = LedgerPart | Exclude<Wire<typeof ackMessages>, { type: "ledger" }>;
