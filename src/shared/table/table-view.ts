// Reads a table frame in TypeScript, without a kernel: for queries, CSV and inspection. Values are
// read when asked for; decoding checks the checksum, the schema, every length and every id, so that
// no read afterwards leaves the frame. The bytes are drawn in FORMAT.md.

import { ByteReader } from "../base/bytes.ts";
import { HllView, payloadBytes } from "../metric/hll/hll-view.ts";
import {
  columnWord,
  type CellReader,
  type ColumnLayout,
  type DatedUnits,
} from "../metric/stored-column.ts";
import { type HllParameters } from "../metric/hll/hll-parameters.ts";
import { checkSeal, checksumBytes } from "./checksum.ts";
import { NarrowColumn } from "./narrow-column.ts";
import type { TableSchema } from "./schema.ts";

const frameMagic = 0x42544d4c; // "LMTB"
const frameVersion = 1;

interface DimensionColumn {
  /** The entries' bytes, one after the other, and where each begins; one more for the end. */
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ids: NarrowColumn;
}

interface ExtremeColumn {
  /** Rows that have a value. */
  readonly present: number;
  readonly values: NarrowColumn;
  /** Which value is a row's, -1 for none; null if every row has its own. */
  readonly indexes: Int32Array | null;
}

interface SketchColumn {
  readonly parameters: HllParameters;
  readonly tags: NarrowColumn;
  readonly payload: Uint8Array;
  readonly starts: Uint32Array;
}

type MetricColumn =
  | { readonly type: "number"; readonly values: NarrowColumn }
  | ({ readonly type: "extreme" } & ExtremeColumn)
  | ({ readonly type: "dated"; readonly units: NarrowColumn } & ExtremeColumn)
  | ({ readonly type: "hll" } & SketchColumn);

export class TableView implements CellReader {
  /** What it was read from; its checksum was right. */
  readonly frame: Uint8Array;
  readonly schema: TableSchema;
  readonly rows: number;
  readonly #dimensions: readonly DimensionColumn[];
  readonly #metrics: readonly MetricColumn[];

  /** Use `decodeTable`. */
  constructor(
    frame: Uint8Array,
    schema: TableSchema,
    rows: number,
    dimensions: readonly DimensionColumn[],
    metrics: readonly MetricColumn[],
  ) {
    this.frame = frame;
    this.schema = schema;
    this.rows = rows;
    this.#dimensions = dimensions;
    this.#metrics = metrics;
  }

  /** A view of the value's bytes in the frame. */
  value(dimension: number, row: number): Uint8Array {
    const { bytes, starts, ids } = this.#dimensions[dimension]!;
    const id = ids.unsigned(row);
    return bytes.subarray(starts[id], starts[id + 1]);
  }

  /** Number of the value among the dimension's different ones, from 0. */
  entry(dimension: number, row: number): number {
    return this.#dimensions[dimension]!.ids.unsigned(row);
  }

  /** Whether rows and entries ascend strictly, as in canonical order. */
  ascends(): boolean {
    if (!this.#dimensions.every(entriesAscend)) return false;
    for (let row = 1; row < this.rows; row += 1) {
      // Entries ascend, so their numbers compare as they do.
      const differing = this.#dimensions.find(
        ({ ids }) => ids.unsigned(row) !== ids.unsigned(row - 1),
      );
      if (differing === undefined) return false;
      if (differing.ids.unsigned(row) < differing.ids.unsigned(row - 1)) return false;
    }
    return true;
  }

  count(metric: number, row: number): bigint {
    const column = this.#metrics[metric]!;
    if (column.type !== "number") throw misread(metric);
    return column.values.bigUnsigned(row);
  }

  /** Units of 10^-scale. */
  sum(metric: number, row: number): bigint {
    const column = this.#metrics[metric]!;
    if (column.type !== "number") throw misread(metric);
    return column.values.bigSigned(row);
  }

  /** Units of 10^(-2·scale). */
  squares(metric: number, row: number): bigint {
    const column = this.#metrics[metric]!;
    if (column.type !== "number") throw misread(metric);
    return column.values.wideUnsigned(row);
  }

  /** Units of 10^-scale; null if the row has no value. */
  min(metric: number, row: number): bigint | null {
    return this.#extreme(metric, row);
  }

  /** Units of 10^-scale; null if the row has no value. */
  max(metric: number, row: number): bigint | null {
    return this.#extreme(metric, row);
  }

  #extreme(metric: number, row: number): bigint | null {
    const column = this.#metrics[metric]!;
    if (column.type !== "extreme") throw misread(metric);
    const index = column.indexes === null ? row : column.indexes[row]!;
    return index < 0 ? null : column.values.bigSigned(index);
  }

  dated(metric: number, row: number): DatedUnits | null {
    const column = this.#metrics[metric]!;
    if (column.type !== "dated") throw misread(metric);
    const index = column.indexes === null ? row : column.indexes[row]!;
    if (index < 0) return null;
    return { instant: column.values.bigSigned(index), units: column.units.bigSigned(index) };
  }

  hll(metric: number, row: number): HllView {
    const column = this.#metrics[metric]!;
    if (column.type !== "hll") throw misread(metric);
    const start = column.starts[row]!;
    const payload = column.payload.subarray(start, column.starts[row + 1]);
    return new HllView(column.parameters, column.tags.unsigned(row), payload);
  }
}

function entriesAscend({ bytes, starts }: DimensionColumn): boolean {
  for (let entry = 1; entry + 1 < starts.length; entry += 1) {
    const [before, at, end] = [starts[entry - 1]!, starts[entry]!, starts[entry + 1]!];
    if (Buffer.compare(bytes.subarray(before, at), bytes.subarray(at, end)) >= 0) return false;
  }
  return true;
}

function misread(metric: number): Error {
  return new Error(`assertion failed: metric ${metric} is of another type`);
}

/**
 * Reads a frame of exactly this schema. The view shares memory with the frame.
 * @throws LogmillError bad_table.
 */
export function decodeTable(frame: Uint8Array, schema: TableSchema): TableView {
  checkSeal(frame, "table frame");
  const body = frame.subarray(0, frame.length - checksumBytes);
  const reader = new ByteReader(body, "bad_table", "table frame");
  const rows = readHeader(reader, schema);
  const dimensions = Array.from({ length: schema.dimensions }, () => readDimension(reader, rows));
  const metrics = schema.metrics.map((metric) => readMetric(reader, metric, rows));
  reader.end();
  return new TableView(frame, schema, rows, dimensions, metrics);
}

function readHeader(reader: ByteReader, schema: TableSchema): number {
  if (reader.u32() !== frameMagic) throw reader.fault("it does not begin like one");
  const version = reader.u8();
  if (version !== frameVersion) throw reader.fault(`its version is ${version}`);
  const dimensions = reader.u8();
  const metrics = reader.u16();
  const rows = reader.u32();
  const same =
    dimensions === schema.dimensions &&
    metrics === schema.metrics.length &&
    schema.metrics.every((metric) => reader.u32() === columnWord(metric));
  if (!same) throw reader.fault("its schema is not the one expected");
  if (dimensions === 0 && rows > 1) throw reader.fault(`${rows} rows have the same key`);
  return rows;
}

function readDimension(reader: ByteReader, rows: number): DimensionColumn {
  const entries = reader.u32();
  const lengthWidth = reader.u8();
  const idWidth = reader.u8();
  if (reader.u16() !== 0) throw reader.fault("two bytes are not zero");
  if (entries > rows || (rows > 0 && entries === 0)) {
    throw reader.fault(`${entries} entries for ${rows} rows`);
  }
  const lengths = readColumn(reader, lengthWidth, entries, [1, 2, 4]);
  const starts = new Uint32Array(entries + 1);
  let end = 0;
  for (let entry = 0; entry < entries; entry += 1) {
    end += lengths.unsigned(entry);
    if (end > reader.remaining) throw reader.fault("an entry is longer than the frame");
    starts[entry + 1] = end;
  }
  const bytes = reader.bytes(end);
  const ids = readColumn(reader, idWidth, rows, [1, 2, 4]);
  for (let row = 0; row < rows; row += 1) {
    if (ids.unsigned(row) >= entries) throw reader.fault(`row ${row} has no entry`);
  }
  return { bytes, starts, ids };
}

function readColumn(
  reader: ByteReader,
  width: number,
  rows: number,
  widths: readonly number[],
): NarrowColumn {
  if (!widths.includes(width)) throw reader.fault(`a width is ${width}`);
  return new NarrowColumn(reader.bytes(rows * width), width);
}

function readMetric(reader: ByteReader, metric: ColumnLayout, rows: number): MetricColumn {
  const width = reader.u8();
  switch (metric.type) {
    case "count":
      return { type: "number", values: readColumn(reader, width, rows, [1, 2, 4, 8]) };
    case "sum":
      return { type: "number", values: readColumn(reader, width, rows, [1, 2, 4, 8, 16]) };
    case "squares":
      return { type: "number", values: readColumn(reader, width, rows, [1, 2, 4, 8, 16, 24]) };
    case "hll":
      return { type: "hll", ...readSketches(reader, width, metric, rows) };
    case "min":
    case "max":
      return { type: "extreme", ...readExtremes(reader, width, rows) };
    case "first":
    case "last": {
      const instants = readExtremes(reader, width, rows);
      const units = readColumn(reader, reader.u8(), instants.present, [1, 2, 4, 8]);
      return { type: "dated", ...instants, units };
    }
  }
}

function readExtremes(reader: ByteReader, width: number, rows: number): ExtremeColumn {
  const flag = reader.u8();
  if (flag === 0) {
    return { present: rows, values: readColumn(reader, width, rows, [1, 2, 4, 8]), indexes: null };
  }
  if (flag !== 1) throw reader.fault("a flag is neither 0 nor 1");
  const bitmap = reader.bytes(Math.ceil(rows / 8));
  const indexes = new Int32Array(rows);
  let present = 0;
  for (let row = 0; row < rows; row += 1) {
    const set = ((bitmap[row >>> 3]! >>> (row & 7)) & 1) === 1;
    indexes[row] = set ? present : -1;
    if (set) present += 1;
  }
  return { present, values: readColumn(reader, width, present, [1, 2, 4, 8]), indexes };
}

function readSketches(
  reader: ByteReader,
  width: number,
  parameters: HllParameters,
  rows: number,
): SketchColumn {
  const tags = readColumn(reader, width, rows, [1, 2, 4]);
  const starts = new Uint32Array(rows + 1);
  let end = 0;
  for (let row = 0; row < rows; row += 1) {
    end += payloadBytes(tags.unsigned(row), parameters);
    if (end > reader.remaining) throw reader.fault("a sketch is longer than the frame");
    starts[row + 1] = end;
  }
  return { parameters, tags, payload: reader.bytes(end), starts };
}
