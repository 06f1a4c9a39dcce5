import type { StoreNumbers, TableReader } from "../../../src/sink/store/store.ts";
import { assert, describe, expect, test } from "vitest";
import { Registry } from "../../../src/shared/runtime/metrics.ts";
import { exportRowMetrics, RowLimitAlerts } from "../../../src/sink/row-limit-alerts.ts";
import type { SummaryInfo } from "../../../src/sink/store/summary-info.ts";
import { keepingLogger } from "../../support/silent-logger.ts";

const day = 86_400;

function summary(rows: readonly number[]): SummaryInfo {
  return {
    key: "0".repeat(32),
    name: "flood",
    adoptions: [],
    definition: {
      name: "flood",
      from: ["ads"],
      timestamp: "timestamp",
      granularity: "day",
      timezone: "UTC",
      dimensions: ["user"],
      maxRows: 100,
      metrics: [{ name: "events", type: "count" }],
    },
    buckets: rows.map((rowsLeast, index) => ({
      bucketStart: index * day,
      rows: rowsLeast,
      rowsLeast,
      version: 1,
    })),
  };
}

/** A store of the one summary, with as many rows in its buckets. */
function storeWith(rows: () => readonly number[]): TableReader & StoreNumbers {
  return {
    storeId: "5".repeat(32),
    summaries: () => Promise.resolve([summary(rows())]),
    read: () => assert.fail("no rows are read"),
    numbers: [],
    liveRows: () => new Map(),
    rowsFolded: () => 0,
    space: () => Promise.resolve(null),
  };
}

describe("the watch over rows", () => {
  test("tells once of buckets at 80 % and once of those beyond the bound", async () => {
    const logger = keepingLogger();
    const told = (): string[] =>
      logger.records.map(({ level, fields }) => {
        return `${level} ${String(fields["buckets"])} ${String(fields["bucket"])}`;
      });
    let rows = [79, 80, 100];
    const watch = new RowLimitAlerts(
      storeWith(() => rows),
      logger,
    );
    await watch.check();
    await watch.check();
    expect(told()).toEqual(["warn 2 1970-01-03"]);
    rows = [79, 101, 100];
    await watch.check();
    await watch.check();
    expect(told().slice(1)).toEqual(["error 1 1970-01-02"]);
  });

  test("tells of a thousand hours that overflow one after the other in a few lines", async () => {
    const logger = keepingLogger();
    const rows: number[] = [];
    const watch = new RowLimitAlerts(
      storeWith(() => rows),
      logger,
    );
    for (let hour = 0; hour < 1000; hour += 1) {
      rows.push(101);
      await watch.check();
    }
    expect(logger.records.map(({ fields }) => fields["buckets"])).toEqual(
      Array.from({ length: 10 }, (_, power) => 2 ** power),
    );
    expect(logger.records[1]?.message).toMatch(/^2 buckets have more rows than max_rows/);
  });

  test("exports rows and what overflowed", async () => {
    const registry = new Registry();
    exportRowMetrics(registry, { ...storeWith(() => [3, 101]), rowsFolded: () => 7 });
    const text = await registry.metrics();
    for (const line of [
      'logmill_sink_fullest_bucket_rows{summary="flood"} 101',
      'logmill_sink_overflown_buckets{summary="flood"} 1',
      'logmill_sink_summary_rows{summary="flood"} 101',
      'logmill_sink_summary_overflown_buckets{summary="flood"} 1',
      'logmill_sink_overflow_rows_total{summary="flood"} 7',
    ]) {
      expect(text).toContain(line);
    }
  });
});
