// Batches by reference: workers on the ventilator's host read files themselves, which are renamed,
// deleted or cut short between the cutting and the reading.

import { renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../src/shared/model/definition-key.ts";
import { recordEvidence } from "../support/evidence.ts";
import type { ScriptedWorker } from "../support/scripted-worker.ts";
import { Bench, brief, lines } from "../support/ventilator-fixture.ts";

const content = lines(0, 300);
const another = lines(500, 800, "another");

/** Runs with a worker that dies with its third batch, and one that comes then and knows no file. */
async function withSuccessor(bench: Bench, onThird: () => void) {
  let successor: ScriptedWorker | null = null;
  const sink = await bench.sink();
  const first = bench.worker({
    doing: () => {
      if (first.taken.length < 3) return "done";
      onThird();
      successor ??= bench.worker();
      return "die";
    },
  });
  const { ventilator } = await bench.ventilator();
  const { problems } = await ventilator.ended;
  expect(sink.damaged).toBe(0);
  expect(first.references).toBeGreaterThan(0);
  return { problems, successor: successor as ScriptedWorker | null };
}

describe("batches by reference", () => {
  it("are what whole batches of plain files are sent as", async () => {
    const bench = new Bench();
    bench.write("a.log", content);
    const sink = await bench.sink();
    const worker = bench.worker();
    const { ventilator } = await bench.ventilator();
    expect((await ventilator.ended).problems).toEqual([]);
    // All but the end of the file, which reading alone can tell.
    expect(worker.references).toBe(worker.taken.length - 1);
    expect([sink.damaged, worker.unreadable]).toEqual([0, []]);
    expect(brief(bench.store.contents(balanceKey))).toEqual(brief([content]));
  });

  it.each([
    ["renamed", (path: string) => renameSync(path, `${path}.1`)],
    ["deleted", (path: string) => rmSync(path)],
    [
      "replaced",
      (path: string) => {
        renameSync(path, `${path}.1`);
        writeFileSync(path, another);
      },
    ],
  ])("of a file that is %s before they are read are sent with their bytes", async (how, act) => {
    const bench = new Bench();
    const path = bench.write("a.log", content);
    const { problems, successor } = await withSuccessor(bench, () => act(path));
    expect(problems).toEqual([]);
    expect(successor?.unreadable.length).toBeGreaterThan(0);
    expect(brief(bench.store.contents(balanceKey))).toEqual(brief([content]));
    recordEvidence({
      part: "hostile input",
      fault: "an input file is renamed, deleted or replaced between cutting and reading",
      expected: "every line of it counts once",
      observed: `${how}: the ventilator sent ${successor?.unreadable.length} batches with their bytes`,
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("of a file that is cut short are a problem, and nothing else is counted", async () => {
    const bench = new Bench();
    const path = bench.write("a.log", content);
    const { problems } = await withSuccessor(bench, () => truncateSync(path, 2500));
    expect(problems).toEqual([
      `${path} shrank from ${content.length} to 2500 bytes while it was read; ` +
        "what was read before counts",
    ]);
    const [merged = ""] = bench.store.contents(balanceKey);
    expect(content.startsWith(merged.slice(0, 2500))).toBe(true);
    expect(merged.length).toBeLessThan(content.length);
  });
});
