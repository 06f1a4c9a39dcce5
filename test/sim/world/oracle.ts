// What the tables must be, from the lines as they were made. Written without any of the code that
// counts in production; a table is a map from the text of a row's key to the text of its metrics.

import type { SummaryDefinition } from "../../../src/shared/model/plan.ts";
import { summaryKey } from "../../../src/shared/model/definition-key.ts";
import type { SourceSheet, SummarySheet } from "../../../src/shared/model/sheet.ts";
import { schemaOf } from "../../../src/shared/table/schema.ts";
import { decodeTable } from "../../../src/shared/table/table-view.ts";
import type { StoreReader } from "../../../src/sink/store/store.ts";
import type { Content, LineTruth } from "./content.ts";

/** Row by `bucket/dimension`. */
export type Rows = Map<string, string>;

export const hits: SummaryDefinition = {
  name: "hits",
  from: ["web"],
  timestamp: "timestamp",
  granularity: "day",
  timezone: "UTC",
  dimensions: ["status"],
  metrics: [
    { name: "requests", type: "count" },
    { name: "volume", type: "sum", field: "bytes", scale: 0 },
    { name: "clients", type: "hll", field: "ip", log2m: 8, regwidth: 5 },
  ],
};

/** Added later in some runs. */
export const pages: SummaryDefinition = {
  name: "pages",
  from: ["web"],
  timestamp: "timestamp",
  granularity: "hour",
  timezone: "UTC",
  dimensions: ["url"],
  metrics: [
    { name: "requests", type: "count" },
    { name: "largest", type: "max", field: "bytes", scale: 0 },
  ],
};

interface Sums {
  requests: bigint;
  volume: bigint;
  largest: number;
  readonly ips: Set<string>;
}

const spanSec = new Map([
  ["day", 86_400],
  ["hour", 3600],
]);

function rowKey({ name, granularity }: SummaryDefinition, line: LineTruth): string {
  const value = name === "hits" ? line.status : line.url;
  return `${line.second - (line.second % spanSec.get(granularity)!)}/${value}`;
}

function expectedRows(definition: SummaryDefinition, lines: readonly LineTruth[]): Rows {
  const sums = new Map<string, Sums>();
  for (const line of lines) {
    if (line.rejected !== null) continue;
    const key = rowKey(definition, line);
    const sum = sums.get(key) ?? { requests: 0n, volume: 0n, largest: 0, ips: new Set() };
    sums.set(key, sum);
    sum.requests += 1n;
    sum.volume += BigInt(line.bytes);
    sum.largest = Math.max(sum.largest, line.bytes);
    sum.ips.add(line.ip);
  }
  return new Map(
    [...sums].map(([key, { requests, volume, largest, ips }]) => [
      key,
      definition.name === "hits" ? `${requests} ${volume} ${ips.size}` : `${requests} ${largest}`,
    ]),
  );
}

export async function storedRows(definition: SummaryDefinition, store: StoreReader): Promise<Rows> {
  const rows: Rows = new Map();
  const key = summaryKey(definition);
  const schema = schemaOf(definition);
  const info = (await store.summaries()).find((summary) => summary.key === key);
  for (const { bucketStart } of info?.buckets ?? []) {
    for await (const frame of store.read(key, bucketStart)) {
      const view = decodeTable(frame, schema);
      for (let row = 0; row < view.rows; row += 1) {
        const name = `${bucketStart}/${Buffer.from(view.value(0, row)).toString()}`;
        if (rows.has(name)) throw new Error(`row ${name} of ${definition.name} is there twice`);
        rows.set(
          name,
          definition.name === "hits"
            ? `${view.count(0, row)} ${view.sum(1, row)} ${view.hll(2, row).explicitCount}`
            : `${view.count(0, row)} ${view.max(1, row)}`,
        );
      }
    }
  }
  return rows;
}

/** Summaries want every line, and every line that parses has what they need. */
export function expectedSummarySheet({ bytes, parsed }: SourceSheet): SummarySheet {
  return { bytes, parsed, counted: parsed, filtered: 0, rejected: {} };
}

export function expectedBalance(contents: readonly Content[]): SourceSheet {
  const rejected: Record<string, number> = {};
  let lines = 0;
  let parsed = 0;
  let bytes = 0;
  for (const content of contents) {
    bytes += content.bytes.length;
    for (const { rejected: reason } of content.lines) {
      lines += 1;
      if (reason === null) parsed += 1;
      else rejected[reason] = (rejected[reason] ?? 0) + 1;
    }
  }
  return { lines, bytes, parsed, rejected, deadLettered: 0 };
}

/** With the rows, each without some of the lines that may lack, that are as they are stored. */
export function withoutLacking(
  definition: SummaryDefinition,
  lines: readonly LineTruth[],
  mayLack: readonly LineTruth[],
  stored: Rows,
): { readonly rows: Rows; readonly lacking: number } {
  const rows = expectedRows(definition, lines);
  const keys = new Set(mayLack.map((line) => rowKey(definition, line)));
  let lacking = 0;
  for (const key of keys) {
    const isOfRow = (line: LineTruth): boolean =>
      line.rejected === null && rowKey(definition, line) === key;
    const candidates = mayLack.filter(isOfRow);
    const others = lines.filter((line) => isOfRow(line) && !candidates.includes(line));
    for (let choice = 0; choice < 2 ** candidates.length; choice += 1) {
      const rest = candidates.filter((_, index) => ((choice >> index) & 1) === 0);
      const row = expectedRows(definition, [...others, ...rest]).get(key);
      if (row !== stored.get(key)) continue;
      if (row === undefined) rows.delete(key);
      else rows.set(key, row);
      lacking += candidates.length - rest.length;
      break;
    }
  }
  return { rows, lacking };
}

/** The first difference in words; null if there is none. */
export function differenceOf(name: string, expected: Rows, stored: Rows): string | null {
  for (const [key, value] of expected) {
    const other = stored.get(key);
    if (other !== value) return `${name} ${key}: expected ${value}, stored ${other ?? "nothing"}`;
  }
  for (const [key, value] of stored) {
    if (!expected.has(key)) return `${name} ${key}: expected nothing, stored ${value}`;
  }
  return null;
}
