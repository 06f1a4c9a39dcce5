// Batches for tests of the store, made from a seed: sources cut into ranges, each with a partial for
// two summaries, and what the tables have to be once a given set of them is merged, according to the
// plain model.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { randomBelow, seededRandom, type Random } from "../../src/shared/base/prng.ts";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { BatchHeader } from "../../src/shared/protocol/messages.ts";
import type { SourceSheet } from "../../src/shared/model/sheet.ts";
import { encodePartial } from "../../src/shared/table/partial-codec.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { rowsPerFrame } from "../../src/sink/store/embedded/memory/live-tables.ts";
import type { TableReader } from "../../src/sink/store/store.ts";
import { partialFor } from "./partials.ts";
import { definitionOf } from "./stored-summary.ts";
import { TableModel, type ModelEvent } from "./table-model.ts";

export const daily = definitionOf({ name: "daily", dimensions: ["campaign"] });
export const hourly = definitionOf({
  name: "hourly",
  granularity: "hour",
  dimensions: ["campaign", "country"],
  metrics: [{ name: "clicks", type: "count" }],
});
export const dailyKey = summaryKey(daily);
export const hourlyKey = summaryKey(hourly);
const daySec = 86_400;

interface TableEvents {
  readonly definition: SummaryDefinition;
  readonly bucketStart: number;
  readonly events: readonly ModelEvent[];
}

export interface ScriptBatch {
  readonly header: BatchHeader;
  readonly partial: Uint8Array;
  readonly crc32: number;
  readonly sheet: SourceSheet;
  readonly tables: readonly TableEvents[];
}

export interface ScriptOptions {
  readonly sources?: number;
  readonly batchesPerSource?: number;
  readonly eventsPerBatch?: number;
  /** Distinct values of a dimension. */
  readonly values?: number;
}

/** The same batches for the same seed, sources interleaved, each source's content in order. */
export function scriptedBatches(seed: number, options: ScriptOptions = {}): ScriptBatch[] {
  const { sources = 3, batchesPerSource = 4, eventsPerBatch = 12, values = 6 } = options;
  const random = seededRandom(seed);
  const batches: ScriptBatch[] = [];
  const ends = Array.from({ length: sources }, () => 0);
  for (let number = 0; number < sources * batchesPerSource; number += 1) {
    const source = number % sources;
    const from = ends[source]!;
    const to = from + 1 + randomBelow(random, 9000);
    ends[source] = to;
    batches.push(makeBatch(random, number, source, from, to, eventsPerBatch, values));
  }
  return batches;
}

/** The content of a scripted source, as far as checksums need it. */
export function contentOf(source: number, from: number, to: number): Uint8Array {
  return Uint8Array.from(
    { length: to - from },
    (_, index) => ((from + index) * 31 + source) & 0xff,
  );
}

export function headerOf(
  source: number,
  from: number,
  to: number,
  changes: Partial<BatchHeader> = {},
): BatchHeader {
  const content = contentOf(source, from, to);
  const path = `/logs/${source}.log`;
  const digest = createHash("sha256").update(`source ${source}`).digest("hex");
  return {
    session: 7n,
    batch: 1,
    plan: "0".repeat(32),
    source: source % 2 === 0 ? "ads" : "web",
    identity: { id: digest.slice(0, 32), headBytes: 1024, family: digest.slice(32, 48) },
    hint: { path, inode: `1:${source}`, stat: `1:${source}:${to}:5` },
    from,
    to,
    crc32: crc32(content),
    tailCrc32: crc32(content.subarray(-4096)),
    kind: "lines",
    checksums: "given",
    summaries: [dailyKey, hourlyKey, balanceKey],
    ...changes,
  };
}

function makeBatch(
  random: Random,
  number: number,
  source: number,
  from: number,
  to: number,
  eventsPerBatch: number,
  values: number,
): ScriptBatch {
  const tables: TableEvents[] = [];
  for (let day = 0; day < 2; day += 1) {
    const dailyEvents = Array.from({ length: eventsPerBatch }, () => dailyEvent(random, values));
    tables.push({ definition: daily, bucketStart: day * daySec, events: dailyEvents });
    const hour = day * daySec + 3600 * randomBelow(random, 3);
    const hourlyEvents = dailyEvents.map(({ keys }) => {
      return { keys: [keys[0]!, textOf("country", randomBelow(random, 3))], values: [1n] };
    });
    tables.push({ definition: hourly, bucketStart: hour, events: hourlyEvents });
  }
  const parsed = 2 * eventsPerBatch;
  const blank = randomBelow(random, 3);
  const sheet: SourceSheet = {
    lines: parsed + blank,
    bytes: to - from,
    parsed,
    rejected: blank === 0 ? {} : { blank },
    deadLettered: 0,
  };
  return batchOf(headerOf(source, from, to, { batch: number }), sheet, tables);
}

/** A batch of these tables; the sheet is left out where the header does not ask for it. */
export function batchOf(
  header: BatchHeader,
  sheet: SourceSheet,
  tables: readonly TableEvents[],
): ScriptBatch {
  const wanted = tables.filter(({ definition }) =>
    header.summaries.includes(summaryKey(definition)),
  );
  const made = wanted.map(({ definition, bucketStart, events }) => ({
    summary: summaryKey(definition),
    bucketStart,
    frame: new TableModel(schemaOf(definition), events).encode(),
  }));
  const partial = encodePartial(partialFor(header.summaries, sheet, made));
  return { header, partial, crc32: crc32(partial), sheet, tables: wanted };
}

function dailyEvent(random: Random, values: number): ModelEvent {
  const revenue = BigInt(randomBelow(random, 2000) - 1000);
  const user = createHash("md5")
    .update(String(randomBelow(random, 500)))
    .digest();
  return {
    keys: [textOf("campaign", randomBelow(random, values))],
    values: [1n, revenue, revenue, user.readBigUInt64LE()],
  };
}

function textOf(name: string, number: number): Uint8Array {
  return Buffer.from(`${name} ${number}`);
}

/** Digest of every table's frames by `summary/bucket`: what the model says these batches make. */
export function expectedTables(batches: readonly ScriptBatch[]): Map<string, string> {
  const models = new Map<string, TableModel>();
  for (const { definition, bucketStart, events } of batches.flatMap(({ tables }) => tables)) {
    const name = `${definition.name}/${bucketStart}`;
    const model = models.get(name) ?? new TableModel(schemaOf(definition));
    models.set(name, model);
    for (const event of events) model.add(event);
  }
  return new Map(
    [...models]
      .map(([name, model]): [string, string] => {
        return [name, digestOf(model.encodeSorted(rowsPerFrame(model.schema)))];
      })
      .sort(byName),
  );
}

/** Digest of every table's frames in a store, by `summary/bucket`. */
export async function storedTables(store: TableReader): Promise<Map<string, string>> {
  const tables: [string, string][] = [];
  for (const { name, key, buckets } of await store.summaries()) {
    for (const { bucketStart } of buckets) {
      const frames: Uint8Array[] = [];
      for await (const frame of store.read(key, bucketStart)) frames.push(frame);
      tables.push([`${name}/${bucketStart}`, digestOf(frames)]);
    }
  }
  return new Map(tables.sort(byName));
}

/** Stands for the bytes of all frames. */
export function digestOf(frames: readonly Uint8Array[]): string {
  return createHash("sha256").update(Buffer.concat(frames)).digest("hex").slice(0, 16);
}

function byName([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : 1;
}

/** Lines and bytes of the sheet, by source name. */
export function expectedLines(batches: readonly ScriptBatch[]): Record<string, number> {
  const lines: Record<string, number> = {};
  for (const { header, sheet } of batches) {
    lines[header.source] = (lines[header.source] ?? 0) + sheet.lines;
  }
  return lines;
}
