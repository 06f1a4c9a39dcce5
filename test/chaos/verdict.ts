// Exact or not: what the writer of the load counted against the balance sheet and the files that came
// out, and these, byte by byte, against those of one undisturbed worker over the same content.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Counted, Row } from "./load.ts";
import type { Sheet } from "./watch.ts";

/** Distinct values up to which a sketch is exact; beyond, six standard errors are allowed. */
const exactDistinctMax = 64;
const log2m = 11;

/** @returns differences */
export function compareSheet(counted: Counted, sheet: Sheet): string[] {
  const columns: [string, number, number][] = [
    ["lines", counted.lines, sheet.lines],
    ["bytes", counted.bytes, sheet.bytes],
    ["dead-lettered", 0, sheet.deadLettered],
  ];
  for (const [name, own] of Object.entries(sheet.summaries)) {
    columns.push([`counted by ${name}`, counted.counted, own.counted]);
    columns.push([`filtered by ${name}`, counted.filtered, own.filtered]);
    const rejected = { ...sheet.rejected, ...own.rejected };
    for (const reason of new Set([...counted.rejected.keys(), ...Object.keys(rejected)])) {
      const written = counted.rejected.get(reason) ?? 0;
      columns.push([`rejected for ${name} (${reason})`, written, rejected[reason] ?? 0]);
    }
  }
  return columns
    .filter(([, written, durable]) => written !== durable)
    .map(([name, written, durable]) => `${name}: ${written} written, ${durable} in the store`);
}

/** All files of a folder by their path in it. */
export function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

/** @returns differences */
export function compareFiles(
  files: ReadonlyMap<string, string>,
  expected: ReadonlyMap<string, string>,
): string[] {
  const names = new Set([...files.keys(), ...expected.keys()]);
  return [...names]
    .filter((name) => files.get(name) !== expected.get(name))
    .map((name) => `${name} differs from that of an undisturbed run`);
}

/** @returns differences */
export function compareCounts(files: ReadonlyMap<string, string>, counted: Counted): string[] {
  const faults: string[] = [];
  let seen = 0;
  for (const [summary, buckets] of [
    ["campaigns", counted.campaigns],
    ["kinds", counted.kinds],
  ] as const) {
    for (const [bucket, rows] of buckets) {
      const name = `${summary}/${bucket}.csv`;
      const text = files.get(name);
      seen += 1;
      if (text === undefined) faults.push(`${name} is missing`);
      else faults.push(...compareRows(name, text, rows));
    }
  }
  if (files.size !== seen) faults.push(`${files.size} files instead of ${seen}`);
  return faults;
}

function compareRows(name: string, text: string, rows: Map<string, Row>): string[] {
  const lines = text.trimEnd().split("\n").slice(1);
  if (lines.length !== rows.size) return [`${name}: ${lines.length} rows instead of ${rows.size}`];
  return lines.flatMap((line) => {
    const [key = "", events, revenue, users] = line.split(",");
    const row = rows.get(key);
    if (row === undefined) return [`${name}: nobody wrote ${key}`];
    const expected = `${row.events},${decimal(row.revenue)}`;
    if (`${events},${revenue}` !== expected) {
      return [`${name}, ${key}: ${events},${revenue} instead of ${expected}`];
    }
    const distinct = row.users.size;
    const error = (1.04 / Math.sqrt(2 ** log2m)) * 6 * distinct;
    const allowed = distinct <= exactDistinctMax ? 0 : error;
    if (Math.abs(Number(users) - distinct) <= allowed) return [];
    return [`${name}, ${key}: ${users} users instead of about ${distinct}`];
  });
}

function decimal(millionths: number) {
  return `${Math.floor(millionths / 1e6)}.${String(millionths % 1e6).padStart(6, "0")}`;
}
