// The store's own numbers as Prometheus metrics, read when somebody asks: what it counts, its summaries,
// and the space that is left for it.

import { Counter, Gauge } from "../shared/runtime/metrics.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { rowBounds } from "../shared/table/row-bounds.ts";
import { sharedAnswer } from "./shared-answer.ts";
import type { StoreNumbers, StoreSpace, TableReader } from "./store/store.ts";
import type { SummaryInfo } from "./store/summary-info.ts";

export interface StoreMetricsParts {
  readonly store: TableReader & StoreNumbers;
  /** Whether a ventilator answers. */
  readonly isGreeted: () => boolean;
}

/** Whether the store or an output waits for space; there before the store is. */
export function exportDiskFull(registry: Registry, isWaitingForSpace: () => boolean): void {
  exportGauge(registry, "logmill_sink_disk_full", "1 while a full disk is waited for.", () =>
    isWaitingForSpace() ? 1 : 0,
  );
}

function exportGauge(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge: Gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => gauge.set(read()),
  });
}

function exportCounter(registry: Registry, name: string, help: string, read: () => number): void {
  const counter: Counter = new Counter({
    name,
    help,
    registers: [registry],
    collect() {
      counter.reset();
      counter.inc(read());
    },
  });
}

/** Adds the store's own numbers, and whether a ventilator answers. */
export function exportStoreMetrics(registry: Registry, parts: StoreMetricsParts): void {
  const { store } = parts;
  for (const { name, type, help, read } of store.numbers) {
    if (type === "counter") exportCounter(registry, name, help, read);
    else exportGauge(registry, name, help, read);
  }
  const connected = "1 while a ventilator answers.";
  exportGauge(registry, "logmill_sink_ventilator_connected", connected, () =>
    parts.isGreeted() ? 1 : 0,
  );
  exportTables(registry, store);
  exportSpace(
    registry,
    sharedAnswer(() => store.space()),
  );
}

type Values = Iterable<readonly [summary: string, value: number]>;

function exportTables(registry: Registry, store: TableReader & StoreNumbers): void {
  const addGauge = (name: string, help: string, read: () => Values | Promise<Values>): void => {
    const gauge: Gauge<"summary"> = new Gauge({
      name: `logmill_sink_${name}`,
      help,
      labelNames: ["summary"],
      registers: [registry],
      async collect() {
        for (const [summary, value] of await read()) gauge.set({ summary }, value);
      },
    });
  };
  const rowsOf = ({ buckets }: SummaryInfo): number =>
    buckets.reduce((most, { rows }) => Math.max(most, rows), 0);
  const summaries = sharedAnswer(() => store.summaries());
  const each = async (read: (info: SummaryInfo) => number): Promise<Values> =>
    (await summaries()).map((info) => [info.name, read(info)] as const);
  addGauge("live_rows", "Rows of the live tables.", () => store.liveRows());
  addGauge("buckets", "Buckets stored.", () => each(({ buckets }) => buckets.length));
  addGauge(
    "largest_bucket_rows",
    "Rows of the bucket that has most, at most: a key that lies in several segments counts in each.",
    () => each(rowsOf),
  );
  addGauge(
    "bucket_rows_max",
    "Rows that one bucket may have; those beyond it add up in one overflow row.",
    () => each(({ definition }) => rowBounds(definition).maxRows),
  );
}

function exportSpace(registry: Registry, read: () => Promise<StoreSpace | null>): void {
  const addGauge = (name: string, help: string, valueOf: (space: StoreSpace) => number): void => {
    const gauge: Gauge = new Gauge({
      name: `logmill_sink_disk_${name}`,
      help,
      registers: [registry],
      async collect() {
        const space = await read();
        if (space !== null) gauge.set(valueOf(space));
      },
    });
  };
  const free = "Bytes that the sink may still write to the file system that the store lies on.";
  addGauge("free_bytes", free, ({ freeBytes }) => freeBytes);
  addGauge("size_bytes", "Size of that file system.", ({ totalBytes }) => totalBytes);
}
