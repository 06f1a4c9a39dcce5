import { describe, expect, it } from "vitest";
import { limits } from "../../../../src/shared/base/limits.ts";
import { planFingerprint } from "../../../../src/shared/model/definition-key.ts";
import type { Plan } from "../../../../src/shared/model/plan.ts";
import {
  decodeAck,
  decodeLedger,
  decodePartialMessage,
  decodeTask,
  decodeWorker,
  encodeAck,
  encodeLedger,
  encodePartialMessage,
  encodeTask,
  encodeWorker,
} from "../../../../src/shared/protocol/codec.ts";
import { protocolVersion } from "../../../../src/shared/protocol/messages.ts";
import type { AckMessage, TaskMessage } from "../../../../src/shared/protocol/messages.ts";
import { sealHeader } from "../../../../src/shared/protocol/batch-tag.ts";
import {
  ackSamples,
  ledgerSamples,
  partialSamples,
  tagKey,
  taskSamples,
} from "../../../golden/protocol-samples.ts";
import { codeOf } from "../../../support/error-code.ts";
import { framedValue, resealed } from "../../../support/first-frame.ts";

const done = { type: "batch_done", session: 1n, batch: 2 } as const;

describe("decoding", () => {
  it("tells another version from a damaged message", () => {
    const [frame] = encodeWorker(done);
    const newer = Uint8Array.from(frame!);
    newer[1] = protocolVersion + 1;
    expect(codeOf(() => decodeWorker([newer]))).toBe("bad_message");
    expect(codeOf(() => decodeWorker([resealed(newer)]))).toBe("protocol_version");
  });

  it("names the version of a peer from before MessagePack", () => {
    const beat = Buffer.from("4c4d494c0245000010000000b3be660d", "hex");
    expect(() => decodeAck([beat])).toThrow(
      /speaks version 2 of the protocol and this logmill version 4/,
    );
    for (let bit = 0; bit < beat.length * 8; bit += 1) {
      const flipped = Buffer.from(beat);
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
      expect(codeOf(() => decodeAck([flipped]))).toBe("bad_message");
    }
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

  it("refuses a first frame that is longer than any message", () => {
    const long = { type: "worker_beat", worker: "x".repeat(64 * 1024) };
    expect(codeOf(() => decodeWorker([framedValue(long)]))).toBe("bad_message");
    expect(codeOf(() => decodeWorker([framedValue({ ...long, worker: "x" })]))).toBe("none");
  });

  it("takes the longest header that there can be", () => {
    const task = taskSamples["task_lines"] as Extract<TaskMessage, { type: "task" }>;
    const summaries = Array.from({ length: limits.summariesMax + 1 }, (_, index) =>
      String(index).padStart(32, "0"),
    );
    // As long as Linux takes a path, were all of its bytes replaced as no UTF-8.
    const hint = { ...task.header.hint, path: "\ufffd".repeat(4096) };
    const header = { ...task.header, source: "s".repeat(64), summaries, hint };
    const decoded = decodeTask(encodeTask({ ...task, header, sealed: sealHeader(tagKey, header) }));
    expect(decoded).toMatchObject({ header });
  });

  it("ignores a member that it does not know", () => {
    const beat = { type: "worker_beat", worker: "w" };
    expect(decodeWorker([framedValue({ ...beat, later: [1, { a: "b" }] })])).toEqual(beat);
  });

  it("refuses an empty range and one that ends beyond 2^53", () => {
    const task = taskSamples["task_lines"] as Extract<TaskMessage, { type: "task" }>;
    const decoded = (from: number, to: number): string => {
      const header = { ...task.header, from, to };
      const frames = encodeTask({ ...task, header, sealed: sealHeader(tagKey, header) });
      return codeOf(() => decodeTask(frames));
    };
    expect(decoded(5, 5)).toBe("bad_message");
    expect(decoded(5, 6)).toBe("none");
    expect(decoded(2 ** 53 - 2, 2 ** 53 - 1)).toBe("none");
    expect(decoded(2 ** 53 - 2, 2 ** 53)).toBe("bad_message");
    expect(decoded(-1, 2)).toBe("bad_message");
  });

  it("refuses ranges of a ledger that overlap or are out of order", () => {
    const ledger = ackSamples["ledger"] as Extract<AckMessage, { type: "ledger" }>;
    const range = { crc32: 1, tailCrc32: 2, tailBytes: 3 };
    const decoded = (...spans: [number, number][]): string => {
      const ranges = spans.map(([from, to]) => ({ from, to, ...range }));
      const source = { ...ledger.sources[0]!, merged: { ["a".repeat(32)]: ranges } };
      return codeOf(() => decodeAck(encodeAck({ ...ledger, sources: [source] })));
    };
    expect(decoded([0, 5], [5, 6], [9, 10])).toBe("none");
    expect(decoded([0, 5], [4, 6])).toBe("bad_message");
    expect(decoded([5, 6], [0, 5])).toBe("bad_message");
    expect(decoded([5, 5])).toBe("bad_message");
  });
});

describe("a measured checksum", () => {
  const [given, measured] = [partialSamples["partial"]!, partialSamples["partial_measured"]!];

  it("takes its place in the header, whose sealed bytes stay as they came", () => {
    const decoded = decodePartialMessage(encodePartialMessage(measured));
    expect(decoded.header.crc32).toBe(0x12345678);
    expect(decoded.sealed.bytes).toEqual(measured.sealed.bytes);
  });

  it("is refused where none was asked for, and missed where one was", () => {
    const swapped = (header: typeof given, sealed: typeof given): Uint8Array[] =>
      encodePartialMessage({ ...header, sealed: sealed.sealed });
    expect(codeOf(() => decodePartialMessage(swapped(measured, given)))).toBe("bad_message");
    expect(codeOf(() => decodePartialMessage(swapped(given, measured)))).toBe("bad_message");
  });

  it("is missing from what was dead-lettered, which is so refused", () => {
    const { header, sealed } = measured;
    const dead = ledgerSamples["dead_letter"]!;
    expect(codeOf(() => decodeLedger(encodeLedger(dead)))).toBe("none");
    const unread = encodeLedger({ type: "dead_letter", header, sealed });
    expect(codeOf(() => decodeLedger(unread))).toBe("bad_message");
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

describe("the sheets of a new store", () => {
  it("are taken, however many summaries there are", () => {
    const finished = ackSamples["finished"] as Extract<AckMessage, { type: "finished" }>;
    const names = Array.from({ length: limits.summariesMax }, (_, index) => `s${index}`);
    const summaries = Object.fromEntries(names.map((name) => [name, {}]));
    const message: AckMessage = { ...finished, examples: [], sheets: { sources: {}, summaries } };
    const { sheets } = decodeAck(encodeAck(message)) as typeof finished;
    expect(Object.keys(sheets.summaries)).toEqual(names);
  });
});

describe("a plan", () => {
  const message = taskSamples["plan"] as Extract<TaskMessage, { type: "plan" }>;
  const withJson = (json: string): Uint8Array[] => [
    encodeTask(message)[0]!,
    new TextEncoder().encode(json),
  ];

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
    const json = "[".repeat(200_000) + "]".repeat(200_000);
    expect(codeOf(() => decodeTask(withJson(json)))).toBe("bad_message");
  });

  it("keeps its fingerprint on the way", () => {
    const plan = (decodeTask(encodeTask(message)) as { plan: Plan }).plan;
    expect(planFingerprint(plan)).toBe(message.fingerprint);
  });
});

describe("names", () => {
  it("may be those of an object's prototype", () => {
    const finished = ackSamples["finished"] as Extract<AckMessage, { type: "finished" }>;
    const [sheet] = Object.values(finished.sheets.sources);
    const sources = Object.fromEntries(["constructor", "toString"].map((name) => [name, sheet!]));
    const message: AckMessage = { ...finished, sheets: { ...finished.sheets, sources } };
    const { sheets } = decodeAck(encodeAck(message)) as typeof finished;
    expect(Object.entries(sheets.sources)).toEqual(Object.entries(sources));
    expect(Object.getPrototypeOf(sheets.sources)).toBe(Object.prototype);
  });
});
