// Watches a cluster from outside while it is being hurt, through the metrics of its roles and the
// store on the disk: how much is durable, what was sent again, when work goes on.

import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import { logmill, type Slot } from "./processes.ts";
import type { Recovery } from "./recovery.ts";

/** How often metrics are asked for; more often while somebody waits for the next acknowledgement. */
const watchEveryMs = 250;
const waitEveryMs = 25;
const answerWithinMs = 500;

/** The durable balance sheets of a store: the source's, with those of its summaries. */
interface SourceSheet {
  lines: number;
  bytes: number;
  parsed: number;
  rejected: Record<string, number>;
  deadLettered: number;
}

interface SummarySheet {
  counted: number;
  filtered: number;
  rejected: Record<string, number>;
}

export type Sheet = SourceSheet & { summaries: Record<string, SummarySheet> };

const emptySheet: Sheet = {
  ...{ lines: 0, bytes: 0, parsed: 0, deadLettered: 0 },
  ...{ rejected: {}, summaries: {} },
};

/** Reads the store beside whoever works on it. */
export async function durableSheet(config: string): Promise<Sheet> {
  const { code, stdout, stderr } = await logmill(["store", "inspect", "-c", config, "--json"]);
  // Before the first sink has made it there is no store.
  if (code !== 0 && stderr.includes("there is no store")) return emptySheet;
  if (code !== 0) throw new Error(`store inspect: exit code ${code}\n${stderr}`);
  interface Sheets {
    sources: Record<string, SourceSheet>;
    summaries: Record<string, Record<string, SummarySheet>>;
  }
  const { sheets } = JSON.parse(stdout) as { sheets: Sheets };
  const summaries = Object.entries(sheets.summaries).flatMap(([name, { ads }]) =>
    ads === undefined ? [] : [[name, ads] as const],
  );
  const source = sheets.sources["ads"];
  return source === undefined
    ? emptySheet
    : { ...source, summaries: Object.fromEntries(summaries) };
}

/** The sum of a metric over its labels. */
function metric(text: string, name: string) {
  let sum = 0;
  for (const match of text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))) {
    sum += Number(match[1]);
  }
  return sum;
}

/** What died with a process after it was last asked is missing from the sums. */
export class Watch {
  #cluster;
  #recovery;
  #isOver = false;
  /** By slot and start, so that every process adds its own. */
  #redelivered = new Map<string, number>();
  #duplicates = new Map<string, number>();

  constructor(cluster: Cluster, recovery: Recovery) {
    this.#cluster = cluster;
    this.#recovery = recovery;
  }

  get redelivered() {
    return sum(this.#redelivered);
  }

  get duplicates() {
    return sum(this.#duplicates);
  }

  end() {
    this.#isOver = true;
  }

  async run() {
    const { ventilator, sink } = this.#cluster;
    while (!this.#isOver) {
      const [ours, theirs] = await Promise.all([ask(ventilator), ask(sink)]);
      if (ours !== null) {
        const { text, start } = ours;
        const name = "logmill_ventilator_acknowledged_batches_total";
        this.#recovery.observe(start, metric(text, name));
        const redelivered = metric(text, "logmill_ventilator_redelivered_batches_total");
        this.#redelivered.set(`${start}`, redelivered);
      }
      if (theirs !== null) {
        const name = 'logmill_sink_partials_total\\{result="duplicate"\\}';
        this.#duplicates.set(`${theirs.start}`, metric(theirs.text, name));
      }
      await sleep(this.#recovery.isWaiting ? waitEveryMs : watchEveryMs);
    }
  }
}

async function ask(slot: Slot): Promise<{ text: string; start: number } | null> {
  const { http, starts: start } = slot;
  if (http === null) return null;
  try {
    const signal = AbortSignal.timeout(answerWithinMs);
    const text = await (await fetch(`${http}/metrics`, { signal })).text();
    return slot.starts === start ? { text, start } : null;
  } catch {
    // It stands still, or has just been killed.
    return null;
  }
}

function sum(counts: Map<string, number>) {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
