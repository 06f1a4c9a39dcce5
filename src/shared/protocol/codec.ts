// Messages to frames and back: one pair of functions for each direction of each socket. The bytes
// are drawn in PROTOCOL.md, and golden files hold an example of every message for good.
//
// Decoders throw `bad_message` for anything that is no message of their direction, and
// `protocol_version` for an intact message of another version; they survive any input.

import { ackCodecs, ledgerCodecs } from "./codec-acks.ts";
import { MessageCodec } from "./codec-table.ts";
import { partialCodecs, taskCodecs, workerCodecs } from "./codec-tasks.ts";
import type {
  AckMessage,
  LedgerMessage,
  PartialMessage,
  TaskMessage,
  WorkerMessage,
} from "./messages.ts";

type Frames = readonly Uint8Array[];

const worker = new MessageCodec<WorkerMessage>(workerCodecs);
const task = new MessageCodec<TaskMessage>(taskCodecs);
const partial = new MessageCodec<PartialMessage>(partialCodecs);
const ledger = new MessageCodec<LedgerMessage>(ledgerCodecs);
const ack = new MessageCodec<AckMessage>(ackCodecs);

/** worker → ventilator. */
export const encodeWorker = (message: WorkerMessage): Uint8Array[] => worker.encode(message);
export const decodeWorker = (frames: Frames): WorkerMessage => worker.decode(frames);

/** ventilator → worker. The payload is sent without a copy: it must never be touched again. */
export const encodeTask = (message: TaskMessage): Uint8Array[] => task.encode(message);
/** Leaves the payload's checksum to the worker, which answers `batch_failed`. */
export const decodeTask = (frames: Frames): TaskMessage => task.decode(frames);

/** worker → sink. The partial is sent without a copy: it must never be touched again. */
export const encodePartialMessage = (message: PartialMessage): Uint8Array[] =>
  partial.encode(message);
/** Leaves the partial's checksum to the sink, which answers `nack`. */
export const decodePartialMessage = (frames: Frames): PartialMessage => partial.decode(frames);

/** ventilator → sink. */
export const encodeLedger = (message: LedgerMessage): Uint8Array[] => ledger.encode(message);
export const decodeLedger = (frames: Frames): LedgerMessage => ledger.decode(frames);

/** sink → ventilator. */
export const encodeAck = (message: AckMessage): Uint8Array[] => ack.encode(message);
export const decodeAck = (frames: Frames): AckMessage => ack.decode(frames);
