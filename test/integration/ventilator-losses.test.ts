// What a ventilator says of numbers that are not there, or not there yet: a store that has less than it
// acknowledged, a summary that cannot be filled, a file that waits.

import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import { FileRuns } from "../support/file-runs.ts";
import { until } from "../support/net-fixture.ts";
import { ScriptedStore } from "../support/scripted-sink.ts";
import { Bench, hits, lines } from "../support/ventilator-fixture.ts";

const content = lines(0, 200);
const ads = { source: "ads" };

function said(bench: Bench, words: RegExp) {
  return bench.logger.records.filter(({ message }) => words.test(message));
}

/** A sink that has acknowledged all of `content` to a ventilator that goes on. */
async function acknowledged(bench: Bench) {
  const before = await bench.sink();
  bench.worker();
  const { metric } = await bench.ventilator({ once: false });
  await until(
    "all is acknowledged",
    async () => (await metric("acknowledged_lines_total", ads)) === 200,
  );
  return { before, metric };
}

it("a store that was put back from an older copy is named, and gets again what it lacks", async () => {
  const bench = new Bench();
  bench.write("a.log", content);
  const copy = new ScriptedStore();
  const { before, metric } = await acknowledged(bench);
  expect(await metric("lost_acknowledged_bytes_total", ads)).toBe(0);
  await before.close();
  await bench.sink({ store: copy });
  await until("the copy has all", () => copy.contents(balanceKey).join("") === content);
  const [first, ...others] = said(bench, /the store has less than it acknowledged/);
  expect(first).toMatchObject({
    level: "error",
    fields: { source: "ads", files: 1, bytes: content.length },
  });
  expect(others).toEqual([]);
  expect(await metric("lost_acknowledged_bytes_total", ads)).toBe(content.length);
});

it("a sink that comes back with what it acknowledged is not suspected", async () => {
  const bench = new Bench();
  bench.write("a.log", content);
  const { before } = await acknowledged(bench);
  await before.close();
  const next = await bench.sink();
  await until("its ledger was asked for", () => next.ledgersAsked > 0);
  bench.write("b.log", lines(200, 210));
  await until("work goes on", () => bench.store.contents(balanceKey).length === 2);
  expect(said(bench, /less than it acknowledged/)).toEqual([]);
});

it("a summary that is added when files of its source are gone is said to lack them", async () => {
  const bench = new Bench();
  const gone = bench.write("a.log", content);
  bench.write("b.log", lines(500, 520));
  await bench.run();
  rmSync(gone);
  const added = { ...hits, name: "added", dimensions: ["status"] };
  bench.configure({ summaries: [hits, added] });
  const { isComplete, problems } = await bench.run();
  expect([isComplete, problems]).toEqual([true, []]);
  expect(bench.store.contents(summaryKey(added))).toEqual([lines(500, 520)]);
  const sentences = said(bench, /no file that can be read holds them/);
  expect(sentences.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    expect.stringMatching(`^warn: added lacks ${content.length} bytes of one file of source ads`),
  ]);
  // Put back, it is counted, and nothing is missing.
  bench.write("a.log", content);
  await bench.run();
  expect(bench.store.contents(summaryKey(added)).sort()).toEqual([content, lines(500, 520)].sort());
  expect(said(bench, /no file that can be read holds them/)).toHaveLength(1);
});

it("the backlog is what of a file is not read yet, while the flight is full", async () => {
  const bench = new Bench({ maxInFlight: 3 });
  bench.write("a.log", content);
  let isOpen = false;
  const sink = await bench.sink({ fate: () => (isOpen ? "ack" : "ignore") });
  const worker = bench.worker();
  const { ventilator, metric } = await bench.ventilator();
  await until("the flight is full", () => worker.taken.length === 3);
  const sent = worker.taken.reduce((sum, { header }) => sum + header.to - header.from, 0);
  expect(await metric("backlog_bytes", ads)).toBe(content.length - sent);
  isOpen = true;
  await sink.close();
  await bench.sink();
  await ventilator.ended;
  expect(await metric("backlog_bytes", ads)).toBe(0);
});

it("the backlog is all of a file that waits until it can be told from what was counted", async () => {
  const bench = new Bench({ batchBytesMax: 1 << 20 });
  const runs = new FileRuns(() => bench.config);
  const counted = bench.write("a.log", content);
  await runs.run();
  rmSync(counted);
  const short = content.slice(0, content.indexOf("\n", 2000) + 1);
  bench.write("b.log", short);
  const { catalog, problems, look } = runs.begin({ isOnce: false });
  await look();
  expect(problems.list()).toEqual([
    expect.stringMatching(/whether it is another file cannot be told/),
  ]);
  expect(catalog.progress()).toMatchObject([{ backlogBytes: short.length, filesDone: 0 }]);
  bench.write("b.log", content);
  await look();
  expect(problems.list()).toEqual([]);
  expect(catalog.progress()).toMatchObject([{ backlogBytes: 0, filesDone: 1 }]);
});
