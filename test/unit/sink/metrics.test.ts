import { describe, expect, it } from "vitest";
import { Registry } from "../../../src/shared/runtime/metrics.ts";
import { createSinkMetrics, exportStoreMetrics } from "../../../src/sink/metrics.ts";
import type { StoreState, StoreStats } from "../../../src/sink/store/store.ts";

/** Every number is another one, so that none can stand in for another. */
const stats: StoreStats = {
  groups: 1,
  batches: 2,
  duplicates: 3,
  walBytesWritten: 4,
  commitMs: 5500,
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

function registryWith(state: StoreState, isGreeted: boolean): Registry {
  const registry = new Registry();
  createSinkMetrics(registry);
  exportStoreMetrics(registry, { stats: () => stats, state }, () => isGreeted);
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
      ["commit_seconds_total", 5.5],
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
    ] as const) {
      expect(text).toContain(`\nlogmill_sink_${name} ${value}\n`);
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
