// A ventilator that follows its files: new ones, growth, rotation, truncation, while it runs.

import { appendFileSync, copyFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../src/shared/model/definition-key.ts";
import { until } from "../support/net-fixture.ts";
import { Bench, lines, type RunningBench } from "../support/ventilator-fixture.ts";

async function following(bench: Bench): Promise<RunningBench> {
  await bench.sink();
  bench.worker();
  return bench.ventilator({ once: false });
}

/** Waits until exactly these contents are merged. */
async function untilMerged(bench: Bench, ...expected: string[]): Promise<void> {
  const wanted = [...expected].sort().join("\0");
  await until(
    `${expected.map(({ length }) => length).join(" and ")} bytes are merged`,
    () => bench.store.contents(balanceKey).sort().join("\0") === wanted,
  );
}

describe("a ventilator that follows", () => {
  it("takes new files and growth, by whole lines only", async () => {
    const bench = new Bench();
    const a = bench.write("a.log", `${lines(0, 50)}unfinished`);
    const { ventilator } = await following(bench);
    await untilMerged(bench, lines(0, 50));
    const b = bench.write("b.log", lines(0, 30, "b"));
    await untilMerged(bench, lines(0, 50), lines(0, 30, "b"));
    appendFileSync(a, " business\n");
    appendFileSync(b, lines(30, 40, "b"));
    await untilMerged(bench, `${lines(0, 50)}unfinished business\n`, lines(0, 40, "b"));
    await ventilator.stop();
    expect(await ventilator.ended).toMatchObject({ isComplete: false, problems: [] });
  });

  it("follows a file through rotation and compression", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", lines(0, 50));
    await following(bench);
    await untilMerged(bench, lines(0, 50));
    const rotated = join(bench.logs, "a.log.1");
    renameSync(path, rotated);
    writeFileSync(path, lines(0, 20, "new"));
    appendFileSync(rotated, lines(50, 60));
    await untilMerged(bench, lines(0, 60), lines(0, 20, "new"));
    bench.write("a.log.2.gz", gzipSync(lines(0, 60)));
    bench.write("mark.log", "mark\n");
    await untilMerged(bench, lines(0, 60), lines(0, 20, "new"), "mark\n");
  });

  it("has no problem any more with a file that it has read after all", async () => {
    const bench = new Bench();
    const whole = gzipSync(lines(0, 50));
    const path = bench.write("a.log.gz", Buffer.concat([whole.subarray(0, 20), Buffer.alloc(20)]));
    const { ventilator, metric } = await following(bench);
    const problems = (): Promise<number> => metric("problems");
    await until("it is a problem", async () => (await problems()) === 1);
    writeFileSync(path, whole);
    await until("it is none", async () => (await problems()) === 0);
    await untilMerged(bench, lines(0, 50));
    await ventilator.stop();
    expect(await ventilator.ended).toMatchObject({ problems: [] });
  });

  it("follows a file that is copied and truncated", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", lines(0, 50));
    await following(bench);
    await untilMerged(bench, lines(0, 50));
    copyFileSync(path, join(bench.logs, "a.log.1"));
    truncateSync(path);
    appendFileSync(path, lines(0, 90, "after"));
    await untilMerged(bench, lines(0, 50), lines(0, 90, "after"));
    appendFileSync(path, lines(90, 95, "after"));
    await untilMerged(bench, lines(0, 50), lines(0, 95, "after"));
  });

  it("tells files apart that had only their header in common", async () => {
    const bench = new Bench();
    const a = bench.write("a.log", "header\n");
    const b = bench.write("b.log", "header\n");
    await following(bench);
    await untilMerged(bench, "header\n");
    appendFileSync(b, lines(0, 5, "b"));
    await untilMerged(bench, `header\n${lines(0, 5, "b")}`);
    appendFileSync(a, lines(0, 5, "a"));
    await untilMerged(bench, `header\n${lines(0, 5, "a")}`, `header\n${lines(0, 5, "b")}`);
  });

  it("waits for files and for the sink, and outlives a restart of it", async () => {
    const bench = new Bench();
    const { ventilator, metric } = await bench.ventilator({ once: false });
    bench.worker();
    const first = await bench.sink();
    await until("the sink is greeted", () => ventilator.isReady);
    const path = bench.write("a.log", lines(0, 30));
    await untilMerged(bench, lines(0, 30));
    await first.close();
    appendFileSync(path, lines(30, 60));
    const second = await bench.sink();
    await untilMerged(bench, lines(0, 60));
    expect(second.ledgersAsked).toBe(1);
    expect(await metric("sink_up")).toBe(1);
  });
});
