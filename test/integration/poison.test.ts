// Lines that are the end of every worker: a real ventilator takes the batches apart, puts the lines
// aside, and everything else counts. Workers and sink are scripted; how real workers die is tested
// with real processes.

import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  deadLetterFolder,
  readDeadLetters,
} from "../../src/ventilator/dead-letter/dead-letter-file.ts";
import { recordEvidence } from "../support/evidence.ts";
import { until } from "../support/net-fixture.ts";
import type { Doing, Task } from "../support/scripted-worker.ts";
import { Bench, hitsKey, lines, type RunningBench } from "../support/ventilator-fixture.ts";

const poison = "POISON ☠ line\n";
const hasPoison = ({ payload }: Task): boolean => Buffer.from(payload).includes("POISON");

/** A worker that meets its end as told, and is replaced each time. */
function mortalWorkers(bench: Bench, end: Doing): { deaths: number } {
  const count = { deaths: 0 };
  const start = (): void => {
    bench.worker({
      doing: (task) => {
        if (!hasPoison(task)) return "done";
        count.deaths += 1;
        if (end === "die") start();
        return end;
      },
    });
  };
  start();
  return count;
}

async function lettersOf(bench: Bench) {
  const letters = [];
  for await (const letter of readDeadLetters(deadLetterFolder(bench.config.dataDir))) {
    letters.push(letter);
  }
  return letters;
}

interface Poisoned {
  readonly bench: Bench;
  readonly content: string;
  readonly good: string;
  readonly offsets: readonly number[];
}

/** A file with poison at its beginning, in the middle twice, and at its end. */
function poisoned(): Poisoned {
  const bench = new Bench({ batchBytesMax: 16 * 1024 });
  const [a, b, c] = [lines(0, 300), lines(300, 700), lines(700, 1000)];
  const content = `${poison}${a}${poison}${b}${poison}${c}${poison}`;
  bench.write("a.log", content);
  const offsets = [...content.matchAll(/POISON/g)].map(({ index }) => {
    return Buffer.byteLength(content.slice(0, index));
  });
  return { bench, content, good: a + b + c, offsets };
}

async function expectDeadLettered({ bench, good, offsets }: Poisoned): Promise<void> {
  expect(bench.store.contents(hitsKey)).toEqual([good]);
  expect(bench.store.buried.map(({ from }) => from).sort((a, b) => a - b)).toEqual(offsets);
  const letters = await lettersOf(bench);
  expect(letters.map(({ offset }) => offset).sort((a, b) => a - b)).toEqual(offsets);
  for (const letter of letters) {
    expect(letter).toMatchObject({ source: "ads", path: join(bench.logs, "a.log") });
    expect(Buffer.from(letter.bytes).toString().trimEnd()).toBe(poison.trimEnd());
    expect(letter.length).toBe(letter.bytes.length);
  }
}

async function metricsOf({ metric }: RunningBench): Promise<readonly [number, number]> {
  return [await metric("dead_lettered_lines_total"), await metric("bisected_batches_total")];
}

describe("a line that no worker gets through", () => {
  it.each([
    ["fails", "fail", "worker_failed"],
    ["ends the worker", "die", "worker_lost"],
  ] as const)("because it %s is dead-lettered, and all others count", async (_, end, reason) => {
    const trial = poisoned();
    await trial.bench.sink();
    const workers = mortalWorkers(trial.bench, end);
    const running = await trial.bench.ventilator();
    const { problems, isComplete } = await running.ventilator.ended;
    expect(isComplete).toBe(true);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^4 lines were dead-lettered.*logmill dead-letter list/);
    await expectDeadLettered(trial);
    const letters = await lettersOf(trial.bench);
    expect(new Set(letters.map((letter) => letter.reason))).toEqual(new Set([reason]));
    const [deadLettered, bisected] = await metricsOf(running);
    expect(deadLettered).toBe(4);
    expect(bisected).toBeGreaterThanOrEqual(4);
    // Every dead letter has cost at most what `retry-policy.ts` and `bisect.ts` say.
    expect(workers.deaths).toBeLessThanOrEqual(4 * (5 + 2 + 3));
    recordEvidence({
      part: "poison",
      fault: `four lines of 1,004 of which each ${reason === "worker_lost" ? "kills its worker" : "makes its worker throw"}`,
      expected: "these are dead-lettered with offset, reason and bytes; everything else counts",
      observed: `4 dead letters, 1,000 lines merged, ${workers.deaths} failures`,
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("is dead-lettered once, though the ventilator ends before the sink has counted it", async () => {
    const trial = poisoned();
    const { bench } = trial;
    // This sink hears of no dead letter.
    const deaf = await bench.sink({ isDeafToDeadLetters: true });
    mortalWorkers(bench, "fail");
    const first = await bench.ventilator();
    await until("all are dead-lettered", async () => (await metricsOf(first))[0] === 4);
    await Promise.all([first.ventilator.stop(), deaf.close()]);
    expect(bench.store.buried).toEqual([]);
    const size = statSync(join(deadLetterFolder(bench.config.dataDir), "letters.jsonl")).size;

    await bench.sink();
    const { ventilator } = await bench.ventilator();
    expect((await ventilator.ended).isComplete).toBe(true);
    await expectDeadLettered(trial);
    const path = join(deadLetterFolder(bench.config.dataDir), "letters.jsonl");
    expect(statSync(path).size).toBe(size);
    // And a run after that has nothing to do.
    const again = await bench.ventilator();
    expect(await again.ventilator.ended).toMatchObject({ isComplete: true, problems: [] });
    recordEvidence({
      part: "poison",
      fault: "the ventilator ends between writing a dead letter and the sink's counting it",
      expected: "one dead letter a line, each counted once",
      observed: "4 lines, 4 dead letters, 4 counted",
      runs: 4,
      lost: 0,
      twice: 0,
    });
  });

  it("is dead-lettered although a power cut has left half a dead letter", async () => {
    const trial = poisoned();
    const { bench } = trial;
    await bench.sink();
    mortalWorkers(bench, "fail");
    await (
      await bench.ventilator()
    ).ventilator.ended;
    const path = join(deadLetterFolder(bench.config.dataDir), "letters.jsonl");
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length - 20));
    expect(await lettersOf(bench)).toHaveLength(3);
    appendFileSync(join(bench.logs, "a.log"), `\n${poison}`);
    await (
      await bench.ventilator()
    ).ventilator.ended;
    const letters = await lettersOf(bench);
    expect(letters).toHaveLength(4);
    expect(readFileSync(path).subarray(0, 100)).toEqual(whole.subarray(0, 100));
  });
});

it("a line that can not be dead-lettered is not told to the sink, and is dead-lettered when it can", async () => {
  const trial = poisoned();
  const { bench } = trial;
  const path = join(deadLetterFolder(bench.config.dataDir), "letters.jsonl");
  mkdirSync(path, { recursive: true });
  await bench.sink();
  mortalWorkers(bench, "fail");
  const { ventilator } = await bench.ventilator();
  await expect(ventilator.ended).rejects.toMatchObject({
    code: "disk_failed",
    message: expect.stringContaining(path) as string,
  });
  rmSync(path, { recursive: true });
  const next = await bench.ventilator();
  expect((await next.ventilator.ended).isComplete).toBe(true);
  await expectDeadLettered(trial);
});

it("a cluster in which nothing works ends with an error, and dead-letters nothing more", async () => {
  const bench = new Bench({ batchBytesMax: 4096 });
  bench.write("a.log", lines(0, 2000));
  await bench.sink();
  bench.worker({ doing: () => "fail" });
  const { ventilator } = await bench.ventilator();
  await expect(ventilator.ended).rejects.toMatchObject({
    code: "batch_failed",
    message: expect.stringMatching(/in a row were given up and none got through/) as string,
  });
  expect((await lettersOf(bench)).length).toBeLessThan(256);
});
