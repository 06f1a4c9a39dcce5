// Chaos over roles apart: faults and load until the time is up, then a quiet phase in which all that
// was written has to become durable within a stated time.

import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../src/shared/base/prng.ts";
import { Cluster } from "./cluster.ts";
import type { Load } from "./load.ts";
import { makeSchedule } from "./random.ts";
import { Recovery, type RecoveryTime } from "./recovery.ts";
import { Watch, durableSheet } from "./watch.ts";

/** The load stays so many lines ahead of what is durable, so that there is always work. */
const linesAheadMax = 100_000;
const linesAWrite = 2_500;
const writeEveryMs = 25;
const lookEveryMs = 1_000;
const settleEveryMs = 200;

export interface ChaosOptions {
  /** Of the faults */
  readonly durationMs: number;
  /** What the quiet phase may take */
  readonly convergeWithinMs: number;
  /** Path */
  readonly config: string;
  /** endpoint, where the roles are apart */
  readonly tasks: string;
  /** Folder for the logs of the roles */
  readonly logs: string;
  readonly load: Load;
  readonly random: Random;
}

export interface ChaosOutcome {
  /** What was wrong besides the counts */
  readonly faults: string[];
  readonly kills: number;
  readonly stops: number;
  readonly terms: number;
  readonly workersMax: number;
  readonly redelivered: number;
  readonly duplicates: number;
  /** How often the store was looked into while it was being hurt */
  readonly looks: number;
  /** Null when it never did */
  readonly convergedMs: number | null;
  readonly recovery: RecoveryTime[];
}

/** What is seen of the durable sheet: it never has more than was written, and never less than before. */
export class SheetWatch {
  faults: string[] = [];
  looks = 0;
  lines = 0;
  #config;
  #load;

  /** @param config path */
  constructor(config: string, load: Load) {
    this.#config = config;
    this.#load = load;
  }

  /** @returns durable lines */
  async look(): Promise<number> {
    const { lines } = await durableSheet(this.#config);
    this.looks += 1;
    const { lines: written } = this.#load.counted;
    if (lines > written)
      this.faults.push(`${lines} lines in the store when ${written} were written`);
    if (lines < this.lines) this.faults.push(`${lines} lines in the store after ${this.lines}`);
    this.lines = lines;
    return lines;
  }
}

export async function chaosApart(options: ChaosOptions): Promise<ChaosOutcome> {
  const { durationMs, convergeWithinMs, config, tasks, logs, load, random } = options;
  const schedule = makeSchedule(random, durationMs, "apart");
  const recovery = new Recovery();
  const cluster = new Cluster(config, tasks, logs, recovery);
  const watch = new Watch(cluster, recovery);
  const sheet = new SheetWatch(config, load);
  try {
    cluster.scale(1);
    const watching = watch.run();
    const startMs = performance.now();
    const passedMs = () => performance.now() - startMs;
    let lookedAtMs = 0;
    let looking = Promise.resolve(0);
    while (passedMs() < durationMs) {
      while (schedule[0] !== undefined && schedule[0].atMs <= passedMs()) {
        const fault = schedule.shift();
        if (fault !== undefined) cluster.inflict(fault);
      }
      if (load.counted.lines - sheet.lines < linesAheadMax) load.write(linesAWrite);
      if (passedMs() - lookedAtMs > lookEveryMs) {
        lookedAtMs = passedMs();
        looking = looking.then(() => sheet.look());
      }
      await sleep(writeEveryMs);
    }
    load.finish();
    await looking;
    const convergedMs = await converge(sheet, load, convergeWithinMs);
    // Whoever is back last may still wait for an acknowledgement that nobody owes any more.
    watch.end();
    await watching;
    const ends = await cluster.rest();
    const { kills, stops, terms, workersMax } = cluster;
    return {
      ...{ kills, stops, terms, workersMax, convergedMs, looks: sheet.looks },
      faults: [...sheet.faults, ...cluster.ownDeaths, ...ends],
      ...{ redelivered: watch.redelivered, duplicates: watch.duplicates },
      recovery: recovery.summary(),
    };
  } finally {
    watch.end();
    cluster.abandon();
  }
}

/** How long it took until every line written was durable. */
async function converge(sheet: SheetWatch, load: Load, withinMs: number): Promise<number | null> {
  const startMs = performance.now();
  for (;;) {
    const lines = await sheet.look();
    const passedMs = performance.now() - startMs;
    if (lines >= load.counted.lines) return Math.round(passedMs);
    if (passedMs > withinMs) return null;
    await sleep(settleEveryMs);
  }
}
