import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import { planFingerprint } from "../../../../src/shared/model/definition-key.ts";
import type { Plan } from "../../../../src/shared/model/plan.ts";
import {
  decodeAck,
  decodeTask,
  decodeWorker,
  encodeAck,
  encodeTask,
  encodeWorker,
} from "../../../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../../../src/shared/protocol/messages.ts";
import type { AckMessage, TaskMessage } from "../../../../src/shared/protocol/messages.ts";
import { ackSamples, taskSamples } from "../../../golden/protocol-samples.ts";

const done = { type: "batch_done", session: 1n, batch: 2 } as const;

/** A frame with its length and checksum made right again. */
function sealed(frame: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(frame);
  const view = new DataView(copy.buffer);
  view.setUint32(8, copy.length, true);
  view.setUint32(12, crc32(copy.subarray(16), crc32(copy.subarray(0, 12))), true);
  return copy;
}

function codeOf(decode: () => unknown): string {
  try {
    decode();
  } catch (error) {
    if (error instanceof LogmillError) return error.code;
    throw error;
  }
  return "none";
}

describe("decoding", () => {
  it("tells another version from a damaged message", () => {
    const [frame] = encodeWorker(done);
    const newer = Uint8Array.from(frame!);
    newer[4] = protocolVersion + 1;
    expect(codeOf(() => decodeWorker([newer]))).toBe("bad_message");
    expect(codeOf(() => decodeWorker([sealed(newer)]))).toBe("protocol_version");
  });

  it("refuses every cut of a message", () => {
    const [frame] = encodeWorker(done);
    for (let length = 0; length < frame!.length; length += 1) {
      expect(codeOf(() => decodeWorker([frame!.subarray(0, length)]))).toBe("bad_message");
    }
  });

  it("refuses every flipped bit of a message", () => {
    const [frame] = encodeAck(ackSamples["ledger"]!);
    for (let bit = 0; bit < frame!.length * 8; bit += 1) {
      const flipped = Uint8Array.from(frame!);
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
      expect(codeOf(() => decodeAck([flipped]))).toBe("bad_message");
    }
  });

  it("refuses what belongs on another socket", () => {
    expect(codeOf(() => decodeAck(encodeWorker(done)))).toBe("bad_message");
    expect(codeOf(() => decodeWorker(encodeTask({ type: "drain" })))).toBe("bad_message");
  });

  it("refuses no frame, a missing frame and a frame too many", () => {
    const [head, payload] = encodeTask(taskSamples["task_lines"]!);
    expect(codeOf(() => decodeTask([]))).toBe("bad_message");
    expect(codeOf(() => decodeTask([head!]))).toBe("bad_message");
    expect(codeOf(() => decodeTask([head!, payload!, payload!]))).toBe("bad_message");
    expect(codeOf(() => decodeTask([...encodeTask({ type: "who" }), payload!]))).toBe(
      "bad_message",
    );
  });

  it("refuses a payload of another length than promised", () => {
    const [head, payload] = encodeTask(taskSamples["task_lines"]!);
    expect(codeOf(() => decodeTask([head!, payload!.subarray(1)]))).toBe("bad_message");
  });

  it("refuses a count that the message cannot hold, without allocating for it", () => {
    const [frame] = encodeAck({ type: "ack", store: "0".repeat(32), session: 1n, batches: [] });
    const many = sealed(
      Buffer.concat([frame!.subarray(0, -1), Buffer.from("ffffffffffffff0f", "hex")]),
    );
    expect(codeOf(() => decodeAck([many]))).toBe("bad_message");
  });

  it("refuses an empty range and one that ends beyond 2^53", () => {
    const task = taskSamples["task_lines"] as Extract<TaskMessage, { type: "task" }>;
    const encoded = (from: number, to: number): Uint8Array[] =>
      encodeTask({ ...task, header: { ...task.header, from, to } });
    expect(codeOf(() => decodeTask(encoded(5, 5)))).toBe("bad_message");
    expect(codeOf(() => decodeTask(encoded(5, 6)))).toBe("none");
    const end = Number.MAX_SAFE_INTEGER;
    const [head, payload] = encoded(end - 1, end);
    expect(codeOf(() => decodeTask([head!, payload!]))).toBe("none");
    const length = Buffer.from(head!).indexOf(Buffer.from("feffffffffffff0f01", "hex")) + 8;
    const longer = Uint8Array.from(head!);
    longer[length] = 2;
    expect(codeOf(() => decodeTask([sealed(longer), payload!]))).toBe("bad_message");
  });
});

describe("a task", () => {
  it("carries its payload without a copy, both ways", () => {
    const task = taskSamples["task_lines"] as Extract<TaskMessage, { type: "task" }>;
    const frames = encodeTask(task);
    expect(frames[1]).toBe(task.payload);
    expect((decodeTask(frames) as typeof task).payload).toBe(task.payload);
  });
});

describe("a plan", () => {
  const message = taskSamples["plan"] as Extract<TaskMessage, { type: "plan" }>;
  const withJson = (json: string, fingerprint = message.fingerprint): Uint8Array[] => {
    const [head] = encodeTask({ ...message, fingerprint });
    const text = new TextEncoder().encode(json);
    // The length of the JSON is the last varint of the body: two bytes here.
    const length = Uint8Array.from([(text.length % 128) + 128, Math.floor(text.length / 128)]);
    expect(text.length).toBeLessThan(128 * 128);
    return [sealed(Buffer.concat([head!.subarray(0, -2), length])), text];
  };

  it("is refused when it is not the one of its fingerprint", () => {
    expect(codeOf(() => decodeTask(withJson(JSON.stringify(message.plan))))).toBe("none");
    const other = { ...message.plan, timezone: "Europe/Vienna" };
    expect(codeOf(() => decodeTask(withJson(JSON.stringify(other))))).toBe("bad_message");
  });

  it("is refused when it is no JSON", () => {
    expect(codeOf(() => decodeTask(withJson(`{"version":1,${" ".repeat(200)}`)))).toBe(
      "bad_message",
    );
  });

  it("is refused when it is nested deeper than the stack", () => {
    const depth = 200_000;
    const [head] = encodeTask(message);
    const json = new TextEncoder().encode("[".repeat(depth) + "]".repeat(depth));
    const length = [0, 7, 14].map((shift) => ((json.length >> shift) & 127) | 128);
    length[2] = length[2]! & 127;
    const frame = sealed(Buffer.concat([head!.subarray(0, -2), Buffer.from(length)]));
    expect(codeOf(() => decodeTask([frame, json]))).toBe("bad_message");
  });

  it("keeps its fingerprint on the way", () => {
    const plan = (decodeTask(encodeTask(message)) as { plan: Plan }).plan;
    expect(planFingerprint(plan)).toBe(message.fingerprint);
  });
});

describe("names", () => {
  it("may be those of an object's prototype", () => {
    const balance = {
      lines: 1,
      bytes: 2,
      accepted: 1,
      filtered: 0,
      rejected: {},
      deadLettered: 0,
    };
    const balances = Object.fromEntries(
      ["__proto__", "constructor", "toString"].map((name) => [name, balance]),
    );
    const message: AckMessage = { type: "finished", request: 1, balance: balances, outputs: [] };
    const decoded = decodeAck(encodeAck(message)) as typeof message;
    expect(Object.entries(decoded.balance)).toEqual(Object.entries(balances));
    expect(Object.getPrototypeOf(decoded.balance)).toBe(Object.prototype);
  });
});
