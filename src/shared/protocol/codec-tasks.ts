// Bodies of the messages between ventilator and worker, and from worker to sink.

import { canonicalJson, planFingerprint } from "../model/definition-key.ts";
import type { Plan } from "../model/plan.ts";
import { badMessage } from "./codec-frame.ts";
import {
  keyBytes,
  readHeader,
  readOneOf,
  writeHeader,
  writeHex,
  writeOneOf,
} from "./codec-parts.ts";
import { bare, type CodecTable } from "./codec-table.ts";
import type { PartialMessage, TaskMessage, WorkerMessage } from "./messages.ts";

const failures = ["checksum", "plan", "error", "source"] as const;

export const workerCodecs: CodecTable<WorkerMessage> = {
  worker_hello: {
    number: 1,
    write({ body }, message) {
      body.u16(message.version).text(message.worker).text(message.host);
      body.varint(message.pid).varint(message.credit);
      if (message.release !== null) body.text(message.release);
    },
    read: ({ body }) => ({
      version: body.u16(),
      worker: body.text(),
      host: body.text(),
      pid: body.varint(),
      credit: body.varint(),
      release: body.remaining === 0 ? null : body.text(),
    }),
  },
  worker_beat: {
    number: 2,
    write: ({ body }, message) => void body.text(message.worker),
    read: ({ body }) => ({ worker: body.text() }),
  },
  batch_done: {
    number: 3,
    write: ({ body }, message) => void body.u64(message.session).varint(message.batch),
    read: ({ body }) => ({ session: body.u64(), batch: body.varint() }),
  },
  batch_failed: {
    number: 4,
    write({ body }, message) {
      body.u64(message.session).varint(message.batch);
      writeOneOf(body, failures, message.reason);
      body.text(message.detail);
    },
    read: ({ body }) => ({
      session: body.u64(),
      batch: body.varint(),
      reason: readOneOf(body, failures),
      detail: body.text(),
    }),
  },
  worker_bye: {
    number: 5,
    write: ({ body }, message) => void body.text(message.worker),
    read: ({ body }) => ({ worker: body.text() }),
  },
};

/** The same on tasks and on acks. */
export const who = bare(18);
export const ventilatorBeat = bare(19);

export const taskCodecs: CodecTable<TaskMessage> = {
  plan: {
    number: 16,
    write(writer, message) {
      const { body } = writer;
      body.u16(message.version).u64(message.session);
      writeHex(body, message.fingerprint, keyBytes);
      body.text(message.results);
      body.varint(message.batchTimeoutMs).varint(message.drainTimeoutMs);
      writer.attach(Buffer.from(canonicalJson(message.plan)));
    },
    read(reader) {
      const { body } = reader;
      const version = body.u16();
      const session = body.u64();
      const fingerprint = body.hex(keyBytes);
      const results = body.text();
      const batchTimeoutMs = body.varint();
      const drainTimeoutMs = body.varint();
      return {
        version,
        session,
        fingerprint,
        results,
        batchTimeoutMs,
        drainTimeoutMs,
        plan: readPlan(reader.attached(), fingerprint),
      };
    },
  },
  task: {
    number: 17,
    write(writer, message) {
      writeHeader(writer.body, message.header);
      writer.body.u32(message.payloadCrc32);
      writer.attach(message.payload);
    },
    read: (reader) => ({
      header: readHeader(reader.body),
      payloadCrc32: reader.body.u32(),
      payload: reader.attached(),
    }),
  },
  who,
  ventilator_beat: ventilatorBeat,
  drain: bare(20),
};

export const partialCodecs: CodecTable<PartialMessage> = {
  partial: {
    number: 32,
    write(writer, message) {
      writeHeader(writer.body, message.header);
      writer.body.text(message.worker).u32(message.crc32);
      writer.attach(message.partial);
    },
    read: (reader) => ({
      header: readHeader(reader.body),
      worker: reader.body.text(),
      crc32: reader.body.u32(),
      partial: reader.attached(),
    }),
  },
};

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
