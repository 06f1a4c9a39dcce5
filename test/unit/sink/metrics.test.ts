import { describe, expect, it } from "vitest";
import type { SummaryDefinition } from "../../../src/shared/model/plan.ts";
import type { KeptSheet, SourceSheet } from "../../../src/shared/model/sheet.ts";
import { Registry } from "../../../src/shared/runtime/metrics.ts";
import { createSinkMetrics, exportOutputLag } from "../../../src/sink/metrics.ts";
import { exportDiskFull, exportStoreMetrics } from "../../../src/sink/store-metrics.ts";
import { exportSheets } from "../../../src/sink/sheet-metrics.ts";
import { storeNumbers, type StoreStats } from "../../../src/sink/store/embedded/store-numbers.ts";
import type { StoreState } from "../../../src/sink/store/store.ts";

/** Every number is another one, so that none can stand in for another. */
const stats: StoreStats = {
  groups: 1,
  batches: 2,
  duplicates: 3,
  walBytesWritten: 4,
  flushMs: 5500,
  compactMs: 16_500,
  flushes: 6,
  compactions: 7,
  segmentBytesWritten: 8,
  fullRetries: 9,
  queuedBatches: 10,
  queuedBytes: 11,
  liveBytes: 12,
  walBytes: 13,
  segmentFiles: 14,
  segmentBytes: 15,
};

const sheet: SourceSheet = {
  lines: 50,
  bytes: 700,
  parsed: 30,
  rejected: { blank: 4, bad_csv: 5 },
  deadLettered: 10,
};
const ofPaths: KeptSheet = {
  bytes: 700,
  bytesBefore: 0,
  parsed: 30,
  counted: 12,
  filtered: 11,
  rejected: { bad_number: 6 },
};
const buckets = [
  { bucketStart: 0, rows: 23, rowsLeast: 23, version: 1 },
  { bucketStart: 3600, rows: 22, rowsLeast: 22, version: 1 },
];
const definition = { name: "paths", maxRows: 24 } as SummaryDefinition;

function registryWith(state: StoreState, isGreeted: boolean): Registry {
  const registry = new Registry();
  createSinkMetrics(registry);
  exportOutputLag(registry, () => 4.5);
  exportDiskFull(registry, () => state.kind === "full");
  exportSheets(registry, () =>
    Promise.resolve({ sources: { web: sheet }, summaries: { paths: { web: ofPaths } } }),
  );
  exportStoreMetrics(registry, {
    store: {
      storeId: "5".repeat(32),
      numbers: storeNumbers(() => stats, 18),
      liveRows: () => new Map([["paths", 21]]),
      rowsFolded: () => 0,
      space: () => Promise.resolve({ freeBytes: 19, totalBytes: 20 }),
      summaries: () =>
        Promise.resolve([{ key: "00", name: "paths", definition, adoptions: [], buckets }]),
      read: () => expect.fail("no rows are read"),
    },
    isGreeted: () => isGreeted,
  });
  return registry;
}

describe("the metrics of a sink", () => {
  it("show the store's numbers as they are at the time of asking", async () => {
    const registry = registryWith({ kind: "open" }, true);
    await registry.metrics();
    const text = await registry.metrics();
    for (const [name, value] of [
      ["group_commits_total", 1],
      ["wal_written_bytes_total", 4],
      ["flush_seconds_total", 5.5],
      ["compaction_seconds_total", 16.5],
      ["flushes_total", 6],
      ["compactions_total", 7],
      ["segment_written_bytes_total", 8],
      ["disk_full_retries_total", 9],
      ["queued_batches", 10],
      ["queued_bytes", 11],
      ["live_bytes", 12],
      ["wal_bytes", 13],
      ["segment_files", 14],
      ["segment_bytes", 15],
      ["disk_full", 0],
      ["ventilator_connected", 1],
      ["live_bytes_max", 18],
      ["disk_free_bytes", 19],
      ["disk_size_bytes", 20],
      ["output_lag_seconds", 4.5],
    ] as const) {
      expect(text).toContain(`\nlogmill_sink_${name} ${value}\n`);
    }
  });

  it("show the durable sheets, in balance, and the tables, at the first scrape", async () => {
    const text = await registryWith({ kind: "open" }, true).metrics();
    for (const [name, value] of [
      ['bytes_total{source="web"}', 700],
      ['lines_total{source="web",fate="accepted"}', 30],
      ['lines_total{source="web",fate="rejected"}', 9],
      ['lines_total{source="web",fate="dead_lettered"}', 10],
      ['rejected_lines_total{source="web",reason="bad_csv"}', 5],
      ['unbalanced_lines{source="web"}', 1],
      ['table_lines_total{summary="paths",source="web",fate="counted"}', 12],
      ['table_lines_total{summary="paths",source="web",fate="filtered"}', 11],
      ['table_lines_total{summary="paths",source="web",fate="rejected"}', 6],
      ['table_rejected_lines_total{summary="paths",source="web",reason="bad_number"}', 6],
      ['table_unbalanced_lines{summary="paths",source="web"}', 1],
      ['live_rows{summary="paths"}', 21],
      ['buckets{summary="paths"}', 2],
      ['bucket_rows_max{summary="paths"}', 24],
      ['largest_bucket_rows{summary="paths"}', 23],
    ] as const) {
      expect(text).toContain(`\nlogmill_sink_${name} ${value}\n`);
    }
  });

  it("have every known value of their labels from the start", async () => {
    const text = await registryWith({ kind: "open" }, true).metrics();
    const partials = ["merged", "duplicate", "checksum", "overlap", "plan", "bad_table"];
    for (const line of [
      ...partials.map((result) => `partials_total{result="${result}"} 0`),
      ...["ok", "failed"].map((result) => `publishes_total{result="${result}"} 0`),
      ...["check", "commit", "merge", "publish"].map((s) => `busy_seconds_total{stage="${s}"} 0`),
      'dropped_messages_total{reason="bad_tag"} 0',
      'rejected_lines_total{source="web",reason="invalid_utf8"} 0',
      'table_rejected_lines_total{summary="paths",source="web",reason="missing_field"} 0',
    ]) {
      expect(text).toContain(`\nlogmill_sink_${line}\n`);
    }
  });

  it("show a full disk and an absent ventilator", async () => {
    const text = await registryWith({ kind: "full", reason: "" }, false).metrics();
    expect(text).toContain("\nlogmill_sink_disk_full 1\n");
    expect(text).toContain("\nlogmill_sink_ventilator_connected 0\n");
  });

  it("follow the grammar of names and help", () => {
    for (const { name, help, type } of registryWith({ kind: "open" }, true).getMetricsAsArray()) {
      expect(name).toMatch(/^logmill_sink_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type.toString() === "counter");
      expect(help).toMatch(/^[A-Z1].*\.$/);
    }
  });
});
