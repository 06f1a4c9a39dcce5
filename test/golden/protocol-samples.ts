// One example of every message, and of every variant of those that have some. Their bytes are kept
// in `files/protocol.txt`, which only ever grows: what was written once must always be read.

import type { Plan } from "../../src/shared/model/plan.ts";
import { planFingerprint } from "../../src/shared/model/definition-key.ts";
import { sealHeader } from "../../src/shared/protocol/batch-tag.ts";
import type {
  AckMessage,
  BatchHeader,
  LedgerMessage,
  PartialMessage,
  TaskMessage,
  WorkerMessage,
} from "../../src/shared/protocol/messages.ts";
import type { Sheets } from "../../src/shared/model/sheet.ts";

const session = 0x0123456789abcdefn;
const store = "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e";
const summary = "0123456789abcdef0123456789abcdef";
const balanceSummary = "0".repeat(32);

const table = "0123456789abcdef".repeat(4);

const plan: Plan = {
  version: 1,
  timezone: "UTC",
  sources: [{ name: "web", format: { type: "common" }, maxLineBytes: 65536 }],
  summaries: [
    {
      name: "hits",
      from: ["web"],
      timestamp: "timestamp",
      granularity: "day",
      timezone: "UTC",
      dimensions: ["status"],
      metrics: [{ name: "requests", type: "count" }],
    },
  ],
};

const identity = {
  id: "00112233445566778899aabbccddeeff",
  headBytes: 65536,
  family: "0011223344556677",
};

const hint = { path: "/logs/a.log", inode: "8:17", stat: "8:17:900:1" };

export const sampleHeader: BatchHeader = {
  session,
  batch: 7,
  plan: planFingerprint(plan),
  source: "web",
  identity,
  hint,
  from: 1_048_576,
  to: 1_048_876,
  crc32: 0xcbf43926,
  tailCrc32: 0xdeadbeef,
  kind: "lines",
  checksums: "given",
  summaries: [balanceSummary, summary],
};

export const tagKey = Uint8Array.from({ length: 32 }, (_, index) => index);

/** A header of the sample's kind, sealed. */
const sealedHeader = (changes: Partial<BatchHeader> = {}) => {
  const header = { ...sampleHeader, ...changes };
  return { header, sealed: sealHeader(tagKey, header) };
};

const payload = new TextEncoder().encode("123456789");
const sheets: Sheets = {
  sources: {
    web: {
      lines: 1000,
      bytes: 123_456,
      parsed: 960,
      rejected: { blank: 2, bad_envelope: 38 },
      deadLettered: 0,
    },
    ads: { lines: 0, bytes: 0, parsed: 0, rejected: {}, deadLettered: 0 },
  },
  summaries: {
    hits: {
      web: {
        bytes: 123_456,
        bytesBefore: 7,
        parsed: 960,
        counted: 900,
        filtered: 50,
        rejected: { bad_timestamp: 10 },
      },
    },
    none: {},
  },
};
const example = {
  source: "web",
  summary: "hits",
  reason: "bad_timestamp",
  field: "timestamp",
  path: "/logs/web.log",
  offset: 4711,
  line: "- - \\xff",
} as const;
const formatExample = { ...example, summary: null, reason: "blank", field: "" } as const;

interface Direction<M> {
  readonly [name: string]: M;
}

export const workerSamples: Direction<WorkerMessage> = {
  worker_hello: {
    type: "worker_hello",
    version: 4,
    worker: "host-1-00ff",
    host: "host",
    pid: 4242,
    credit: 2,
    release: null,
  },
  worker_hello_release: {
    type: "worker_hello",
    version: 4,
    worker: "host-1-00ff",
    host: "host",
    pid: 4242,
    credit: 2,
    release: "0.1.0",
  },
  worker_hello_pool: {
    type: "worker_hello",
    version: 4,
    worker: "host-1-00ff",
    host: "host",
    pid: 4242,
    credit: 2,
    release: "0.1.0",
    pool: "v2",
  },
  worker_ready: { type: "worker_ready", worker: "host-1-00ff" },
  table_request: { type: "table_request", worker: "host-1-00ff", table, from: 1_048_576 },
  worker_beat: { type: "worker_beat", worker: "host-1-00ff" },
  worker_beat_at_work: { type: "worker_beat", worker: "host-1-00ff", session, batches: [7, 300] },
  batch_done: { type: "batch_done", session, batch: 7 },
  batch_done_length: { type: "batch_done", session, batch: 7, partialBytes: 4_200_000 },
  batch_failed_checksum: {
    type: "batch_failed",
    session,
    batch: 300,
    reason: "checksum",
    detail: "",
  },
  batch_failed_plan: { type: "batch_failed", session, batch: 7, reason: "plan", detail: "none" },
  batch_failed_source: { type: "batch_failed", session, batch: 7, reason: "source", detail: "" },
  batch_failed_error: {
    type: "batch_failed",
    session,
    batch: 7,
    reason: "error",
    detail: "größer als erlaubt",
  },
  worker_bye: { type: "worker_bye", worker: "host-1-00ff" },
};

export const taskSamples: Direction<TaskMessage> = {
  plan: {
    type: "plan",
    version: 4,
    session,
    fingerprint: planFingerprint(plan),
    plan,
    results: "tcp://sink:5556",
    batchTimeoutMs: 30_000,
    drainTimeoutMs: 20_000,
  },
  plan_tables: {
    type: "plan",
    version: 4,
    session,
    fingerprint: planFingerprint(plan),
    plan,
    results: "tcp://sink:5556",
    batchTimeoutMs: 30_000,
    drainTimeoutMs: 20_000,
    tables: [{ name: "geoip country", sha256: table, bytes: 5_443_824 }],
  },
  table_piece: { type: "table_piece", table, from: 1_048_576, payload },
  table_unknown: { type: "table_unknown", table },
  task_lines: {
    type: "task",
    ...sealedHeader(),
    attempt: 1,
    payloadCrc32: 0xcbf43926,
    payload,
  },
  task_measured: {
    type: "task",
    ...sealedHeader({ checksums: "measured", crc32: 0 }),
    attempt: 2,
    payloadCrc32: 0,
    payload: new Uint8Array(0),
  },
  task_oversize: {
    type: "task",
    ...sealedHeader({ kind: "oversize", from: 0, to: 2 ** 53 - 1, summaries: [] }),
    attempt: 1,
    payloadCrc32: 0,
    payload: new Uint8Array(0),
  },
  who: { type: "who" },
  ventilator_beat: { type: "ventilator_beat" },
  drain: { type: "drain" },
};

export const partialSamples: Direction<PartialMessage> = {
  partial: {
    type: "partial",
    ...sealedHeader(),
    attempt: 1,
    worker: "host-1-00ff",
    crc32: 0xcbf43926,
    partial: payload,
  },
  partial_measured: {
    type: "partial",
    header: { ...sampleHeader, checksums: "measured", crc32: 0x12345678 },
    sealed: sealedHeader({ checksums: "measured", crc32: 0 }).sealed,
    attempt: 2,
    worker: "host-1-00ff",
    crc32: 0xcbf43926,
    partial: payload,
  },
};

export const ledgerSamples: Direction<LedgerMessage> = {
  ventilator_hello: {
    type: "ventilator_hello",
    version: 4,
    session,
    ventilator: "ventilator",
    plan: planFingerprint(plan),
    tagKey,
  },
  ledger_request: { type: "ledger_request", request: 1, session: null },
  ledger_request_session: { type: "ledger_request", request: 1, session },
  hint: { type: "hint", identity, hint },
  dead_letter: { type: "dead_letter", ...sealedHeader() },
  finish: { type: "finish", request: 2 },
  who: { type: "who" },
  ventilator_beat: { type: "ventilator_beat" },
};

export const ackSamples: Direction<AckMessage> = {
  sink_hello: {
    type: "sink_hello",
    version: 4,
    store,
    incarnation: 0xffff_ffff_ffff_ffffn,
    plan: planFingerprint(plan),
  },
  ack: {
    type: "ack",
    store,
    session,
    batches: [
      { batch: 7, duplicate: false, lines: 9041 },
      { batch: 300, duplicate: true, lines: 0 },
    ],
  },
  nack_checksum: { type: "nack", store, session, batch: 7, reason: "checksum" },
  nack_overlap: { type: "nack", store, session, batch: 7, reason: "overlap" },
  nack_plan: { type: "nack", store, session, batch: 7, reason: "plan" },
  nack_bad_table: { type: "nack", store, session, batch: 7, reason: "bad_table" },
  ledger: {
    type: "ledger",
    request: 1,
    store,
    incarnation: 5n,
    part: 0,
    more: false,
    sources: [
      {
        name: "web",
        identity,
        hints: [hint],
        merged: {
          [balanceSummary]: [
            { from: 0, to: 4096, crc32: 1, tailCrc32: 2, tailBytes: 4096 },
            {
              from: 2 ** 32,
              to: 2 ** 32 + 1,
              crc32: 3,
              tailCrc32: 4,
              tailBytes: 1,
              marks: Uint8Array.of(1, 1, 1, 4, 0, 0, 0),
            },
          ],
          [summary]: [],
        },
      },
      { name: "", identity, hints: [], merged: {} },
    ],
    sheets,
  },
  finished: {
    type: "finished",
    request: 2,
    sheets,
    examples: [example, formatExample],
    outputs: { count: 700, first: ["/out/hits/2011-06-20.csv"] },
  },
  sink_beat: { type: "sink_beat" },
  sink_beat_busy: { type: "sink_beat", busy: true },
};
