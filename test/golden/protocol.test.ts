// The bytes of the protocol. A failure here means that logmill can no longer talk to itself of
// yesterday: then the protocol's version has to change, and not the golden file.
// `UPDATE_GOLDEN=1` adds lines for messages that are new; it never changes one.

import { appendFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generatedProtocolPage } from "../../scripts/generate-docs.mjs";
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
import * as parts from "../../src/shared/protocol/message-parts.ts";
import * as messages from "../../src/shared/protocol/messages.ts";
import {
  ackSamples,
  ledgerSamples,
  partialSamples,
  taskSamples,
  workerSamples,
} from "./protocol-samples.ts";
import { goldenLines } from "../support/golden-lines.ts";

const path = fileURLToPath(new URL("files/protocol-4.txt", import.meta.url));
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
  const page = readFileSync(
    new URL("../../src/shared/protocol/PROTOCOL.md", import.meta.url),
    "utf8",
  );

  it("is what the schemas of the messages make", async () => {
    expect(page, "run node scripts/generate-docs.mjs").toBe(
      await generatedProtocolPage({ ...parts, ...messages }),
    );
  });

  it("names every message, and every member that goes over the wire", () => {
    for (const { message, name } of cases) {
      const { type } = message as { type: string };
      expect(page).toContain(`\n**${type}**\n`);
      // What is not listed under its name travels as bytes: the sealed header and the second frame.
      const members = Object.keys(message).filter((member) => !page.includes(`| \`${member}\``));
      const unlisted = [
        "header",
        "payload",
        "partial",
        ...(type === "plan" ? ["plan"] : []),
        "type",
      ];
      expect(unlisted, name).toEqual(expect.arrayContaining(members));
    }
  });
});
