// What every store promises of its summaries' definitions; a part of `store-contract.ts`.

import { expect, test } from "vitest";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import { AskedStore, both, changed, type Trial } from "./asked-store.ts";
import {
  daily,
  dailyKey,
  expectedLines,
  expectedTables,
  hourly,
  hourlyKey,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "./store-script.ts";

const batches = scriptedBatches(1);
const [first] = batches as [ScriptBatch];

export function definitionContract(trial: Trial): void {
  test("that are new start empty and are filled apart; removed ones stay, sources may be added", async () => {
    const { place, asked } = await trial({ ...both, summaries: [daily] });
    await asked.answer(changed(first, { summaries: [dailyKey, balanceKey] }));
    await asked.store.close();
    const wider = { ...daily, from: ["ads", "web"] };
    const { store: widened } = await AskedStore.open(place, { ...both, summaries: [wider] });
    expect((await widened.summaries())[0]!.definition.from).toEqual(["ads", "web"]);
    await widened.close();
    const second = await AskedStore.open(place, both);
    expect((await second.store.summaries())[1]).toMatchObject({ key: hourlyKey, buckets: [] });
    expect(await second.mergedOf(first, hourlyKey)).toEqual([]);
    await second.answer(changed(first, { summaries: [hourlyKey] }));
    await second.store.close();
    const { store } = await AskedStore.open(place, { summaries: [], sources: [] });
    expect(await storedTables(store)).toEqual(expectedTables([first]));
  });

  test("of which something was counted are refused under another definition, with the ways out", async () => {
    const { place, asked } = await trial();
    await asked.answer(first);
    await asked.store.close();
    const monthly = { ...daily, granularity: "month" as const };
    const opening = AskedStore.open(place, { summaries: [monthly], sources: [] });
    await expect(opening).rejects.toMatchObject({ code: "definition_changed" });
    await expect(opening).rejects.toThrow(/daily .*another name/u);
    const { store } = await AskedStore.open(place, both);
    expect(await storedTables(store)).toEqual(expectedTables([first]));
  });

  test("of which nothing was counted are begun anew under another definition", async () => {
    const { place, asked } = await trial();
    await asked.store.close();
    const monthly = { ...daily, granularity: "month" as const };
    const { store } = await AskedStore.open(place, { summaries: [monthly], sources: [] });
    const keys = (await store.summaries()).map(({ key }) => key);
    expect(keys).toContain(summaryKey(monthly));
    expect(keys).not.toContain(dailyKey);
  });

  test("that are dropped are missing from the ledger and are filled again", async () => {
    const { place, asked } = await trial();
    for (const batch of batches) await asked.answer(batch);
    await asked.store.close();
    const { store } = await AskedStore.open(place, both);
    await store.drop(dailyKey);
    const next = await AskedStore.open(place, both);
    expect(await next.mergedOf(first, dailyKey)).toEqual([]);
    expect(await next.mergedOf(first, hourlyKey)).not.toEqual([]);
    for (const batch of batches) await next.answer(changed(batch, { summaries: [dailyKey] }));
    expect(await storedTables(next.store)).toEqual(expectedTables(batches));
    const lines = Object.entries((await next.store.sheets()).sources);
    expect(Object.fromEntries(lines.map(([name, sheet]) => [name, sheet.lines]))).toEqual(
      expectedLines(batches),
    );
  });

  test("that are adopted keep their rows under the new definition, on record", async () => {
    const { place, asked } = await trial();
    for (const batch of batches) await asked.answer(batch);
    await asked.store.close();
    const renamed = { ...daily, timestamp: "received" };
    const now = { ...both, summaries: [renamed, hourly] };
    await expect(AskedStore.open(place, now)).rejects.toMatchObject({ code: "definition_changed" });
    const { store } = await AskedStore.open(place, { summaries: [], sources: [] });
    expect(await store.adopt("daily", now, 1_600_000_000)).toEqual([
      expect.stringMatching(/timestamp/u) as string,
    ]);
    const next = await AskedStore.open(place, now);
    const [info] = await next.store.summaries();
    expect(info).toMatchObject({ key: summaryKey(renamed), name: "daily" });
    expect(info!.adoptions).toMatchObject([{ atSec: 1_600_000_000, key: dailyKey }]);
    expect(await storedTables(next.store)).toEqual(expectedTables(batches));
    expect(await next.mergedOf(first, summaryKey(renamed))).toEqual(
      await next.mergedOf(first, hourlyKey),
    );
  });
}
