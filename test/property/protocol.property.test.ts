// Laws of the protocol's codec: decode ∘ encode is the identity, encode ∘ decode gives the same
// bytes, and no input whatsoever makes a decoder do anything but return a message or throw one of
// its two errors.

import { crc32 } from "node:zlib";
import fc from "fast-check";
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
  taskSamples,
  workerSamples,
} from "../golden/protocol-samples.ts";

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
    attempt: count,
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
    tag: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    summaries: fc.array(hex(16), { maxLength: 5 }),
  })
  .map((value) => ({ ...value, to: value.from + value.to + 1 }));

const partialMessage: fc.Arbitrary<PartialMessage> = fc.record({
  type: fc.constant("partial" as const),
  header,
  worker: text,
  crc32: u32,
  partial: fc.uint8Array({ maxLength: 300 }),
});

const ranges: fc.Arbitrary<LedgerRange[]> = fc
  .array(
    fc.record({
      gap: fc.nat({ max: 2 ** 40 }),
      length: fc.integer({ min: 1, max: 2 ** 40 }),
      crc32: u32,
      tailCrc32: u32,
      tailBytes: count,
    }),
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

const balance = fc.record({
  lines: count,
  bytes: count,
  accepted: count,
  filtered: count,
  rejected: fc.dictionary(fc.constantFrom(...rejectReasons), count),
  deadLettered: count,
});

const ledgerMessage: fc.Arbitrary<AckMessage> = fc.record({
  type: fc.constant("ledger" as const),
  request: count,
  store: hex(16),
  incarnation: u64,
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
  balance: fc.dictionary(text, balance, { maxKeys: 3 }),
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
const originals: readonly { frames: Frames; decode: (frames: Frames) => unknown }[] = [
  ...Object.values(workerSamples).map((m) => ({ frames: encodeWorker(m), decode: decodeWorker })),
  ...Object.values(taskSamples).map((m) => ({ frames: encodeTask(m), decode: decodeTask })),
  ...Object.values(partialSamples).map((m) => ({
    frames: encodePartialMessage(m),
    decode: decodePartialMessage,
  })),
  ...Object.values(ledgerSamples).map((m) => ({ frames: encodeLedger(m), decode: decodeLedger })),
  ...Object.values(ackSamples).map((m) => ({ frames: encodeAck(m), decode: decodeAck })),
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

/** Makes the checksum right, so that what is behind it is put to the test. */
function seal(frame: Uint8Array, random: Random): void {
  if (frame.length < 16 || randomBelow(random, 8) === 0) return;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
  view.setUint32(0, 0x4c494d4c, true);
  if (randomBelow(random, 8) > 0) frame[4] = protocolVersion;
  frame[6] = randomBelow(random, 3);
  frame[7] = 0;
  view.setUint32(8, frame.length, true);
  view.setUint32(12, crc32(frame.subarray(16), crc32(frame.subarray(0, 12))), true);
}

describe("decoders", () => {
  // Most cases end in an error; capturing its stack costs ten times as much as the decoding.
  const { stackTraceLimit } = Error;
  beforeAll(() => void (Error.stackTraceLimit = 0));
  afterAll(() => void (Error.stackTraceLimit = stackTraceLimit));

  it("survive 120,000 damaged messages", () => {
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
          seal(frames[0]!, random);
          if (randomBelow(random, 10) === 0) frames.push(new Uint8Array(randomBelow(random, 20)));
          if (randomBelow(random, 20) === 0) frames.shift();
          try {
            original.decode(frames);
            decoded += 1;
          } catch (error) {
            if (!(error instanceof LogmillError)) throw error;
            expect(["bad_message", "protocol_version"]).toContain(error.code);
            refused += 1;
          }
        }
      }),
      { numRuns: 120 },
    );
    // Both happen a lot, or the test would not reach what it is for.
    expect(decoded).toBeGreaterThan(10_000);
    expect(refused).toBeGreaterThan(10_000);
  });
});
