// What a summary table is, slowly and plainly: rows in a Map, sketches as the set of all hashes.
// Writes frames by itself, from FORMAT.md, so that the kernel's bytes are checked and not only that
// it reads what it wrote. Shares no code with the kernel or its façade.

import { crc32 } from "node:zlib";
import { referenceHash } from "../reference/values.ts";
import type { ColumnLayout } from "../../src/shared/metric/stored-column.ts";
import type { HllParameters } from "../../src/shared/metric/hll/hll-parameters.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";

/** One line: a value a dimension, and a value a metric; null where it adds nothing. */
export interface ModelEvent {
  readonly keys: readonly Uint8Array[];
  /** count: 1n to count it; sum, squares, min, max: units; first, last: as `datedValue`; hll: a hash. */
  readonly values: readonly (bigint | null)[];
}

/** An instant and units as one number, which orders as the two do. */
export function datedValue(instant: bigint, units: bigint): bigint {
  return (instant << 64n) + units + 2n ** 63n;
}

export const instantOf = (dated: bigint): bigint => dated >> 64n;
export const unitsOf = (dated: bigint): bigint => BigInt.asUintN(64, dated) - 2n ** 63n;

interface ModelRow {
  readonly keys: readonly Uint8Array[];
  readonly cells: (bigint | null | Set<bigint>)[];
}

/** Bytes of the values of a row's key that are not those of the row before. */
function newKeyBytes(row: ModelRow, before: ModelRow | undefined): number {
  const fresh = row.keys.filter((key, dimension) => {
    const previous = before?.keys[dimension];
    return previous === undefined || Buffer.compare(key, previous) !== 0;
  });
  return fresh.reduce((sum, { length }) => sum + length, 0);
}

export class TableModel {
  readonly schema: TableSchema;
  readonly #rows = new Map<string, ModelRow>();

  constructor(schema: TableSchema, events: readonly ModelEvent[] = []) {
    this.schema = schema;
    for (const event of events) this.add(event);
  }

  add({ keys, values }: ModelEvent): void {
    const name = keys.map((key) => Buffer.from(key).toString("hex")).join(",");
    let row = this.#rows.get(name);
    if (row === undefined) {
      row = { keys, cells: this.schema.metrics.map(emptyCell) };
      this.#rows.set(name, row);
    }
    for (const [index, metric] of this.schema.metrics.entries()) {
      const value = values[index] ?? null;
      if (value !== null) row.cells[index] = added(metric, row.cells[index]!, value);
    }
  }

  get rows(): number {
    return this.#rows.size;
  }

  /** Frame of the rows in order of first appearance. */
  encode(): Uint8Array {
    return encodeFrame(this.schema, [...this.#rows.values()], false);
  }

  /** Canonical frames: rows and dictionaries ascending. */
  encodeSorted(rowsPerFrame: number, keyBytesMax = 2 ** 20): Uint8Array[] {
    const sorted = [...this.#rows.values()].sort(compareRows);
    const frames: ModelRow[][] = [];
    let bytes = 0;
    for (const [index, row] of sorted.entries()) {
      const last = frames.at(-1);
      bytes += newKeyBytes(row, sorted[index - 1]);
      if (last === undefined || last.length === rowsPerFrame || bytes > keyBytesMax) {
        frames.push([row]);
        bytes = newKeyBytes(row, undefined);
      } else last.push(row);
    }
    return frames.map((rows) => encodeFrame(this.schema, rows, true));
  }

  /**
   * As `encodeSorted`, with no more than `maxRows` rows: those of the smallest key hashes, ties by
   * key. All the others together are the overflow row, in a last frame of its own kind.
   */
  encodeCapped(rowsPerFrame: number, maxRows: number): Uint8Array[] {
    if (this.rows <= maxRows) return this.encodeSorted(rowsPerFrame);
    const inOrder = [...this.#rows]
      .map(([name, row]) => ({ name, row, hash: rowHash(row) }))
      .sort((a, b) => compareRows(a.row, b.row))
      .sort((a, b) => Number(a.hash > b.hash) - Number(a.hash < b.hash));
    const kept = new TableModel(this.schema);
    for (const { name, row } of inOrder.slice(0, maxRows)) kept.#rows.set(name, row);
    const rest: ModelRow = { keys: [], cells: this.schema.metrics.map(emptyCell) };
    for (const { row } of inOrder.slice(maxRows)) {
      for (const [index, metric] of this.schema.metrics.entries()) {
        const cell = row.cells[index] ?? null;
        const values = cell instanceof Set ? cell : cell === null ? [] : [cell];
        for (const value of values) {
          const cells = rest.cells;
          cells[index] = merged(metric, cells[index]!, value);
        }
      }
    }
    const schema = { dimensions: 0, metrics: this.schema.metrics };
    return [
      ...kept.encodeSorted(rowsPerFrame),
      encodeOverflow(this.schema.dimensions, maxRows, encodeFrame(schema, [rest], true)),
    ];
  }
}

/** Murmur3 of the little-endian words that murmur3 gives of the values. */
function rowHash({ keys }: ModelRow): bigint {
  const words = keys.map((key) => integers([hashOf(key)], 8));
  return hashOf(Buffer.concat(words));
}

function hashOf(bytes: Uint8Array): bigint {
  return BigInt.asUintN(64, referenceHash(Buffer.from(bytes).toString("latin1")));
}

function encodeOverflow(dimensions: number, maxRows: number, frame: Uint8Array): Uint8Array {
  const body = Buffer.concat([
    Buffer.from("LMOV\u0001", "latin1"),
    Buffer.from([dimensions, 0, 0]),
    integers([1n], 4),
    integers([BigInt(maxRows)], 4),
    frame,
  ]);
  return Buffer.concat([body, integers([BigInt(crc32(body))], 4)]);
}

function emptyCell(metric: ColumnLayout): bigint | null | Set<bigint> {
  if (metric.type === "hll") return new Set();
  const isSummed = ["count", "sum", "squares"].includes(metric.type);
  return isSummed ? 0n : null;
}

function added(
  metric: ColumnLayout,
  cell: bigint | null | Set<bigint>,
  value: bigint,
): bigint | Set<bigint> {
  if (cell instanceof Set) return cell.add(value);
  if (cell === null) return value;
  if (metric.type === "squares") return cell + value * value;
  if (metric.type === "last" && instantOf(value) !== instantOf(cell)) {
    return cell > value ? cell : value;
  }
  if (metric.type === "min" || metric.type === "first" || metric.type === "last")
    return cell < value ? cell : value;
  if (metric.type === "max") return cell > value ? cell : value;
  return cell + value;
}

/** As `added`, of what a cell holds already. */
function merged(
  metric: ColumnLayout,
  cell: bigint | null | Set<bigint>,
  value: bigint,
): bigint | Set<bigint> {
  const isSquares = metric.type === "squares" && typeof cell === "bigint";
  return isSquares ? cell + value : added(metric, cell, value);
}

function compareRows(a: ModelRow, b: ModelRow): number {
  for (const [dimension, key] of a.keys.entries()) {
    const order = Buffer.compare(key, b.keys[dimension]!);
    if (order !== 0) return order;
  }
  return 0;
}

function encodeFrame(schema: TableSchema, rows: readonly ModelRow[], sorted: boolean): Uint8Array {
  const parts: Uint8Array[] = [
    Buffer.from("LMTB\u0001", "latin1"),
    integers([BigInt(schema.dimensions)], 1),
    integers([BigInt(schema.metrics.length)], 2),
    integers([BigInt(rows.length)], 4),
    ...schema.metrics.map(metricEcho),
  ];
  for (let dimension = 0; dimension < schema.dimensions; dimension += 1) {
    parts.push(
      ...encodeDimension(
        rows.map(({ keys }) => keys[dimension]!),
        sorted,
      ),
    );
  }
  for (const [index, metric] of schema.metrics.entries()) {
    const cells = rows.map((row) => row.cells[index]!);
    parts.push(...encodeMetric(metric, cells));
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, integers([BigInt(crc32(body))], 4)]);
}

function metricEcho(metric: ColumnLayout): Uint8Array {
  switch (metric.type) {
    case "count":
      return Buffer.from([1, 0, 0, 0]);
    case "sum":
      return Buffer.from([2, metric.scale, 0, 0]);
    case "squares":
      return Buffer.from([6, metric.scale, 0, 0]);
    case "min":
      return Buffer.from([3, metric.scale, 0, 0]);
    case "max":
      return Buffer.from([4, metric.scale, 0, 0]);
    case "first":
      return Buffer.from([7, metric.scale, 0, 0]);
    case "last":
      return Buffer.from([8, metric.scale, 0, 0]);
    case "hll":
      return Buffer.from([5, metric.log2m, metric.regwidth, 0]);
  }
}

/** Little-endian, two's complement. */
function integers(values: readonly bigint[], width: number): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  for (const [index, value] of values.entries()) {
    let rest = BigInt.asUintN(width * 8, value);
    for (let byte = 0; byte < width; byte += 1) {
      bytes[index * width + byte] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }
  return bytes;
}

function unsignedWidth(values: readonly bigint[]): number {
  return [1, 2, 4].find((width) => values.every((value) => value < 1n << BigInt(width * 8))) ?? 8;
}

function squaresWidth(values: readonly bigint[]): number {
  const widths = [1, 2, 4, 8, 16];
  return widths.find((width) => values.every((value) => value < 1n << BigInt(width * 8))) ?? 24;
}

function signedWidth(values: readonly bigint[]): number {
  const fits = (width: number) => (value: bigint) => BigInt.asIntN(width * 8, value) === value;
  return [1, 2, 4, 8].find((width) => values.every(fits(width))) ?? 16;
}

function encodeDimension(values: readonly Uint8Array[], sorted: boolean): Uint8Array[] {
  const texts = values.map((value) => Buffer.from(value).toString("latin1"));
  const entries = [...new Set(texts)];
  if (sorted) entries.sort((a, b) => (a < b ? -1 : 1));
  const ids = new Map(entries.map((entry, id) => [entry, BigInt(id)]));
  const lengths = entries.map((entry) => BigInt(entry.length));
  const lengthWidth = unsignedWidth(lengths);
  const idWidth = unsignedWidth([BigInt(Math.max(entries.length - 1, 0))]);
  return [
    integers([BigInt(entries.length)], 4),
    Buffer.from([lengthWidth, idWidth, 0, 0]),
    integers(lengths, lengthWidth),
    ...entries.map((entry) => Buffer.from(entry, "latin1")),
    integers(
      texts.map((text) => ids.get(text)!),
      idWidth,
    ),
  ];
}

function encodeMetric(
  metric: ColumnLayout,
  cells: readonly (bigint | null | Set<bigint>)[],
): Uint8Array[] {
  switch (metric.type) {
    case "count": {
      const width = unsignedWidth(cells as bigint[]);
      return [Buffer.from([width]), integers(cells as bigint[], width)];
    }
    case "sum": {
      const width = signedWidth(cells as bigint[]);
      return [Buffer.from([width]), integers(cells as bigint[], width)];
    }
    case "squares": {
      const width = squaresWidth(cells as bigint[]);
      return [Buffer.from([width]), integers(cells as bigint[], width)];
    }
    case "hll":
      return encodeSketches(metric, cells as Set<bigint>[]);
    case "first":
    case "last": {
      const dated = cells as (bigint | null)[];
      const units = dated.filter((cell) => cell !== null).map(unitsOf);
      const width = signedWidth(units);
      const instants = dated.map((cell) => (cell === null ? null : instantOf(cell)));
      return [...encodeExtremes(instants), Buffer.from([width]), integers(units, width)];
    }
    default:
      return encodeExtremes(cells as (bigint | null)[]);
  }
}

function encodeExtremes(cells: readonly (bigint | null)[]): Uint8Array[] {
  const values = cells.filter((cell) => cell !== null);
  const width = signedWidth(values);
  if (values.length === cells.length) return [Buffer.from([width, 0]), integers(values, width)];
  const bitmap = new Uint8Array(Math.ceil(cells.length / 8));
  for (const [row, cell] of cells.entries()) {
    if (cell !== null) bitmap[row >> 3]! |= 1 << (row & 7);
  }
  return [Buffer.from([width, 1]), bitmap, integers(values, width)];
}

/** Register and rank of a hash: low bits, and the first one among the others. */
function modelRegister(hash: bigint, { log2m, regwidth }: HllParameters): [number, number] {
  const register = Number(hash % (1n << BigInt(log2m)));
  const rest = (hash >> BigInt(log2m)).toString(2).padStart(64 - log2m, "0");
  const zeros = rest.length - 1 - rest.lastIndexOf("1");
  return [register, Math.min(zeros + 1, 2 ** regwidth - 1)];
}

export function modelRegisters(hashes: Iterable<bigint>, parameters: HllParameters): Uint8Array {
  const registers = new Uint8Array(2 ** parameters.log2m);
  for (const hash of hashes) {
    const [register, rank] = modelRegister(hash, parameters);
    registers[register] = Math.max(registers[register]!, rank);
  }
  return registers;
}

function encodeSketches(parameters: HllParameters, cells: readonly Set<bigint>[]): Uint8Array[] {
  const { log2m, regwidth } = parameters;
  const tags: bigint[] = [];
  const payloads: Uint8Array[] = [];
  for (const hashes of cells) {
    if (hashes.size <= 64) {
      tags.push(BigInt(hashes.size));
      payloads.push(
        integers(
          [...hashes].sort((a, b) => (a < b ? -1 : 1)),
          8,
        ),
      );
      continue;
    }
    const registers = modelRegisters(hashes, parameters);
    const codes: bigint[] = [];
    for (const [register, rank] of registers.entries()) {
      if (rank > 0) codes.push(BigInt(register * 2 ** regwidth + rank));
    }
    const codeBytes = log2m + regwidth <= 16 ? 2 : 4;
    const sparse = codes.length * codeBytes < registers.length;
    tags.push(sparse ? 65n + BigInt(codes.length) : 65n);
    payloads.push(sparse ? integers(codes, codeBytes) : registers);
  }
  const width = unsignedWidth(tags);
  return [Buffer.from([width]), integers(tags, width), ...payloads];
}
