// Answers a question about one summary: which buckets, grouped by what, the greatest by which
// metric. Group-by is the merge of rows that become equal once dimensions are left out: counts and
// sums add, sketches merge, so an answer equals what a summary of just those dimensions would hold.
// Derived metrics are computed from the merged values. Overflow rows merge into one overflow row.
//
// Memory: rows stream in blocks; what is held is one projected table per group (a coarser bucket,
// or everything), or the N greatest rows. Where no dimension is left out nothing is held but blocks.

import { LogmillError } from "../../shared/base/errors.ts";
import type { SummaryConfig } from "../../shared/config/config.ts";
import type { Expression, SummaryDefinition } from "../../shared/model/plan.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { mergeSorted } from "../../shared/table/merge-sorted.ts";
import { Overflow } from "../../shared/table/overflow.ts";
import { decodeOverflow, isOverflowFrame } from "../../shared/table/overflow-frame.ts";
import { schemaOf, type TableSchema } from "../../shared/table/schema.ts";
import { decodeTable } from "../../shared/table/table-view.ts";
import { Table } from "../../shared/table/table.ts";
import {
  allKeys,
  keyColumns,
  metricColumns,
  metricNamed,
  type KeyColumn,
  type ResultColumns,
} from "./columns.ts";
import { askedRows, keptRows, type StoredCondition } from "./asked-rows.ts";
import { chosenFrames } from "./chosen-frames.ts";
import { shownMetrics } from "./shown-metrics.ts";
import { unknownName } from "./unknown-name.ts";
import { bucketsBetween, groupBuckets, type BucketGroup } from "./period.ts";
import {
  compareByMetric,
  compareKeys,
  isOverflowRow,
  readOverflow,
  readRows,
  type Answer,
  type Row,
} from "./row.ts";
import { loadSeededKernel } from "../../shared/kernel/seeded-kernel.ts";
import type { SummaryInfo } from "../store/summary-info.ts";
import type { TableReader } from "../store/store.ts";

export interface QueryRequest {
  /** Name of a stored summary. */
  readonly summary: string;
  /** First and last day, month or hour, both inclusive, in the zone of the summary. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Dimensions and at most one of bucket, hour, day, week, month; by default bucket and all dimensions. */
  readonly groupBy?: readonly string[] | undefined;
  /** A condition on dimensions and metrics. */
  readonly where?: Expression | undefined;
  /** The metrics to show, in this order; all of them by default. */
  readonly metrics?: readonly string[] | undefined;
  /** Rows at most: the greatest by `orderBy`, which is the first metric if not given. */
  readonly top?: number | undefined;
  /** Name of a metric; the greatest first. */
  readonly orderBy?: string | undefined;
  /** The least first, what has no value last in any case. */
  readonly ascending?: boolean | undefined;
}

export interface QueryResult extends Answer {
  /** Whether overflow rows were left out as far as rows were read: which of their keys `where` means is not known. */
  readonly lacksOverflow: () => boolean;
}

/** The frames of a stored bucket, by its start. */
type BucketReader = (bucketStart: number) => AsyncIterable<Uint8Array>;

const rowsPerFrame = 8192;
/** Few enough that a block's rows are gone again before the garbage collector makes them old. */
const rowsPerBlock = 256;
/** Buckets that are merged by reading them side by side; each holds a block in memory. */
const streamsMax = 64;
const utf8 = new TextEncoder();

/**
 * Resolves the request against what is stored, and returns a stream of its rows.
 * @param configured the summary in the configuration, for its derived metrics.
 * @throws LogmillError `unknown_summary`, `usage`, `definition_changed`: at once, not while rows are read.
 */
export async function queryStore(
  store: TableReader,
  request: QueryRequest,
  configured?: SummaryConfig,
): Promise<QueryResult> {
  const stored = await storedSummary(store, request.summary);
  const { definition } = stored;
  const keys =
    request.groupBy === undefined ? allKeys(definition) : keyColumns(definition, request.groupBy);
  const columns = { keys, metrics: metricColumns(stored, configured) };
  const order = orderOf(columns, request);
  const starts = bucketsBetween(definition, stored.buckets, request.from, request.to);
  const bucketAt = keys.findIndex(({ kind }) => kind === "bucket");
  const bucket = keys[bucketAt];
  const groups = groupBuckets(
    definition,
    starts,
    bucket?.kind === "bucket" ? bucket.granularity : null,
  );
  let lacksOverflow = false;
  const onUnknown = (): void => void (lacksOverflow = true);
  const asked = request.where && askedRows(request.where, definition, columns);
  const read = readerOf(store, stored, asked?.ofStored ?? [], onUnknown);
  const all = groupedRows(read, stored, columns, groups);
  const rows = asked?.ofAnswer ? keptRows(all, asked.ofAnswer, onUnknown) : all;
  // Groups come in order of time, which is the order of keys only where the bucket is the first.
  const byKey = bucketAt > 0 ? compareKeys : null;
  const compare = order ?? byKey;
  const ordered = compare === null ? rows : sorted(rows, compare, request.top ?? Infinity);
  const shown = request.metrics?.map((name) => metricNamed(columns, name));
  return { ...shownMetrics(columns, ordered, shown), lacksOverflow: () => lacksOverflow };
}

/** Reads the frames of a stored bucket, of rows that meet the conditions. */
function readerOf(
  store: TableReader,
  { key, definition }: SummaryInfo,
  conditions: readonly StoredCondition[],
  onUnknown: () => void,
): BucketReader {
  const read: BucketReader = (start) => store.read(key, start);
  if (conditions.length === 0) return read;
  const [kernel, schema] = [loadSeededKernel(), schemaOf(definition)];
  return (start) =>
    chosenFrames(kernel, schema, definition.dimensions, read(start), conditions, onUnknown);
}

/** All rows of one bucket as files have them: ascending by key, in blocks. */
export function bucketRows(
  store: TableReader,
  stored: SummaryInfo,
  columns: ResultColumns,
  bucketStart: number,
): AsyncIterable<readonly Row[]> {
  const groups = groupBuckets(stored.definition, [bucketStart], stored.definition.granularity);
  return groupedRows((start) => store.read(stored.key, start), stored, columns, groups);
}

/** The stored summary of this name, or `unknown_summary` naming the known ones. */
export async function storedSummary(store: TableReader, name: string): Promise<SummaryInfo> {
  return summaryNamed(await store.summaries(), name);
}

/** The one of this name, or `unknown_summary` naming the others. */
export function summaryNamed(summaries: readonly SummaryInfo[], name: string): SummaryInfo {
  const found = summaries.find((summary) => summary.name === name);
  if (found !== undefined) return found;
  const names = summaries.map((summary) => summary.name);
  throw new LogmillError("unknown_summary", unknownName("summary", name, names));
}

function orderOf(
  columns: ResultColumns,
  { top, orderBy, ascending = false }: QueryRequest,
): ((a: Row, b: Row) => number) | null {
  if (top !== undefined && !(Number.isSafeInteger(top) && top > 0)) {
    throw new LogmillError("usage", `--top: ${top} is no whole number above zero`);
  }
  if (orderBy !== undefined) return compareByMetric(metricNamed(columns, orderBy), ascending);
  if (top === undefined && !ascending) return null;
  return columns.metrics.length === 0 ? compareKeys : compareByMetric(0, ascending);
}

async function* groupedRows(
  read: BucketReader,
  stored: SummaryInfo,
  columns: ResultColumns,
  groups: readonly BucketGroup[],
): AsyncIterable<readonly Row[]> {
  let kernel: Kernel | null = null;
  const kept = columns.keys.flatMap((key) => (key.kind === "dimension" ? [key.index] : []));
  const whole = keepsAll(stored.definition, kept);
  const schema = { ...schemaOf(stored.definition), dimensions: kept.length };
  const dimensions = framePositions(columns.keys);
  for (const group of groups) {
    let frames: AsyncIterable<Uint8Array>;
    if (whole && group.starts.length === 1) {
      frames = read(group.starts[0]!);
    } else {
      kernel ??= loadSeededKernel();
      frames =
        whole && group.starts.length <= streamsMax
          ? mergeSorted(kernel, schema, group.starts.map(read), rowsPerFrame)
          : projectionOf(kernel, schema, schemaOf(stored.definition), group.starts, read, kept);
    }
    const label = utf8.encode(group.label ?? "");
    for await (const frame of frames) {
      if (isOverflowFrame(frame)) {
        yield [readOverflow(decodeOverflow(frame, schema).frame, schema, columns, label)];
        continue;
      }
      const view = decodeTable(frame, schema);
      for (let from = 0; from < view.rows; from += rowsPerBlock) {
        yield readRows(view, columns, label, dimensions, from, from + rowsPerBlock);
      }
    }
    kernel?.reset();
  }
}

/** Buckets merged on fewer dimensions, or on the same in another order. */
async function* projectionOf(
  kernel: Kernel,
  schema: TableSchema,
  stored: TableSchema,
  starts: readonly number[],
  read: (start: number) => AsyncIterable<Uint8Array>,
  kept: readonly number[],
): AsyncIterable<Uint8Array> {
  const table = new Table(kernel, schema);
  const overflow = new Overflow(kernel, schema);
  for (const start of starts) {
    for await (const frame of read(start)) {
      if (!isOverflowFrame(frame)) table.merge(frame, kept);
      // Without dimensions there is one row, and everything belongs to it.
      else if (kept.length === 0) table.merge(decodeOverflow(frame, stored).frame);
      else overflow.merge(frame, stored);
    }
  }
  yield* table.encodeSorted(rowsPerFrame);
  const last = overflow.encode();
  if (last !== null) yield last;
}

/**
 * All rows sorted, or the first `count` of them while holding few more than twice as many. Overflow
 * rows are many keys in one, which no order has a place for: they come last, and are not counted.
 */
async function* sorted(
  blocks: AsyncIterable<readonly Row[]>,
  compare: (a: Row, b: Row) => number,
  count: number,
): AsyncIterable<readonly Row[]> {
  const kept: Row[] = [];
  const overflow: Row[] = [];
  /** The last row that is among the first `count` so far; those behind it can not be. */
  let last: Row | undefined;
  for await (const rows of blocks) {
    for (const row of rows) {
      if (isOverflowRow(row)) overflow.push(row);
      else if (last === undefined || compare(row, last) < 0) kept.push(detached(row));
    }
    if (kept.length < 2 * count + rowsPerBlock) continue;
    kept.sort(compare).splice(count);
    last = kept.at(-1);
  }
  kept.sort(compare).splice(count);
  yield kept;
  if (overflow.length > 0) yield overflow.sort(compareKeys);
}

/** A row's keys are views of its whole frame, which must not be held for a few bytes. */
function detached(row: Row): Row {
  return { keys: row.keys.map((key) => key?.slice() ?? null), values: row.values };
}

function keepsAll(definition: SummaryDefinition, kept: readonly number[]): boolean {
  return kept.length === definition.dimensions.length && kept.every((index, at) => index === at);
}

/** By key column, where its value stands in a frame of just the kept dimensions. */
function framePositions(keys: readonly KeyColumn[]): number[] {
  let next = 0;
  return keys.map(({ kind }) => (kind === "bucket" ? -1 : next++));
}
