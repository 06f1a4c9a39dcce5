// A sink in one process with the test: real sockets, a scripted ventilator, and a disk in memory
// that can fail and lose power. Partials are made by the real kernel from real lines.

import { crc32 } from "node:zlib";
import type { Config } from "../../src/shared/config/config.ts";
import { configured, defaultConfig } from "./default-config.ts";
import { balanceKey, planFingerprint, summaryKey } from "../../src/shared/model/definition-key.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { connectPush } from "../../src/shared/net/client-socket.ts";
import type { Push } from "../../src/shared/net/client-socket.ts";
import { sealHeader } from "../../src/shared/protocol/batch-tag.ts";
import { encodePartialMessage } from "../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type {
  AckMessage,
  BatchHeader,
  PartialMessage,
  TaskMessage,
} from "../../src/shared/protocol/messages.ts";
import { Registry } from "../../src/shared/runtime/metrics.ts";
import { startSink } from "../../src/sink/sink.ts";
import type { Sink, SinkOptions } from "../../src/sink/sink.ts";
import { kernelSummariser } from "../../src/worker/summariser.ts";
import { MemoryFileSystem } from "./memory-file-system.ts";
import { atEnd, closing, ipcEndpoint, until } from "./net-fixture.ts";
import { scriptedAcks } from "./scripted-ventilator.ts";
import type { AckSocket } from "./scripted-ventilator.ts";
import { keepingLogger } from "./silent-logger.ts";
import type { KeepingLogger } from "./silent-logger.ts";

const summaries: Plan["summaries"] = [
  {
    name: "hits",
    from: ["web"],
    timestamp: "timestamp",
    granularity: "day",
    timezone: "UTC",
    dimensions: ["status"],
    metrics: [{ name: "requests", type: "count" }],
  },
];

export const plan: Plan = {
  version: 1,
  timezone: "UTC",
  sources: [{ name: "web", format: { type: "common" }, maxLineBytes: 65536 }],
  summaries,
};

const summarise = kernelSummariser(plan);

/** One line of the first of January 2024, with the status given. */
export const lineWith = (status: number): string =>
  `127.0.0.1 - - [01/Jan/2024:00:00:00 +0000] "GET / HTTP/1.0" ${status} 1\n`;

export interface Batch {
  readonly session?: bigint;
  readonly batch: number;
  readonly from: number;
  readonly text: string;
}

const ourSummaries = [balanceKey, ...summaries.map((summary) => summaryKey(summary))];

type Task = Extract<TaskMessage, { type: "task" }>;

/** Every session has a key of its own. */
export function keyOf(session: bigint): Uint8Array {
  return new Uint8Array(32).fill(Number(session % 251n));
}

/** What a ventilator would send for a batch. */
export function taskOf(
  { session = 1n, batch, from, text }: Batch,
  fingerprint = planFingerprint(plan),
  keys: readonly string[] = ourSummaries,
): Task {
  const payload = new TextEncoder().encode(text);
  const checksum = crc32(payload);
  const header: BatchHeader = {
    session,
    batch,
    plan: fingerprint,
    source: "web",
    identity: { id: "1".repeat(32), headBytes: 100, family: "2".repeat(16) },
    hint: { path: "/logs/a.log", inode: "1:2", stat: "1:2:3:4" },
    from,
    to: from + payload.length,
    crc32: checksum,
    tailCrc32: checksum,
    kind: "lines",
    checksums: "given",
    summaries: keys,
  };
  const sealed = sealHeader(keyOf(session), header);
  return { type: "task", header, sealed, attempt: 1, payloadCrc32: checksum, payload };
}

/** What a worker would send for a batch. */
export function partialOf(batch: Batch): PartialMessage {
  const { header, sealed, attempt, payload } = taskOf(batch);
  const { bytes: partial } = summarise(header, payload, () => undefined);
  const about = { header, sealed, attempt, worker: "worker-1" };
  return { type: "partial", ...about, crc32: crc32(partial), partial };
}

/** The partial with another header, which the ventilator has tagged. */
export function retagged(message: PartialMessage, changes: Partial<BatchHeader>): PartialMessage {
  const header = { ...message.header, ...changes };
  return { ...message, header, sealed: sealHeader(keyOf(header.session), header) };
}

/** `count` batches of one line each, one after the other. */
export function batchesOf(count: number, status = 200): Batch[] {
  const text = lineWith(status);
  return Array.from({ length: count }, (_, index) => ({
    batch: index + 1,
    from: index * text.length,
    text,
  }));
}

export interface Endpoints {
  readonly acks: string;
  readonly results: string;
}

export function sinkConfig({ acks, results }: Endpoints, folder: string): Config {
  return {
    ...defaultConfig,
    path: `${folder}/logmill.yaml`,
    dataDir: `${folder}/data`,
    cluster: {
      ...defaultConfig.cluster,
      tasks: "ipc:///unused",
      results,
      acks,
      batch: { maxBytes: 65536 },
      maxInFlight: 8,
      ackTimeoutMs: 10_000,
      batchTimeoutMs: 30_000,
      drainTimeoutMs: 20_000,
    },
    sources: [],
    summaries: configured(summaries),
    outputs: [
      {
        name: "files",
        type: "csv",
        summaries: ["hits"],
        path: `${folder}/out/{summary}/{bucket}.csv`,
        bounds: false,
        bucket: false,
      },
    ],
    store: { liveBytesMax: 16 * 1024 * 1024, flushIntervalMs: 3_600_000 },
    http: { ...defaultConfig.http, port: 0 },
    plan,
  };
}

export interface SinkTrial {
  readonly sink: Sink;
  readonly acks: AckSocket;
  readonly files: MemoryFileSystem;
  readonly endpoints: Endpoints;
  readonly logger: KeepingLogger;
  readonly registry: Registry;
  readonly push: Push;
  /** Sends what a worker would send. */
  send(message: PartialMessage): Promise<void>;
}

/** Starts a sink beside a ventilator's acks socket; nothing has been said yet. */
export async function startTrial(
  files = new MemoryFileSystem(),
  endpoints: Endpoints = { acks: ipcEndpoint("acks"), results: ipcEndpoint("results") },
  configure: (config: Config) => Config = (config) => config,
  options: Pick<SinkOptions, "spaceWaitMs"> = {},
): Promise<SinkTrial> {
  const acks = await scriptedAcks(endpoints.acks);
  const [logger, registry] = [keepingLogger(), new Registry()];
  const config = configure(sinkConfig(endpoints, "/disk"));
  const sink = await startSink(config, { ...options, logger, registry, files });
  atEnd(() => sink.stop().catch(() => undefined));
  const push = closing(connectPush(sink.results));
  const send = async (message: PartialMessage): Promise<void> => {
    await push.send(encodePartialMessage(message));
  };
  return { sink, acks, files, endpoints, logger, registry, push, send };
}

/** Takes the sink's greeting and answers it; the sink knows the session when this returns. */
export async function greet(
  { acks, sink }: SinkTrial,
  session = 1n,
  fingerprint = planFingerprint(plan),
): Promise<Extract<AckMessage, { type: "sink_hello" }>> {
  const hello = await acks.receive("sink_hello");
  const who = { version: protocolVersion, session, ventilator: "ventilator" };
  const about = { ...who, tagKey: keyOf(session) };
  await acks.send({ type: "ventilator_hello", ...about, plan: fingerprint });
  await until("the sink knows the session", () => sink.isReady);
  return hello;
}

/** Receives acknowledgements until `count` batches have one. */
export async function acknowledged(acks: AckSocket, count: number) {
  const batches = [];
  while (batches.length < count) batches.push(...(await acks.receive("ack")).batches);
  return batches;
}
