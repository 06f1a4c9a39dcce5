// Messages to frames and back: one pair of functions for each direction of each socket. The members
// are listed in PROTOCOL.md, and golden files hold an example of every message.
//
// Decoders throw `bad_message` for anything that is no message of their direction, and
// `protocol_version` for an intact message of another version; they survive any input.

import type * as z from "zod";
import { assert } from "../base/assert.ts";
import { limits } from "../base/limits.ts";
import { canonicalJson, planFingerprint } from "../model/definition-key.ts";
import type { Plan } from "../model/plan.ts";
import { badMessage } from "./bad-message.ts";
import { openHeader } from "./batch-tag.ts";
import { readFirstFrame, writeFirstFrame } from "./codec-frame.ts";
import { packSource, unpackSource } from "./message-parts.ts";
import {
  ackMessages,
  ledgerMessages,
  partialMessages,
  taskMessages,
  workerMessages,
  type AckMessage,
  type LedgerMessage,
  type PartialMessage,
  type TaskMessage,
  type WorkerMessage,
} from "./messages.ts";

type Frames = readonly Uint8Array[];

/** worker → ventilator. */
export const encodeWorker = (message: WorkerMessage): Uint8Array[] => [writeFirstFrame(message)];
export const decodeWorker = (frames: Frames): WorkerMessage => {
  const { message, second } = read(frames, workerMessages);
  endAt(second);
  return message;
};

/** ventilator → worker. The payload is sent without a copy: it must never be touched again. */
export function encodeTask(message: TaskMessage): Uint8Array[] {
  switch (message.type) {
    case "plan": {
      const { plan, ...rest } = message;
      return withSecond(rest, Buffer.from(canonicalJson(plan)));
    }
    case "task": {
      const { type, sealed, attempt, payloadCrc32, payload } = message;
      return withSecond({ type, sealed, attempt, payloadCrc32 }, payload);
    }
    case "table_piece": {
      const { type, table, from, payload } = message;
      return withSecond({ type, table, from }, payload);
    }
    default:
      return [writeFirstFrame(message)];
  }
}

/** Leaves the payload's checksum to the worker, which answers `batch_failed`. */
export function decodeTask(frames: Frames): TaskMessage {
  const { message, second } = read(frames, taskMessages);
  switch (message.type) {
    case "plan":
      return { ...message, plan: readPlan(needed(second), message.fingerprint) };
    case "task":
      return { ...message, header: openHeader(message.sealed), payload: needed(second) };
    case "table_piece":
      return { ...message, payload: needed(second) };
    default:
      endAt(second);
      return message;
  }
}

/** worker → sink. The partial is sent without a copy: it must never be touched again. */
export function encodePartialMessage(message: PartialMessage): Uint8Array[] {
  const { type, header, sealed, attempt, worker, crc32, partial } = message;
  const measuredCrc32 = header.checksums === "measured" ? header.crc32 : null;
  return withSecond({ type, sealed, attempt, measuredCrc32, worker, crc32 }, partial);
}

/** Leaves the partial's checksum to the sink, which answers `nack`. */
export function decodePartialMessage(frames: Frames): PartialMessage {
  const { message, second } = read(frames, partialMessages);
  const { measuredCrc32, ...rest } = message;
  const header = openHeader(message.sealed);
  if ((header.checksums === "measured") !== (measuredCrc32 !== null)) {
    throw badMessage("a checksum is measured where the header says so, and nowhere else");
  }
  const measured = { ...header, crc32: measuredCrc32 ?? header.crc32 };
  return { ...rest, header: measured, partial: needed(second) };
}

/** ventilator → sink. */
export function encodeLedger(message: LedgerMessage): Uint8Array[] {
  if (message.type !== "dead_letter") return [writeFirstFrame(message)];
  const { type, sealed } = message;
  return [writeFirstFrame({ type, sealed })];
}

export function decodeLedger(frames: Frames): LedgerMessage {
  const { message, second } = read(frames, ledgerMessages);
  endAt(second);
  if (message.type !== "dead_letter") return message;
  const header = openHeader(message.sealed);
  if (header.checksums === "measured") throw badMessage("nobody has read what was dead-lettered");
  return { ...message, header };
}

/** sink → ventilator. */
export function encodeAck(message: AckMessage): Uint8Array[] {
  if (message.type !== "ledger") return [writeFirstFrame(message)];
  return [writeFirstFrame({ ...message, sources: message.sources.map(packSource) })];
}

export function decodeAck(frames: Frames): AckMessage {
  // Sheets and examples grow with the store.
  const { message, second } = read(frames, ackMessages, limits.messageBytesMax);
  endAt(second);
  if (message.type !== "ledger") return message;
  return { ...message, sources: message.sources.map(unpackSource) };
}

function withSecond(message: object, second: Uint8Array): Uint8Array[] {
  assert(second.length <= limits.messageBytesMax, "no frame is larger than a socket accepts");
  return [writeFirstFrame(message), second];
}

/** The message of the first frame, as its schema has it, and the second frame. */
function read<T extends z.ZodType>(
  frames: Frames,
  schema: T,
  bytesMax: number = limits.firstFrameBytesMax,
): { readonly message: z.output<T>; readonly second: Uint8Array | undefined } {
  const [first, second] = frames;
  if (first === undefined || frames.length > 2) {
    throw badMessage(`a message has one or two frames, not ${frames.length}`);
  }
  const result = schema.safeParse(readFirstFrame(first, bytesMax));
  if (result.success) return { message: result.data, second };
  const [issue] = result.error.issues;
  throw badMessage(
    `it is none of this socket (${issue?.path.join(".") ?? ""}: ${issue?.code ?? ""})`,
  );
}

function needed(second: Uint8Array | undefined): Uint8Array {
  if (second === undefined) throw badMessage("its second frame is missing");
  return second;
}

function endAt(second: Uint8Array | undefined): void {
  if (second !== undefined) throw badMessage("a frame is left over");
}

/**
 * The fingerprint is the plan's checksum. It proves that the plan arrived as it was sent, and the
 * ventilator has checked what it sends; so its inner structure is not looked at again.
 */
function readPlan(frame: Uint8Array, fingerprint: string): Plan {
  let plan: unknown;
  let actual: string;
  try {
    plan = JSON.parse(Buffer.from(frame.buffer, frame.byteOffset, frame.length).toString());
    actual = planFingerprint(plan as Plan);
  } catch (cause) {
    // No JSON, or JSON so deep that walking it would overflow the stack.
    throw badMessage("its plan cannot be read", cause);
  }
  if (actual !== fingerprint) throw badMessage("its plan is not the one of its fingerprint");
  return plan as Plan;
}
