// The bytes of the protocol. A failure here means that logmill can no longer talk to itself of
// yesterday: then the protocol's version has to change, and not the golden file.
// `UPDATE_GOLDEN=1` adds lines for messages that are new; it never changes one.

import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
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
} from "../../src/shared/protocol/codec.ts";
import {
  ackSamples,
  ledgerSamples,
  partialSamples,
  taskSamples,
  workerSamples,
} from "./protocol-samples.ts";
import { goldenLines, workedExamples } from "../support/golden-lines.ts";

const path = fileURLToPath(new URL("files/protocol.txt", import.meta.url));
const document = readFileSync(
  new URL("../../src/shared/protocol/PROTOCOL.md", import.meta.url),
  "utf8",
);
const hex = (frames: readonly Uint8Array[]): string =>
  frames.map((frame) => Buffer.from(frame).toString("hex") || "-").join(" ");
const bytes = (text: string): Uint8Array[] =>
  text.split(" ").map((frame) => Uint8Array.from(Buffer.from(frame === "-" ? "" : frame, "hex")));

const golden = goldenLines(path);

interface Case {
  readonly name: string;
  readonly message: object;
  readonly frames: Uint8Array[];
  readonly decode: (frames: readonly Uint8Array[]) => object;
}

function casesOf<M extends object>(
  socket: string,
  samples: Readonly<Record<string, M>>,
  encode: (message: M) => Uint8Array[],
  decode: (frames: readonly Uint8Array[]) => object,
): Case[] {
  return Object.entries(samples).map(([name, message]) => ({
    name: `${socket}/${name}`,
    message,
    frames: encode(message),
    decode,
  }));
}

const cases = [
  ...casesOf("worker", workerSamples, encodeWorker, decodeWorker),
  ...casesOf("task", taskSamples, encodeTask, decodeTask),
  ...casesOf("partial", partialSamples, encodePartialMessage, decodePartialMessage),
  ...casesOf("ledger", ledgerSamples, encodeLedger, decodeLedger),
  ...casesOf("ack", ackSamples, encodeAck, decodeAck),
];

if (process.env["UPDATE_GOLDEN"] === "1") {
  for (const { name, frames } of cases) {
    if (golden.has(name)) continue;
    appendFileSync(path, `${name} ${hex(frames)}\n`);
    golden.set(name, hex(frames));
  }
}

describe("the protocol's bytes", () => {
  it.each(cases)("$name is written as it always was", ({ name, frames }) => {
    expect(hex(frames)).toBe(golden.get(name));
  });

  it.each(cases)("$name is read as it always was", ({ name, message, decode }) => {
    expect(decode(bytes(golden.get(name) ?? ""))).toEqual(message);
  });

  it("has no golden line without a sample", () => {
    expect([...golden.keys()]).toEqual(cases.map(({ name }) => name));
  });
});

describe("PROTOCOL.md", () => {
  const examples = workedExamples(document);

  it("has worked examples", () => {
    expect(examples.length).toBeGreaterThanOrEqual(4);
  });

  it.each(examples)("shows the bytes of $name", ({ name, digits }) => {
    expect(digits).toBe(golden.get(name)?.replaceAll(" ", ""));
  });

  it("numbers every message type as the codec does", () => {
    const rows = [...document.matchAll(/^\| (\d+) +\| `(\w+)` +\|/gm)].map(
      ([, number, type]) => `${type ?? ""} ${number ?? ""}`,
    );
    const used = cases.map(({ message, frames }) => {
      const { type } = message as { type: string };
      return `${type} ${String(frames[0]?.[5])}`;
    });
    expect([...rows].sort()).toEqual([...new Set(used)].sort());
  });
});
