// The columns that metrics are stored in. A metric kind names the columns it needs; a column type says
// how the kernel adds a batch to it and how it is written. The kernel merges tables column by column.
//
// Frames, the log and segments know columns only, so a kind made of columns that exist (an average is a
// sum and a count) changes no format. A new column type needs the kernel's help, see
// `shared/kernel/assembly/column-word.ts`.

import { type HllParameters } from "./hll/hll-parameters.ts";
import type { HllView } from "./hll/hll-view.ts";

/** What a column holds: `sum`, `min`, `max`, `first` and `last` integers of 10^-scale, `squares` the sum of the squares of such. */
export type ColumnLayout =
  | { readonly type: "count" }
  | { readonly type: "sum"; readonly scale: number }
  | { readonly type: "squares"; readonly scale: number }
  | { readonly type: "min"; readonly scale: number }
  | { readonly type: "max"; readonly scale: number }
  | { readonly type: "first"; readonly scale: number }
  | { readonly type: "last"; readonly scale: number }
  | ({ readonly type: "hll" } & HllParameters);

/** What is added to a column for a line: the line itself, or the value of a field if it has one. */
export type ColumnInput =
  | { readonly kind: "line" }
  | { readonly kind: "decimal"; readonly field: string; readonly scale: number }
  /** With the time of the line. */
  | { readonly kind: "dated"; readonly field: string; readonly scale: number }
  | { readonly kind: "hash"; readonly field: string };

export interface StoredColumn {
  readonly layout: ColumnLayout;
  readonly input: ColumnInput;
}

/** A table in the kernel, and the row (u32) of every line of a vector. */
interface AggregateTarget {
  readonly table: number;
  readonly column: number;
  readonly rows: number;
}

/**
 * Pointers to a value a line, to a mask of the lines that have one (mask 0 is every line), and to their instants
 * where these matter, else 0.
 */
export interface AggregateInput {
  readonly values: number;
  readonly mask: number;
  readonly instants: number;
}

type AddValues = (
  table: number,
  column: number,
  rows: number,
  values: number,
  mask: number,
  n: number,
) => void;

type AddDated = (...values: [...Parameters<AddValues>, instants: number]) => void;

/** The kernel operations that add a vector of lines to a column. */
export interface AggregateOperations {
  aggCount(table: number, column: number, rows: number, mask: number, n: number): void;
  readonly aggSum: AddValues;
  readonly aggSquares: AddValues;
  readonly aggMin: AddValues;
  readonly aggMax: AddValues;
  readonly aggFirst: AddDated;
  readonly aggLast: AddDated;
  readonly aggHll: AddValues;
}

/** A value and its instant, in nanoseconds since the epoch. */
export interface DatedUnits {
  readonly instant: bigint;
  readonly units: bigint;
}

/** What a table gives of its cells. Columns are numbered as they are stored. */
export interface CellReader {
  count(column: number, row: number): bigint;
  /** Units of 10^-scale. */
  sum(column: number, row: number): bigint;
  /** Units of 10^(-2·scale). */
  squares(column: number, row: number): bigint;
  /** Units of 10^-scale; null if the row has no value. */
  min(column: number, row: number): bigint | null;
  /** Units of 10^-scale; null if the row has no value. */
  max(column: number, row: number): bigint | null;
  /** The first or last value, in units of 10^-scale, and when it was; null if the row has none. */
  dated(column: number, row: number): DatedUnits | null;
  hll(column: number, row: number): HllView;
}

interface ColumnType<Layout> {
  /** Its number in frames and in the kernel. */
  readonly code: number;
  /** The greatest of so many 64-bit values stand for "none", and no line may have them. */
  readonly reserved: number;
  /** Bytes that a large cell takes in a frame, roughly. */
  largeCellBytes(layout: Layout): number;
  /** Parameters in the bits above the code. */
  parameters(layout: Layout): number;
  readonly add: (kernel: AggregateOperations) => AddDated;
}

const numberBytes = (): number => 8;
const decimals = {
  reserved: 0,
  largeCellBytes: numberBytes,
  parameters: ({ scale }: { readonly scale: number }): number => scale << 8,
};

const columnTypes: {
  readonly [Type in ColumnLayout["type"]]: ColumnType<Extract<ColumnLayout, { type: Type }>>;
} = {
  count: {
    code: 1,
    reserved: 0,
    largeCellBytes: numberBytes,
    parameters: () => 0,
    add: (kernel) => (table, column, rows, _values, mask, n) =>
      kernel.aggCount(table, column, rows, mask, n),
  },
  sum: { ...decimals, code: 2, add: ({ aggSum }) => aggSum },
  min: { ...decimals, code: 3, reserved: 1, add: ({ aggMin }) => aggMin },
  max: { ...decimals, code: 4, add: ({ aggMax }) => aggMax },
  squares: {
    ...decimals,
    code: 6,
    largeCellBytes: () => 24,
    add: ({ aggSquares }) => aggSquares,
  },
  first: { ...decimals, code: 7, largeCellBytes: () => 16, add: ({ aggFirst }) => aggFirst },
  last: { ...decimals, code: 8, largeCellBytes: () => 16, add: ({ aggLast }) => aggLast },
  hll: {
    code: 5,
    reserved: 0,
    largeCellBytes: ({ log2m }) => 2 ** log2m,
    parameters: ({ log2m, regwidth }) => (log2m << 8) | (regwidth << 16),
    add: ({ aggHll }) => aggHll,
  },
};

function typeOf(layout: ColumnLayout): ColumnType<ColumnLayout> {
  return columnTypes[layout.type];
}

/**
 * A column's layout as the 32-bit word that stands for it in frames and in the kernel:
 * code | scale or log2m << 8 | regwidth << 16.
 */
export function columnWord(layout: ColumnLayout): number {
  const type = typeOf(layout);
  return type.code | type.parameters(layout);
}

/** Bytes that a large cell of a column takes in a frame, roughly: all registers of a sketch. */
export function largeCellBytes(layout: ColumnLayout): number {
  return typeOf(layout).largeCellBytes(layout);
}

/** How many of the greatest values no line may have. */
export function reservedValues(layout: ColumnLayout): number {
  return typeOf(layout).reserved;
}

/** Adds `n` lines to a column. */
export function addToColumn(
  kernel: AggregateOperations,
  layout: ColumnLayout,
  { table, column, rows }: AggregateTarget,
  { values, mask, instants }: AggregateInput,
  n: number,
): void {
  typeOf(layout).add(kernel)(table, column, rows, values, mask, n, instants);
}
