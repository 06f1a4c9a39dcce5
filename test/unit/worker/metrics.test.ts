import { describe, expect, it } from "vitest";
import { Registry } from "../../../src/shared/runtime/metrics.ts";
import { addCounters, newCounters } from "../../../src/worker/counters.ts";
import type { WorkerCounters } from "../../../src/worker/counters.ts";
import { exportWorkerMetrics, workerMetricNames } from "../../../src/worker/metrics.ts";

const some: WorkerCounters = {
  batches: 1,
  lines: 2,
  bytes: 3,
  partialBytes: 4,
  partialRows: 14,
  busySeconds: 5.5,
  kernelSeconds: { check: 6.5, tokenise: 1, decode: 2, aggregate: 3, encode: 4 },
  blockedSeconds: 7.5,
  rejected: { blank: 8, bad_number: 9 },
  failed: { checksum: 10, plan: 11, error: 12, source: 14 },
  dropped: 13,
  watchdogKills: 15,
};

describe("counters", () => {
  it("add up, every one of them", () => {
    const total = newCounters();
    addCounters(total, some);
    expect(total).toEqual(some);
    addCounters(total, { ...some, rejected: { blank: 1, bad_csv: 1 } });
    expect(total).toEqual({
      batches: 2,
      lines: 4,
      bytes: 6,
      partialBytes: 8,
      partialRows: 28,
      busySeconds: 11,
      kernelSeconds: { check: 13, tokenise: 2, decode: 4, aggregate: 6, encode: 8 },
      blockedSeconds: 15,
      rejected: { blank: 9, bad_number: 9, bad_csv: 1 },
      failed: { checksum: 20, plan: 22, error: 24, source: 28 },
      dropped: 26,
      watchdogKills: 30,
    });
  });
});

describe("the metrics of workers", () => {
  it("tell workers and reasons apart, and are absolute at every scrape", async () => {
    const registry = new Registry();
    const second = newCounters();
    exportWorkerMetrics(registry, () => [
      ["1", some],
      ["2", second],
    ]);
    await registry.metrics();
    second.batches = 40;
    const text = await registry.metrics();
    expect(text).toContain('logmill_worker_batches_total{worker="1"} 1\n');
    expect(text).toContain('logmill_worker_batches_total{worker="2"} 40\n');
    expect(text).toContain('logmill_worker_busy_seconds_total{worker="1"} 5.5\n');
    expect(text).toContain(
      'logmill_worker_rejected_lines_total{worker="1",reason="bad_number"} 9\n',
    );
    expect(text).toContain('logmill_worker_rejected_lines_total{worker="2",reason="blank"} 0\n');
    expect(text).toContain('logmill_worker_failed_batches_total{worker="1",reason="error"} 12\n');
    expect(text).toContain('logmill_worker_kernel_seconds_total{worker="1",stage="check"} 6.5\n');
    expect(text).toContain('logmill_worker_partial_rows_total{worker="1"} 14\n');
    expect(text).toContain('logmill_worker_dropped_messages_total{worker="1"} 13\n');
  });

  it("follow the grammar of names and help", async () => {
    const registry = new Registry();
    exportWorkerMetrics(registry, () => []);
    const metrics = registry.getMetricsAsArray();
    expect(metrics.map(({ name }) => name)).toEqual(workerMetricNames);
    for (const { name, help } of metrics) {
      expect(name).toMatch(/^logmill_worker_[a-z_]+_total$/);
      expect(help).toMatch(/^[A-Z].*\.$/);
    }
    expect(await registry.metrics()).not.toContain("NaN");
  });
});
