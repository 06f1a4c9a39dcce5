// Tables made from plain events, and a store of such tables in memory, for tests of what reads
// stores. Metrics of numbers see the revenue, those of distinct values the user; the summary is mostly
// that of `stored-summary.ts`: clicks, revenue, least, users by any number of dimensions.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
import { loadKernel, type Kernel } from "../../src/shared/kernel/kernel.ts";
import { columnsOf } from "../../src/shared/metric/kinds.ts";
import { addToColumn } from "../../src/shared/metric/stored-column.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { Table } from "../../src/shared/table/table.ts";
import type { TableReader } from "../../src/sink/store/store.ts";
import type { SummaryInfo } from "../../src/sink/store/summary-info.ts";

export interface TableEvent<Key extends string | Uint8Array = string> {
  readonly bucketStart: number;
  /** One per dimension. */
  readonly keys: readonly Key[];
  /** Units of 10^-2, null where it is missing. */
  readonly revenue: bigint | null;
  readonly user: number;
  /** Nanoseconds since the epoch; 0 if left out. */
  readonly instant?: bigint;
}

/** The hash that stands for a user. */
function userHash(user: number): bigint {
  return createHash("sha256").update(`user ${user}`).digest().readBigUInt64LE();
}

/** A table of the events; those of other buckets are in it too, if given. */
export function tableOf(
  kernel: Kernel,
  definition: SummaryDefinition,
  events: readonly TableEvent<string | Uint8Array>[],
): Table {
  const table = new Table(kernel, schemaOf(definition));
  const count = events.length;
  const ids = definition.dimensions.map((_, dimension) => {
    const texts = events.map(({ keys }) => Buffer.from(keys[dimension]!));
    const spans = kernel.alloc(count * 8);
    const column = kernel.alloc(count * 4);
    texts.forEach((text, index) => {
      const ptr = kernel.place(text);
      kernel.u64[spans / 8 + index] = BigInt(ptr) | (BigInt(text.length) << 32n);
    });
    const dictionary = table.dictionary(dimension);
    kernel.exports.dictEncodeCopy(dictionary, spans, count, 0, column);
    return column;
  });
  const idColumns = kernel.alloc(Math.max(4, ids.length * 4));
  kernel.u32.set(ids, idColumns / 4);
  const rows = kernel.alloc(count * 4);
  kernel.exports.tableGroup(table.handle, idColumns, count, 0, rows);
  const values = kernel.alloc(count * 8);
  const hashes = kernel.alloc(count * 8);
  const valid = kernel.alloc(count);
  const instants = kernel.alloc(count * 8);
  events.forEach(({ revenue, user, instant = 0n }, index) => {
    kernel.u64[instants / 8 + index] = BigInt.asUintN(64, instant);
    kernel.u64[values / 8 + index] = BigInt.asUintN(64, revenue ?? 0n);
    kernel.u64[hashes / 8 + index] = userHash(user);
    kernel.u8[valid + index] = revenue === null ? 0 : 1;
  });
  const inputs = {
    line: { values: 0, mask: 0, instants: 0 },
    decimal: { values, mask: valid, instants: 0 },
    dated: { values, mask: valid, instants },
    hash: { values: hashes, mask: 0, instants: 0 },
  };
  definition.metrics.flatMap(columnsOf).forEach(({ layout, input }, column) => {
    const target = { table: table.handle, column, rows };
    addToColumn(kernel.exports, layout, target, inputs[input.kind], count);
  });
  return table;
}

/** Equal for equal events in any order, as a store's versions are for the tables that were merged. */
function versionOf(events: readonly TableEvent<string | Uint8Array>[]): number {
  return events.reduce((sum, { keys, revenue, user }) => {
    const text = [...keys.map((key) => Buffer.from(key).toString("hex")), revenue, user].join("/");
    return sum + 1 + crc32(text);
  }, 0);
}

/** A store of one summary in memory; `add` is what a sink does with a batch. */
export class EventStore implements TableReader {
  storeId = "0123456789abcdef0123456789abcdef";
  readonly definition: SummaryDefinition;
  readonly #rowsPerFrame: number;
  readonly #buckets = new Map<
    number,
    { events: TableEvent<string | Uint8Array>[]; version: number }
  >();
  /** Starts of the buckets that were read, in order. */
  readonly reads: number[] = [];

  constructor(definition: SummaryDefinition, rowsPerFrame: number) {
    this.definition = definition;
    this.#rowsPerFrame = rowsPerFrame;
  }

  add(events: readonly TableEvent<string | Uint8Array>[]): void {
    for (const start of new Set(events.map(({ bucketStart }) => bucketStart))) {
      const bucket = this.#buckets.get(start) ?? { events: [], version: 0 };
      this.#buckets.set(start, bucket);
      bucket.events.push(...events.filter(({ bucketStart }) => bucketStart === start));
      bucket.version = versionOf(bucket.events);
    }
  }

  /** A bucket is no more, as after the summary was forgotten. */
  remove(bucketStart: number): void {
    this.#buckets.delete(bucketStart);
  }

  summaries(): Promise<readonly SummaryInfo[]> {
    const { definition } = this;
    const buckets = [...this.#buckets]
      .sort(([a], [b]) => a - b)
      .map(([bucketStart, { events, version }]) => ({
        bucketStart,
        version,
        rows: events.length,
        rowsLeast: events.length,
      }));
    return Promise.resolve([
      { key: summaryKey(definition), name: definition.name, definition, adoptions: [], buckets },
    ]);
  }

  async *read(_summaryKey: string, bucketStart: number): AsyncIterable<Uint8Array> {
    this.reads.push(bucketStart);
    const { events } = this.#buckets.get(bucketStart)!;
    const table = tableOf(loadKernel(bucketStart), this.definition, events);
    for (const frame of table.encodeSorted(this.#rowsPerFrame)) yield await Promise.resolve(frame);
  }
}
