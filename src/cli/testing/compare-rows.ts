// Compares the rows of a summary with those that a test expects, row by row of the same keys.

import { plainText, type Value } from "../../shared/metric/value.ts";
import { isAsExpected, type ExpectedCell } from "./compare.ts";

/** Keys and metrics of a row by name, as a configuration has them. */
export type ExpectedRow = Readonly<Record<string, ExpectedCell>>;

export interface ResultRow {
  readonly keys: Readonly<Record<string, string>>;
  readonly values: ReadonlyMap<string, Value>;
}

/** What is not as expected, a phrase each. */
export function compareRows(
  expected: readonly ExpectedRow[],
  rows: readonly ResultRow[],
  tolerance: number,
): readonly string[] {
  const faults: string[] = [];
  const left = new Set(rows);
  for (const wanted of expected) {
    const row = [...left].find(({ keys }) => hasKeys(keys, wanted));
    if (row === undefined) {
      faults.push(`there is no row ${shown(keysOf(wanted, rows))}`);
      continue;
    }
    left.delete(row);
    for (const [name, cell] of Object.entries(wanted)) {
      const value = row.values.get(name);
      if (value === undefined || isAsExpected(value, cell, tolerance)) continue;
      const found = value === null ? "null" : plainText(value);
      faults.push(`${name} of ${shown(row.keys)} is ${found}, expected ${String(cell)}`);
    }
  }
  for (const { keys, values } of left) {
    const metrics = [...values].map(([name, value]) => `${name} ${plainText(value) || "null"}`);
    faults.push(`the row ${shown(keys)} is not expected (${metrics.join(", ")})`);
  }
  return faults;
}

function hasKeys(keys: Readonly<Record<string, string>>, wanted: ExpectedRow): boolean {
  return Object.entries(keys).every(([name, key]) => String(wanted[name] ?? "") === key);
}

/** Of an expected row, what is no metric. */
function keysOf(wanted: ExpectedRow, rows: readonly ResultRow[]): object {
  const isMetric = (name: string): boolean => rows.some(({ values }) => values.has(name));
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !isMetric(name)));
}

function shown(keys: object): string {
  const pairs = Object.entries(keys).map(([name, key]) => `${name}: ${JSON.stringify(key)}`);
  return pairs.length === 0 ? "of all lines" : `{ ${pairs.join(", ")} }`;
}
