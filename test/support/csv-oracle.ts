// Compares the CSV files of a run with what the plain reference counts in the same content: counts,
// sums and extremes digit by digit, distinct counts exactly while they are few and within six
// standard errors beyond.

import { expect } from "vitest";
import { bucketLabel } from "../../src/shared/model/bucket.ts";
import type { Config } from "../../src/shared/config/config.ts";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type { MetricDefinition, SummaryDefinition } from "../../src/shared/model/plan.ts";
import { formatDecimal, formatQuotient } from "../../src/shared/text/number-format.ts";
import type {
  ReferenceMetric,
  ReferenceResult,
  ReferenceRow,
  ReferenceTable,
} from "../reference/reference-summarise.ts";

/** Distinct values up to which a sketch is exact, see the contract of the table format. */
const exactDistinctMax = 64;

/** Fails unless the files are exactly those of the reference's tables, row by row. */
export function expectOracle(
  files: ReadonlyMap<string, string>,
  config: Config,
  reference: ReferenceResult,
): void {
  const expected = new Map<string, [SummaryDefinition, ReferenceTable]>();
  for (const summary of config.plan.summaries) {
    for (const [start, table] of reference.tables.get(summaryKey(summary))!) {
      const label = bucketLabel(summary.timezone, summary.granularity, start);
      expected.set(`${summary.name}/${label}.csv`, [summary, table]);
    }
  }
  expect([...files.keys()]).toEqual([...expected.keys()].sort());
  for (const [path, [summary, table]] of expected) {
    expectTable(path, files.get(path)!, summary, table);
  }
}

function expectTable(
  path: string,
  csv: string,
  { dimensions, metrics }: SummaryDefinition,
  table: ReferenceTable,
): void {
  const [header, ...lines] = csv.trimEnd().split("\n");
  const names = header!.split(",");
  expect(names, path).toEqual([...dimensions, ...metrics.flatMap(columnNames)]);
  const records = lines.map((line) => {
    const cells = line.split(",");
    return new Map(names.map((name, index) => [name, cells[index]!]));
  });
  const rows = [...table.values()].sort(byKey);
  expect(records.length, path).toBe(rows.length);
  rows.forEach((row, index) => {
    const record = records[index]!;
    const where = `${path}, row ${index + 1}`;
    expect(
      dimensions.map((name) => record.get(name)),
      where,
    ).toEqual(row.values);
    metrics.forEach((metric, at) => expectValue(where, record, metric, row.metrics[at]!));
  });
}

function expectValue(
  where: string,
  record: ReadonlyMap<string, string>,
  metric: MetricDefinition,
  expected: ReferenceMetric,
): void {
  const found = record.get(metric.name)!;
  if (expected.type !== "hll" || metric.type !== "hll") {
    const scale = "scale" in metric ? metric.scale : 0;
    const value = expected.type === "hll" ? null : expected.value;
    if (expected.type === "avg") {
      const { values } = expected;
      const mean = formatQuotient(expected.value, (values || 1n) * 10n ** BigInt(scale), scale + 4);
      expect(found, `${where}: ${metric.name}`).toBe(values === 0n ? "" : mean);
      return;
    }
    expect(found, `${where}: ${metric.name}`).toBe(
      value === null ? "" : formatDecimal(value, scale),
    );
    return;
  }
  const { size } = expected.distinct;
  const relativeError = 1.04 / Math.sqrt(2 ** metric.log2m);
  const tolerance = size <= exactDistinctMax ? 0 : 6 * relativeError * size;
  expect(Math.abs(Number(found) - size), `${where}: ${metric.name}`).toBeLessThanOrEqual(tolerance);
  const low = Number(record.get(`${metric.name}_lo`));
  const high = Number(record.get(`${metric.name}_hi`));
  expect(low <= Number(found) && Number(found) <= high, `${where}: bounds`).toBe(true);
}

const columnNames = ({ name, type }: MetricDefinition): string[] =>
  type === "hll" ? [name, `${name}_lo`, `${name}_hi`] : [name];

/** Dimension by dimension in the order of bytes; the values hold one character a byte. */
function byKey(a: ReferenceRow, b: ReferenceRow): number {
  for (const [index, value] of a.values.entries()) {
    const other = b.values[index]!;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
