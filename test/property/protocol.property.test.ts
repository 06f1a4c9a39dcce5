// Laws of the protocol's codec: decode ∘ encode is the identity, encode ∘ decode gives the same
// bytes, and no input whatsoever makes a decoder do anything but return a message or throw one of
// its two errors. What it returns is made of plain values alone, and survives being sent on.

import fc from "fast-check";
import { Packr } from "msgpackr/pack";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LogmillError } from "../../src/shared/base/errors.ts";
import { randomBelow, seededRandom } from "../../src/shared/base/prng.ts";
import type { Random } from "../../src/shared/base/prng.ts";
import { rejectReasons } from "../../src/shared/model/reasons.ts";
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
import { sealHeader } from "../../src/shared/protocol/batch-tag.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type {
  AckMessage,
  BatchHeader,
  LedgerRange,
  PartialMessage,
} from "../../src/shared/protocol/messages.ts";
import {
  ackSamples,
  ledgerSamples,
  partialSamples,
  tagKey,
  taskSamples,
  workerSamples,
} from "../golden/protocol-samples.ts";
import { framed, resealed } from "../support/first-frame.ts";

const hex = (bytes: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString("hex"));
const text = fc.string({ unit: "grapheme", maxLength: 40 });
const count = fc.maxSafeNat();
const u32 = fc.nat({ max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const identity = fc.record({ id: hex(16), headBytes: count, family: hex(8) });
const hint = fc.record({ path: text, inode: text, stat: text });

const header: fc.Arbitrary<BatchHeader> = fc
  .record({
    session: u64,
    batch: count,
    plan: hex(16),
    source: text,
    identity,
    hint,
    from: fc.nat({ max: 2 ** 52 }),
    to: fc.nat({ max: 2 ** 52 }),
    crc32: u32,
    tailCrc32: u32,
    kind: fc.constantFrom("lines" as const, "oversize" as const),
    checksums: fc.constantFrom("given" as const, "measured" as const),
    summaries: fc.array(hex(16), { maxLength: 5 }),
  })
  .map((value) => ({ ...value, to: value.from + value.to + 1 }));

const partialMessage: fc.Arbitrary<PartialMessage> = fc
  .record({
    type: fc.constant("partial" as const),
    header,
    attempt: count,
    worker: text,
    crc32: u32,
    partial: fc.uint8Array({ maxLength: 300 }),
  })
  .map((message) => ({ ...message, sealed: sealHeader(tagKey, message.header) }));

const ranges: fc.Arbitrary<LedgerRange[]> = fc
  .array(
    fc.record(
      {
        gap: fc.nat({ max: 2 ** 40 }),
        length: fc.integer({ min: 1, max: 2 ** 40 }),
        crc32: u32,
        tailCrc32: u32,
        tailBytes: count,
        marks: fc.uint8Array({ minLength: 1, maxLength: 20 }),
      },
      { requiredKeys: ["gap", "length", "crc32", "tailCrc32", "tailBytes"] },
    ),
    { maxLength: 6 },
  )
  .map((list) => {
    let from = 0;
    return list.map(({ gap, length, ...rest }) => {
      from += gap;
      const range = { from, to: from + length, ...rest };
      from += length;
      return range;
    });
  });

const rejected = fc.dictionary(fc.constantFrom(...rejectReasons), count);

/** A name that a configuration may give; it refuses the one that JavaScript gives a meaning of its own. */
const configured = text.filter((name) => name !== "__proto__");

const sheets = fc.record({
  sources: fc.dictionary(
    configured,
    fc.record({ lines: count, bytes: count, parsed: count, rejected, deadLettered: count }),
    { maxKeys: 3 },
  ),
  summaries: fc.dictionary(
    configured,
    fc.dictionary(
      configured,
      fc.record({
        bytes: count,
        bytesBefore: count,
        parsed: count,
        counted: count,
        filtered: count,
        rejected,
      }),
      { maxKeys: 2 },
    ),
    { maxKeys: 3 },
  ),
});

const ledgerMessage: fc.Arbitrary<AckMessage> = fc.record({
  type: fc.constant("ledger" as const),
  request: count,
  store: hex(16),
  incarnation: u64,
  part: count,
  more: fc.boolean(),
  sources: fc.array(
    fc.record({
      name: text,
      identity,
      hints: fc.array(hint, { maxLength: 3 }),
      merged: fc.dictionary(hex(16), ranges, { maxKeys: 3 }),
    }),
    { maxLength: 4 },
  ),
  sheets: fc.option(sheets, { nil: null }),
});

/** Compares by structure, without the identity of prototypes that dictionaries bring. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return `${member}n`;
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });

describe("every message", () => {
  it("comes back as it was sent, and its bytes are the only ones it has", () => {
    fc.assert(
      fc.property(partialMessage, (message) => {
        const frames = encodePartialMessage(message);
        const decoded = decodePartialMessage(frames);
        expect(plain(decoded)).toBe(plain(message));
        expect(encodePartialMessage(decoded)).toEqual(frames);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(ledgerMessage, (message) => {
        const frames = encodeAck(message);
        const decoded = decodeAck(frames);
        expect(plain(decoded)).toBe(plain(message));
      }),
      { numRuns: 300 },
    );
  });
});

type Frames = readonly Uint8Array[];

interface Original {
  readonly frames: Frames;
  readonly decode: (frames: Frames) => object;
  readonly encode: (message: object) => Uint8Array[];
}

function originalsOf<M extends object>(
  samples: Readonly<Record<string, M>>,
  encode: (message: M) => Uint8Array[],
  decode: (frames: Frames) => M,
): Original[] {
  const sendOn = (message: object): Uint8Array[] => encode(message as M);
  return Object.values(samples).map((m) => ({ frames: encode(m), decode, encode: sendOn }));
}

const originals: readonly Original[] = [
  ...originalsOf(workerSamples, encodeWorker, decodeWorker),
  ...originalsOf(taskSamples, encodeTask, decodeTask),
  ...originalsOf(partialSamples, encodePartialMessage, decodePartialMessage),
  ...originalsOf(ledgerSamples, encodeLedger, decodeLedger),
  ...originalsOf(ackSamples, encodeAck, decodeAck),
];

function mutate(frame: Uint8Array, random: Random): Uint8Array {
  const at = randomBelow(random, frame.length + 1);
  const some = Uint8Array.from({ length: randomBelow(random, 12) }, () => randomBelow(random, 256));
  switch (randomBelow(random, 5)) {
    case 0:
      return frame.slice(0, at);
    case 1:
      return Buffer.concat([frame.subarray(0, at), some, frame.subarray(at)]);
    case 2:
      return Buffer.concat([frame.subarray(0, at), frame.subarray(at + some.length)]);
    default: {
      const changed = Uint8Array.from(frame);
      changed.set(some.subarray(0, Math.max(0, changed.length - at)), Math.min(at, changed.length));
      return changed;
    }
  }
}

/** Makes the first bytes and the checksum right, mostly, so that what is behind them is put to the test. */
function sealed(frame: Uint8Array, random: Random): Uint8Array {
  if (frame.length < 7 || randomBelow(random, 8) === 0) return frame;
  const copy = Uint8Array.from(frame);
  copy[0] = 0x93;
  if (randomBelow(random, 8) > 0) copy[1] = protocolVersion;
  copy[2] = 0xce;
  return resealed(copy);
}

/** Fails unless there is nothing in it but what MessagePack alone knows. */
function assertPlainValue(value: unknown): void {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) {
    expect(typeof value).not.toBe("undefined");
    if (typeof value === "number") expect(Number.isSafeInteger(value)).toBe(true);
    return;
  }
  const expected: unknown = Array.isArray(value) ? Array.prototype : Object.prototype;
  expect(Object.getPrototypeOf(value)).toBe(expected);
  Object.values(value).forEach(assertPlainValue);
}

/** What a decoder makes of the frames: true if they are a message, false if they are refused. */
function isDecoded({ decode, encode }: Original, frames: Frames): boolean {
  let message: object;
  try {
    message = decode(frames);
  } catch (error) {
    if (!(error instanceof LogmillError)) throw error;
    expect(["bad_message", "protocol_version"]).toContain(error.code);
    expect(error.message.length).toBeLessThan(300);
    return false;
  }
  if ("plan" in message) return true;
  assertPlainValue(message);
  expect(plain(decode(encode(message)))).toBe(plain(message));
  return true;
}

describe("decoders", () => {
  // Most cases end in an error; capturing its stack costs ten times as much as the decoding.
  const { stackTraceLimit } = Error;
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

  it("survive 25,000 damaged messages", () => {
    let decoded = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = seededRandom(seed);
        for (let run = 0; run < 1_000; run += 1) {
          const original = originals[randomBelow(random, originals.length)]!;
          const frames: Uint8Array[] = original.frames.map((frame) => Uint8Array.from(frame));
          const rounds = randomBelow(random, 3);
          for (let round = 0; round < rounds; round += 1) frames[0] = mutate(frames[0]!, random);
          frames[0] = sealed(frames[0]!, random);
          if (randomBelow(random, 10) === 0) frames.push(new Uint8Array(randomBelow(random, 20)));
          if (randomBelow(random, 20) === 0) frames.shift();
          if (isDecoded(original, frames)) decoded += 1;
          else refused += 1;
        }
      }),
      { numRuns: 25 },
    );
    // Both happen a lot, or the test would not reach what it is for.
    expect(decoded).toBeGreaterThan(2_000);
    expect(refused).toBeGreaterThan(2_000);
  });

  it("survive 20,000 frames of any bytes behind a right beginning", () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(originals.length - 1), (body, which) => {
        expect(isDecoded(originals[which]!, [framed(body)])).toBe(false);
      }),
      { numRuns: 20_000 },
    );
  });

  it("survive 20,000 messages with a member of any value that msgpackr can write", () => {
    const values = fc.oneof(
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
        withNullPrototype: true,
      }),
      fc.constantFrom(
        new Error("x"),
        /(a+)+$/,
        new Date(NaN),
        -0,
        NaN,
        2 ** 53,
        1.5,
        -1,
        2n ** 70n,
      ),
    );
    // Records, references, classes and bundled strings: everything that its own decoder would follow.
    const packrs = [{ moreTypes: true }, { structuredClone: true }, { bundleStrings: true }].map(
      (options) => new Packr({ useRecords: true, ...options }),
    );
    const messages = [...Object.values(ackSamples), ...Object.values(workerSamples)];
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(2), values, (which, member, how, value) => {
        const message = messages[which % messages.length]!;
        const names = Object.keys(message);
        const changed = { ...message, [names[member % names.length]!]: value };
        let body: Uint8Array;
        try {
          body = Uint8Array.from(packrs[how]!.pack(changed));
        } catch {
          return;
        }
        isDecoded(originals.at(-1)!, [framed(body)]);
        isDecoded(originals[0]!, [framed(body)]);
      }),
      { numRuns: 20_000 },
    );
  });
});
