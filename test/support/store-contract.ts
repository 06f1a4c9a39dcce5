// What every store promises (`src/sink/store/store.ts`), as tests of whatever store is given. They know no
// file and no memory: a store that is kept elsewhere runs them as they are.

import { crc32 } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { balanceKey, deadLetterKey } from "../../src/shared/model/definition-key.ts";
import type { RejectSample } from "../../src/shared/model/partial.ts";
import type { Configured } from "../../src/shared/model/reading.ts";
import { encodePartial } from "../../src/shared/table/partial-codec.ts";
import type { Store } from "../../src/sink/store/store.ts";
import { AskedStore, both, changed, type StorePlace, type Trial } from "./asked-store.ts";
import { definitionContract } from "./store-contract-definitions.ts";
import { partialFor } from "./partials.ts";
import {
  dailyKey,
  expectedLines,
  expectedTables,
  hourlyKey,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "./store-script.ts";

const batches = scriptedBatches(1);
const [first] = batches as [ScriptBatch];
const { from, to } = first.header;

const merged = { duplicate: false, lines: first.sheet.lines };
const again = { duplicate: true, lines: first.sheet.lines };

/** Runs the contract on a kind of store. @param newPlace where nothing is yet */
export function storeContract(kind: string, newPlace: () => StorePlace): void {
  const trial = async (
    configured: Configured = both,
  ): Promise<{ place: StorePlace; asked: AskedStore }> => {
    const place = newPlace();
    return { place, asked: await AskedStore.open(place, configured) };
  };
  describe(`${kind}: a batch`, () => batchContract(trial));
  describe(`${kind}: what is no batch`, () => refusalContract(trial));
  describe(`${kind}: the ledger, the sheets and the tables`, () => readingContract(trial));
  describe(`${kind}: summaries`, () => definitionContract(trial));
}

function batchContract(trial: Trial): void {
  test("is merged once, reported in the order of submission, and there after a restart", async () => {
    const { place, asked } = await trial();
    const { store, groups } = asked;
    for (const batch of batches) {
      await store.ready();
      store.submit(batch);
    }
    await store.settle();
    const durable = groups.flat();
    expect(durable.map(({ header }) => header.batch)).toEqual(batches.map((_, index) => index));
    expect(durable.map(({ lines }) => lines)).toEqual(batches.map(({ sheet }) => sheet.lines));
    expect(durable.every(({ duplicate }) => !duplicate)).toBe(true);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
    const { store: next } = await AskedStore.open(place, both);
    expect(next.storeId).toBe(store.storeId);
    expect(await storedTables(next)).toEqual(expectedTables(batches));
  });

  test("that was reported durable outlives its process, and the rest comes again", async () => {
    const { place, asked } = await trial();
    expect(await asked.answer(first)).toEqual(merged);
    await place.kill();
    const next = await AskedStore.open(place, both);
    expect(await storedTables(next.store)).toEqual(expectedTables([first]));
    expect(await next.answer(first)).toEqual(again);
    for (const batch of batches.slice(1)) await next.answer(batch);
    expect(await storedTables(next.store)).toEqual(expectedTables(batches));
  });

  test("that is durable is answered again and adds nothing, also within a group", async () => {
    const { asked } = await trial();
    const { store, groups } = asked;
    store.submit(first);
    store.submit(changed(first, { batch: 99 }));
    await store.settle();
    expect(groups.flat()).toMatchObject([
      { header: { batch: first.header.batch }, duplicate: false },
      { header: { batch: 99 }, duplicate: true },
    ]);
    expect(await asked.answer(first)).toEqual(again);
    const within = changed(first, { from: from + 1, to: to - 1 });
    expect(await asked.answer(within)).toMatchObject({ duplicate: true });
    expect(await storedTables(store)).toEqual(expectedTables([first]));
    expect(Object.values((await store.sheets()).sources)).toEqual([first.sheet]);
  });

  test("across the edge of what is merged or queued is refused as an overlap and changes nothing", async () => {
    const { asked } = await trial();
    asked.store.submit(first);
    for (const [start, end] of [
      [from, to + 1],
      [to - 1, to + 5],
      [from, to + 1],
    ] as const) {
      const batch = changed(first, { from: start, to: end });
      expect(await asked.answer(batch)).toEqual({ reason: "overlap" });
    }
    expect(await storedTables(asked.store)).toEqual(expectedTables([first]));
    expect(await asked.mergedOf(first, dailyKey)).toMatchObject([{ from, to }]);
  });

  test("for one more summary than is merged is an overlap, for that one alone it is new", async () => {
    const { asked } = await trial();
    const withoutHourly = changed(first, { summaries: [dailyKey, balanceKey] });
    expect(await asked.answer(withoutHourly)).toMatchObject({ duplicate: false });
    expect(await asked.answer(first)).toEqual({ reason: "overlap" });
    const backFill = changed(first, { summaries: [hourlyKey] });
    expect(await asked.answer(backFill)).toEqual({ duplicate: false, lines: 0 });
    expect(await asked.answer(first)).toEqual(again);
    expect(await storedTables(asked.store)).toEqual(expectedTables([first]));
    expect(Object.values((await asked.store.sheets()).sources)).toEqual([first.sheet]);
  });

  test("gives the same tables in any order, whatever is flushed meanwhile", async () => {
    const { asked } = await trial();
    for (const [index, batch] of [...batches].reverse().entries()) {
      await asked.answer(batch);
      if (index % 5 === 0) await asked.store.flush();
    }
    expect(await storedTables(asked.store)).toEqual(expectedTables(batches));
  });

  test("that is submitted to a store that has closed is dropped without a word", async () => {
    const { place, asked } = await trial();
    await asked.store.close();
    asked.store.submit(first);
    asked.store.deadLetter(first.header);
    asked.store.hint(first.header.identity, first.header.hint);
    expect(asked.groups).toEqual([]);
    const next = await AskedStore.open(place, both);
    expect(await next.answer(first)).toEqual(merged);
  });

  test("of one line that is a dead letter counts once, for its summaries and on the sheets", async () => {
    const { place, asked } = await trial();
    const line = { ...first.header, from: to, to: to + 10 };
    await asked.answer(first);
    expect(await asked.answerToDeadLetter(line)).toEqual({ duplicate: false, lines: 1 });
    expect(await asked.answerToDeadLetter({ ...line, batch: 7 })).toMatchObject({
      duplicate: true,
    });
    expect(await asked.answerToDeadLetter({ ...line, to: line.to + 1 })).toEqual({
      reason: "overlap",
    });
    const bad = { ...line, from: 100_000, to: 100_000 };
    expect(await asked.answerToDeadLetter(bad)).toMatchObject({ reason: "bad_table" });
    expect(await asked.mergedOf(first, deadLetterKey)).toMatchObject([{ from: to, to: to + 10 }]);
    expect(await asked.mergedOf(first, dailyKey)).toMatchObject([{ from, to: to + 10 }]);
    await place.kill();
    const { store } = await AskedStore.open(place, both);
    const [sheet] = Object.values((await store.sheets()).sources);
    expect(sheet).toMatchObject({ lines: first.sheet.lines + 1, deadLettered: 1 });
    expect(await storedTables(store)).toEqual(expectedTables([first]));
  });
}

function refusalContract(trial: Trial): void {
  test("bytes that are not those that were sent are refused", async () => {
    const { asked } = await trial();
    const partial = first.partial.slice();
    partial[40]! ^= 1;
    expect(await asked.answer({ ...first, partial })).toEqual({ reason: "checksum" });
    expect(await asked.answer(first)).toEqual(merged);
  });

  test("what could not be merged is refused with what is wrong, and nothing of it is kept", async () => {
    const { asked } = await trial();
    const { sheet, header } = first;
    const table = { summary: dailyKey, bucketStart: 0, frame: Buffer.from("no frame at all") };
    const right = partialFor(header.summaries, sheet);
    const partials = [
      { ...right, tables: [table] },
      { ...right, source: null },
      { ...right, summaries: right.summaries.slice(1) },
      { ...right, summaries: [...right.summaries, right.summaries[0]!] },
      { ...right, tables: [{ ...table, summary: "f".repeat(32) }] },
    ].map((partial) => ({ header, partial: encodePartial(partial) }));
    const { partial } = first;
    const headers = [
      { ...header, summaries: [hourlyKey] },
      { ...header, to: header.from },
      { ...header, from: -1 },
      { ...header, to: 2 ** 53 },
      { ...header, summaries: [] },
      { ...header, summaries: [dailyKey, dailyKey] },
      { ...header, summaries: [...header.summaries, deadLetterKey] },
      { ...header, summaries: [...header.summaries, "e".repeat(32)] },
      { ...header, marks: Uint8Array.of(255) },
    ].map((claimed) => ({ header: claimed, partial }));
    const cases = [...partials, ...headers, { header, partial: Buffer.from("no partial") }];
    for (const each of cases) {
      const answer = await asked.answer({ ...each, crc32: crc32(each.partial) });
      expect(answer).toEqual({
        reason: "bad_table",
        detail: expect.stringMatching(/./u) as string,
      });
    }
    expect((await asked.store.ledger()).sources).toEqual([]);
    expect(await asked.answer(first)).toEqual(merged);
    expect(await storedTables(asked.store)).toEqual(expectedTables([first]));
  });
}

function readingContract(trial: Trial): void {
  test("are empty in a new store", async () => {
    const { asked } = await trial();
    const { store } = asked;
    expect(store.storeId).toMatch(/^[0-9a-f]{32}$/u);
    expect(store.state).toEqual({ kind: "open" });
    expect((await store.ledger()).sources).toEqual([]);
    expect((await store.sheets()).sources).toEqual({});
    expect(await store.examples()).toEqual([]);
    expect((await store.summaries()).map(({ name, buckets }) => [name, buckets])).toEqual([
      ["daily", []],
      ["hourly", []],
    ]);
    for await (const frame of store.read(dailyKey, 0)) expect(frame).toBe("no frame");
    for await (const frame of store.read("f".repeat(32), 0)) expect(frame).toBe("no frame");
  });

  test("hold everything that was reported durable before the question", async () => {
    const { asked } = await trial();
    for (const [index, batch] of batches.entries()) {
      await asked.answer(batch);
      const { sources, sheets } = await asked.store.ledger();
      const held = batches.slice(0, index + 1);
      const lines = Object.entries(sheets.sources).map(([name, sheet]) => [name, sheet.lines]);
      expect(Object.fromEntries(lines)).toEqual(expectedLines(held));
      const ranges = sources.flatMap((source) => source.merged[balanceKey] ?? []);
      const bytes = ranges.reduce((sum, range) => sum + range.to - range.from, 0);
      expect(bytes).toBe(held.reduce((sum, { sheet }) => sum + sheet.bytes, 0));
      expect(await asked.store.sheets()).toEqual(sheets);
    }
  });

  test("keep the newest rejected lines, with the batch that counts them", async () => {
    const { place, asked } = await trial();
    const sheet = { ...first.sheet, lines: first.sheet.lines + 1 };
    const rejecting = { ...sheet, rejected: { ...sheet.rejected, bad_csv: 1 } };
    const sample: RejectSample = {
      ...{ summary: null, reason: "bad_csv", value: null, field: "", offset: 3 },
      bytes: Buffer.from('a,"b'),
    };
    const made = { ...partialFor(first.header.summaries, rejecting), samples: [sample] };
    const partial = encodePartial(made);
    await asked.answer({ header: first.header, partial, crc32: crc32(partial) });
    const { source, hint } = first.header;
    const line = { source, summary: null, reason: "bad_csv", field: "", line: 'a,"b' };
    const expected = [{ ...line, path: hint.path, offset: from + 3 }];
    expect(await asked.store.examples()).toMatchObject(expected);
    await place.kill();
    const { store } = await AskedStore.open(place, both);
    expect(await store.examples()).toMatchObject(expected);
  });

  test("join what touches, with its checksum, and keep gaps", async () => {
    const { asked } = await trial();
    const ofSource = batches.filter(
      ({ header }) => header.identity.id === first.header.identity.id,
    );
    const [one, two, three] = ofSource as [ScriptBatch, ScriptBatch, ScriptBatch];
    await asked.answer(one);
    await asked.answer(three);
    expect(await asked.mergedOf(one, balanceKey)).toMatchObject([
      { from: one.header.from, to: one.header.to, crc32: one.header.crc32 },
      { from: three.header.from, to: three.header.to, crc32: three.header.crc32 },
    ]);
    await asked.answer(two);
    const [all, ...rest] = await asked.mergedOf(one, balanceKey);
    expect(rest).toEqual([]);
    expect(all).toMatchObject({ from: one.header.from, to: three.header.to });
  });

  test("remember where content was last seen, where it is known", async () => {
    const { place, asked } = await trial();
    const { identity } = first.header;
    const elsewhere = { path: "/logs/0.log.1", inode: "9:1", stat: "9:1:1:1" };
    asked.store.hint({ ...identity, id: "d".repeat(32) }, elsewhere);
    await asked.answer(first);
    asked.store.hint(identity, elsewhere);
    await asked.answer(batches[1]!);
    await asked.store.close();
    const { store } = await AskedStore.open(place, both);
    const { sources } = await store.ledger();
    expect(sources.map((source) => source.identity.id)).not.toContain("d".repeat(32));
    expect(sources[0]!.hints.at(-1)).toEqual(elsewhere);
  });

  test("are read whole while more is merged, and beside the owner", async () => {
    const { place, asked } = await trial();
    const half = batches.slice(0, batches.length / 2);
    for (const batch of half) await asked.answer(batch);
    const reader = await place.openReader();
    onTestFinished(() => reader.close());
    const frames: Uint8Array[] = [];
    let isFirst = true;
    for await (const frame of asked.store.read(dailyKey, 0)) {
      frames.push(frame);
      if (isFirst) for (const batch of batches.slice(half.length)) await asked.answer(batch);
      isFirst = false;
    }
    expect(frames.length).toBeGreaterThan(0);
    expect(await storedTables(reader)).toEqual(expectedTables(half));
    expect(reader.storeId).toBe(asked.store.storeId);
    expect(await storedTables(asked.store)).toEqual(expectedTables(batches));
  });

  test("show another version of a bucket with every batch, and the same after a restart", async () => {
    const { place, asked } = await trial();
    const versionsOf = async (store: Store): Promise<string> =>
      (await store.summaries())
        .flatMap(({ buckets }) => buckets.map(({ version }) => version))
        .join();
    const seen = new Set<string>();
    for (const [index, batch] of batches.entries()) {
      await asked.answer(batch);
      if (index === 4) await asked.store.flush();
      seen.add(await versionsOf(asked.store));
    }
    expect(seen.size).toBe(batches.length);
    const before = await versionsOf(asked.store);
    await place.kill();
    const { store } = await AskedStore.open(place, both);
    expect(await versionsOf(store)).toBe(before);
  });
}
