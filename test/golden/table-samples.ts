// Tables and partials whose bytes are kept for good. Names are lines of `files/table.txt`; entries
// are only ever added.

import type { BatchPartial, DecodedPartial } from "../../src/shared/model/partial.ts";
import type { HllParameters } from "../../src/shared/metric/hll/hll-parameters.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { datedValue, type ModelEvent } from "../support/table-model.ts";

export interface TableSample {
  readonly schema: TableSchema;
  readonly events: readonly ModelEvent[];
  /** Write the canonical order instead of that of first appearance. */
  readonly sorted?: boolean;
}

const everyMetric = {
  dimensions: 2,
  metrics: [
    { type: "count" },
    { type: "sum", scale: 2 },
    { type: "min", scale: 2 },
    { type: "max", scale: 0 },
    { type: "hll", log2m: 11, regwidth: 5 },
  ],
} as const satisfies TableSchema;

const text = (value: string): Uint8Array => Buffer.from(value);

/** Three ad events, two of one campaign; one has no revenue. */
const adEvents: readonly ModelEvent[] = [
  { keys: [text("click"), text("c7")], values: [1n, 125n, 125n, 3n, 0x1122334455667788n] },
  { keys: [text("view"), text("c7")], values: [1n, null, null, -4n, 0x99n] },
  { keys: [text("click"), text("c7")], values: [1n, -300n, -300n, 2n, 0x10n] },
];

/** Hashes spread by a multiplier, so that registers fill evenly. */
function hashes(count: number): ModelEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    keys: [],
    values: [(BigInt(index + 1) * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n)],
  }));
}

function sketch(count: number, parameters: HllParameters): TableSample {
  return {
    schema: { dimensions: 0, metrics: [{ type: "hll", ...parameters }] },
    events: hashes(count),
  };
}

export interface CappedSample {
  readonly schema: TableSchema;
  readonly maxRows: number;
  readonly events: readonly ModelEvent[];
}

export const tableSamples: Readonly<Record<string, TableSample>> = {
  "table/example": { schema: everyMetric, events: adEvents },
  "table/example_sorted": {
    schema: everyMetric,
    events: [...adEvents].reverse(),
    sorted: true,
  },
  "table/empty": { schema: everyMetric, events: [] },
  "table/no_dimensions": {
    schema: { dimensions: 0, metrics: [{ type: "count" }] },
    events: Array.from({ length: 300 }, () => ({ keys: [], values: [1n] })),
  },
  "table/no_metrics": {
    schema: { dimensions: 1, metrics: [] },
    events: [text("b"), text(""), text("a")].map((key) => ({ keys: [key], values: [] })),
  },
  "table/long_key": {
    schema: { dimensions: 1, metrics: [{ type: "count" }] },
    events: [{ keys: [text("k".repeat(300))], values: [1n] }],
  },
  "table/wide_sums": {
    schema: { dimensions: 1, metrics: [{ type: "sum", scale: 18 }] },
    events: ["up", "up", "down", "down"].map((key, index) => ({
      keys: [text(key)],
      values: [index < 2 ? 2n ** 63n - 2n : -(2n ** 63n) + 2n],
    })),
  },
  "table/squares": {
    schema: { dimensions: 1, metrics: [{ type: "squares", scale: 2 }] },
    events: [3n, -4n, null, 100n].map((value, index) => ({
      keys: [text(index < 2 ? "two" : String(value))],
      values: [value],
    })),
  },
  "table/squares_of_two_words": {
    schema: { dimensions: 1, metrics: [{ type: "squares", scale: 18 }] },
    events: ["two", "two", "one"].map((key) => ({ keys: [text(key)], values: [2n ** 63n - 2n] })),
  },
  "table/squares_of_three_words": {
    schema: { dimensions: 0, metrics: [{ type: "squares", scale: 0 }] },
    events: Array.from({ length: 5 }, () => ({ keys: [], values: [-(2n ** 63n)] })),
  },
  "table/first_and_last": {
    schema: {
      dimensions: 1,
      metrics: [
        { type: "first", scale: 2 },
        { type: "last", scale: 0 },
      ],
    },
    // Two at the same instant, two at others, and none.
    events: [
      ["a", datedValue(1_309_392_003_250_000_000n, 500n)],
      ["a", datedValue(1_309_392_003_250_000_000n, -7n)],
      ["a", datedValue(1_309_392_003_250_000_001n, 3n)],
      ["b", null],
      ["c", datedValue(0n, 2n ** 40n)],
    ].map(([key, value]) => ({
      keys: [text(key as string)],
      values: [value as bigint | null, value as bigint | null],
    })),
  },
  "table/wide_extremes": {
    schema: {
      dimensions: 1,
      metrics: [
        { type: "min", scale: 0 },
        { type: "max", scale: 0 },
      ],
    },
    events: [-(2n ** 40n), 70_000n, null, 128n].map((value, index) => ({
      keys: [text(String(index))],
      values: [value, value],
    })),
  },
  "table/explicit_64": sketch(64, { log2m: 11, regwidth: 5 }),
  "table/sparse_65": sketch(65, { log2m: 11, regwidth: 5 }),
  "table/sparse_wide_codes": sketch(80, { log2m: 14, regwidth: 6 }),
  "table/full": sketch(500, { log2m: 4, regwidth: 4 }),
};

/** Tables of more rows than they may have: what is kept, and the overflow row behind it. */
export const cappedSamples: Readonly<Record<string, CappedSample>> = {
  "capped/example": {
    schema: {
      dimensions: 2,
      metrics: [{ type: "count" }, { type: "sum", scale: 2 }],
    },
    maxRows: 1,
    events: ["c7", "c8", "c9"].map((key, index) => ({
      keys: [text("click"), text(key)],
      values: [1n, BigInt(index * 100)],
    })),
  },
  "capped/sketches": {
    schema: {
      dimensions: 1,
      metrics: [
        { type: "hll", log2m: 4, regwidth: 4 },
        { type: "min", scale: 0 },
        { type: "max", scale: 0 },
      ],
    },
    maxRows: 3,
    events: Array.from({ length: 200 }, (_, index) => ({
      keys: [text(String(index))],
      values: [(BigInt(index) * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n), BigInt(index), -1n],
    })),
  },
};

const tableFrame = {
  summary: "0123456789abcdef0123456789abcdef",
  bucketStart: 1_309_392_000,
  frame: text("a table frame"),
};
const earlyFrame = { summary: "f".repeat(32), bucketStart: -86_400, frame: text("frame") };
const badLine = {
  reason: "bad_number",
  offset: 4711,
  bytes: text("EVT_V1 click,u,c,1x0"),
} as const;

/** Version 1, which is read and no longer written: one sheet for all summaries, and no fields. */
export const oldPartialSamples: Readonly<Record<string, DecodedPartial>> = {
  "partial/balance": {
    source: {
      lines: 1003,
      bytes: 118_354,
      parsed: 1000,
      deadLettered: 0,
      rejected: { blank: 1, bad_number: 2 },
    },
    summaries: null,
    samples: [
      {
        summary: null,
        reason: "bad_number",
        field: "",
        offset: 4711,
        bytes: badLine.bytes,
        value: null,
      },
    ],
    tables: [tableFrame],
  },
  "partial/back_fill": { source: null, summaries: null, samples: [], tables: [] },
  "partial/before_1970": { source: null, summaries: null, samples: [], tables: [earlyFrame] },
};

export const partialSamples: Readonly<Record<string, BatchPartial>> = {
  "partial2/sheets": {
    source: { lines: 1003, bytes: 118_354, parsed: 1002, deadLettered: 0, rejected: { blank: 1 } },
    summaries: [
      {
        summary: tableFrame.summary,
        sheet: {
          bytes: 118_354,
          parsed: 1002,
          counted: 900,
          filtered: 100,
          rejected: { bad_number: 2 },
        },
      },
    ],
    samples: [
      { summary: null, reason: "blank", field: "", offset: 0, bytes: text(""), value: null },
      {
        summary: tableFrame.summary,
        reason: "bad_number",
        field: "revenue",
        offset: 4711,
        bytes: badLine.bytes,
        value: null,
      },
    ],
    tables: [tableFrame],
  },
  "partial3/value": {
    source: null,
    summaries: [
      {
        summary: tableFrame.summary,
        sheet: { bytes: 21, parsed: 1, counted: 0, filtered: 0, rejected: { bad_number: 1 } },
      },
    ],
    samples: [
      {
        summary: tableFrame.summary,
        reason: "bad_number",
        field: "revenue",
        offset: 0,
        bytes: badLine.bytes,
        value: { at: 17, length: 3, bytes: text("1x0") },
      },
    ],
    tables: [],
  },
  "partial2/for_the_sheet": {
    source: { lines: 1, bytes: 300, parsed: 0, deadLettered: 1, rejected: {} },
    summaries: [],
    samples: [],
    tables: [],
  },
  "partial2/before_1970": { source: null, summaries: [], samples: [], tables: [earlyFrame] },
};
