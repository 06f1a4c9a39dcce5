// What a worker that lies can do to a sink: it has real sockets, real partials and every header that
// it was ever given, but not the key. Nothing of it is merged, nothing of it is answered.

import { describe, expect, it } from "vitest";
import { balanceKey, deadLetterKey } from "../../src/shared/model/definition-key.ts";
import type {
  BatchHeader,
  PartialMessage,
  SealedHeader,
} from "../../src/shared/protocol/messages.ts";
import { sealHeader } from "../../src/shared/protocol/batch-tag.ts";
import { recordEvidence } from "../support/evidence.ts";
import {
  acknowledged,
  batchesOf,
  greet,
  keyOf,
  partialOf,
  retagged,
  startTrial,
} from "../support/sink-fixture.ts";
import type { SinkTrial } from "../support/sink-fixture.ts";

const [first, second, third] = batchesOf(3).map((batch) => partialOf(batch));

async function greeted(): Promise<SinkTrial> {
  const trial = await startTrial();
  await greet(trial);
  return trial;
}

const drops = async ({ registry }: SinkTrial, reason: string): Promise<number> => {
  const line = `^logmill_sink_dropped_messages_total\\{reason="${reason}"\\} (\\d+)$`;
  return Number(new RegExp(line, "m").exec(await registry.metrics())?.[1] ?? 0);
};

/** The worker packs another header, and has no other tag for it than the one that it was given. */
function altered(message: PartialMessage, changes: Partial<BatchHeader>): PartialMessage {
  const header = { ...message.header, ...changes };
  const { bytes } = sealHeader(keyOf(99n), header);
  return { ...message, header, sealed: { bytes, tag: message.sealed.tag } };
}

const withSeal = (changes: Partial<SealedHeader>): PartialMessage => ({
  ...first!,
  sealed: { ...first!.sealed, ...changes },
});

const identity = first!.header.identity;
const alterations: readonly (readonly [string, Partial<BatchHeader>])[] = [
  ["a range that was never cut", { from: 1_000_000, to: 1_000_100 }],
  ["a longer range", { to: first!.header.to + 10 }],
  ["a shorter range", { to: first!.header.to - 1 }],
  ["another content", { identity: { ...identity, id: "3".repeat(32) } }],
  ["another source", { source: "ads" }],
  ["another batch number", { batch: 77 }],
  ["other summaries", { summaries: [balanceKey] }],
  ["no summaries", { summaries: [] }],
  ["a range that is dead-lettered", { summaries: [...first!.header.summaries, deadLetterKey] }],
  ["another plan", { plan: "f".repeat(32) }],
  ["another checksum of the content", { crc32: (first!.header.crc32 ^ 1) >>> 0 }],
  ["another checksum of its tail", { tailCrc32: (first!.header.tailCrc32 ^ 1) >>> 0 }],
  ["checksums of its own", { checksums: "measured" }],
  ["another place", { hint: { ...first!.header.hint, path: "/etc/passwd" } }],
  ["another kind", { kind: "oversize" }],
];

const forgeries: readonly (readonly [string, PartialMessage])[] = [
  ...alterations.map(([what, changes]) => [what, altered(first!, changes)] as const),
  ["no tag", withSeal({ tag: new Uint8Array(16) })],
  ["a tag by another key", withSeal(sealHeader(keyOf(2n), first!.header))],
  ["the tag of another batch", withSeal({ tag: second!.sealed.tag })],
  ["the header of another batch", withSeal({ bytes: second!.sealed.bytes })],
];

describe("a worker that lies", () => {
  it.each(forgeries)("with %s is neither merged nor answered", async (what, forgery) => {
    const trial = await greeted();
    await trial.send(forgery);
    await trial.send(third!);
    // Partials are taken in order, so the forgery has been looked at.
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ batch: 3 }]);
    expect(await drops(trial, "bad_tag")).toBe(1);
    expect((await trial.sink.sheets()).sources).toMatchObject({ web: { lines: 1, parsed: 1 } });
    recordEvidence({
      part: "security",
      fault: `a worker sends a partial with ${what}`,
      expected: "dropped and counted, never merged or answered",
      observed: "dropped as bad_tag; the next honest partial was merged",
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("gains nothing by sending a batch again", async () => {
    const trial = await greeted();
    for (const attempt of [1, 2, 3]) await trial.send({ ...first!, attempt });
    const acked = await acknowledged(trial.acks, 3);
    expect(acked.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
    expect((await trial.sink.sheets()).sources).toMatchObject({ web: { lines: 1, parsed: 1 } });
    expect(await drops(trial, "bad_tag")).toBe(0);
    recordEvidence({
      part: "security",
      fault: "a worker replays a batch",
      expected: "acknowledged again, merged once",
      observed: "three of it, one line counted",
      runs: 3,
      lost: 0,
      twice: 0,
    });
  });

  it("gains nothing by a batch of another session, of which it knows the header", async () => {
    const trial = await greeted();
    const old = retagged(first!, { session: 2n });
    await trial.send(old);
    await trial.send(altered(old, { session: 1n }));
    await trial.send(third!);
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ batch: 3 }]);
    expect(await drops(trial, "unknown_session")).toBe(1);
    expect(await drops(trial, "bad_tag")).toBe(1);
    recordEvidence({
      part: "security",
      fault: "a worker replays a batch of another session",
      expected: "dropped and counted",
      observed: "unknown_session as it was, bad_tag under the present session's number",
      runs: 2,
      lost: 0,
      twice: 0,
    });
  });

  it("may measure the checksum where it was asked to, and nothing else", async () => {
    const trial = await greeted();
    const asked = retagged(first!, { checksums: "measured", crc32: 0 });
    await trial.send({ ...asked, header: { ...asked.header, crc32: 5 } });
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ duplicate: false }]);
    await trial.acks.send({ type: "ledger_request", request: 1, session: null });
    const { sources } = await trial.acks.receive("ledger");
    expect(sources[0]?.merged[balanceKey]).toMatchObject([
      { crc32: 5, tailCrc32: asked.header.tailCrc32 },
    ]);
    await trial.send(altered(asked, { to: asked.header.to + 1 }));
    await trial.send(third!);
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ batch: 3 }]);
    expect(await drops(trial, "bad_tag")).toBe(1);
  });
});

describe("a dead letter", () => {
  it("is one line of the sheet, durably and once", async () => {
    const trial = await greeted();
    const { header, sealed } = first!;
    await trial.acks.send({ type: "dead_letter", header, sealed });
    expect((await trial.acks.receive("ack")).batches).toEqual([
      { batch: 1, duplicate: false, lines: 1 },
    ]);
    await trial.acks.send({ type: "dead_letter", header, sealed });
    expect((await trial.acks.receive("ack")).batches).toMatchObject([{ duplicate: true }]);
    const next = await startTrial(trial.files.crash("nothing"));
    const bytes = header.to - header.from;
    expect((await next.sink.sheets()).sources).toEqual({
      web: { lines: 1, bytes, parsed: 0, rejected: {}, deadLettered: 1 },
    });
    await greet(next);
    await next.acks.send({ type: "ledger_request", request: 1, session: null });
    const { sources } = await next.acks.receive("ledger");
    expect(sources[0]?.merged[deadLetterKey]).toMatchObject([{ from: 0, to: header.to }]);
    await next.acks.send({ type: "dead_letter", header, sealed });
    expect((await next.acks.receive("ack")).batches).toMatchObject([{ duplicate: true }]);
  });

  it("adds to those before it of the same source, now and after a crash", async () => {
    const trial = await greeted();
    const dead = [first!, second!];
    for (const { header, sealed } of dead) {
      await trial.acks.send({ type: "dead_letter", header, sealed });
    }
    await acknowledged(trial.acks, 2);
    await trial.send(third!);
    await acknowledged(trial.acks, 1);
    const { partial, header } = third!;
    expect(partial.length).toBeGreaterThan(0);
    const headers = [...dead.map((message) => message.header), header];
    const bytes = headers.reduce((sum, { from, to }) => sum + to - from, 0);
    const sheet = { lines: 3, bytes, parsed: 1, rejected: {}, deadLettered: 2 };
    expect((await trial.sink.sheets()).sources).toEqual({ web: sheet });
    const next = await startTrial(trial.files.crash("nothing"));
    expect((await next.sink.sheets()).sources).toEqual({ web: sheet });
  });

  it("of a line that counts already changes nothing, and is refused", async () => {
    const trial = await greeted();
    await trial.send(first!);
    await trial.acks.receive("ack");
    const { header, sealed } = first!;
    await trial.acks.send({ type: "dead_letter", header, sealed });
    expect(await trial.acks.receive("nack")).toMatchObject({ batch: 1, reason: "overlap" });
    expect((await trial.sink.sheets()).sources).toMatchObject({
      web: { lines: 1, parsed: 1, deadLettered: 0 },
    });
  });

  it("for a summary that was added later counts no line again", async () => {
    const trial = await greeted();
    const [balance, hits] = first!.header.summaries;
    const sheetAlone = retagged(first!, { summaries: [balance!] });
    await trial.acks.send({ ...sheetAlone, type: "dead_letter" });
    await trial.acks.receive("ack");
    const summaryAlone = retagged(first!, { batch: 2, summaries: [hits!] });
    await trial.acks.send({ ...summaryAlone, type: "dead_letter" });
    expect((await trial.acks.receive("ack")).batches).toEqual([
      { batch: 2, duplicate: false, lines: 0 },
    ]);
    expect((await trial.sink.sheets()).sources).toMatchObject({
      web: { lines: 1, deadLettered: 1 },
    });
  });
});
