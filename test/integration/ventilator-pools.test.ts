// Pools over real sockets: who gets which batches, and who holds up whom.

import { describe, expect, it } from "vitest";
import { until } from "../support/net-fixture.ts";
import { Bench, brief, lines, summaryNamed } from "../support/ventilator-fixture.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";

const both = summaryNamed("both", ["ads", "web"]);
const bothKey = summaryKey(both);
const [ads, web] = [lines(0, 800, "a"), lines(0, 800, "w")];

function benchWithPools(): Bench {
  const bench = new Bench({ alsoNamed: ["web"], hasPools: true, summaries: [both] });
  bench.write("ads.log", ads);
  bench.write("web.log", web);
  return bench;
}

const sourcesOf = (
  taken: readonly { readonly header: { readonly source: string } }[],
): string[] => [...new Set(taken.map(({ header }) => header.source))];

describe("a batch", () => {
  it("goes to the workers of its source's pool alone, and all of them count", async () => {
    const bench = benchWithPools();
    await bench.sink();
    const workers = ["ads", "web", "web"].map((pool) => bench.worker({ pool }));
    const { ventilator, metric } = await bench.ventilator();
    expect((await ventilator.ended).isComplete).toBe(true);
    expect(workers.map(({ taken }) => sourcesOf(taken))).toEqual([["ads"], ["web"], ["web"]]);
    expect(brief(bench.store.contents(bothKey))).toEqual(brief([ads, web]));
    expect(await metric("pool_waiting_batches", { pool: "web" })).toBe(0);
  });

  it("of a pool without workers waits, holds up no other pool, and the wait is said", async () => {
    const bench = benchWithPools();
    await bench.sink();
    const worker = bench.worker({ pool: "web" });
    const stranger = bench.worker();
    const { ventilator, metric } = await bench.ventilator();
    await until("all of web is merged", () => bench.store.contents(bothKey).includes(web));
    await until("the wait is said", () =>
      bench.logger.records.some(({ message }) =>
        /no worker of pool ads has connected to .*; still waiting/.test(message),
      ),
    );
    expect([sourcesOf(worker.taken), stranger.taken]).toEqual([["web"], []]);
    expect(await metric("pool_workers", { pool: "ads" })).toBe(0);
    expect(await metric("pool_waiting_batches", { pool: "ads" })).toBe(1);
    bench.worker({ pool: "ads" });
    expect((await ventilator.ended).isComplete).toBe(true);
    expect(brief(bench.store.contents(bothKey))).toEqual(brief([ads, web]));
  });
});
