// The columns of one vector of lines, in the order in which they are made: spans of fields as the
// tokeniser cut them, then what is decoded from them. A field is decoded once for all summaries.
//
// Decoding may reject lines. `decode` does everything that can, and takes rejected lines out of all
// columns; what is made afterwards (`derive`) is made for living lines only.

import { isUtc } from "../../shared/model/timezone.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { Buckets, LocalTimes } from "./calendar.ts";
import { ColumnBlock, type ColumnWidth } from "./column-block.ts";
import { DictionaryColumn } from "./dictionary-column.ts";
import { MaskColumns } from "./mask-columns.ts";
import { decimalKey } from "./needs.ts";
import type { CompiledPlan, CompiledSource } from "./compiled-plan.ts";

/** Values of 8 bytes with a mask of the lines that have one. */
export interface ValueColumn {
  readonly values: number;
  readonly valid: number;
  /** Lines of the vector that have none; may be too high, never too low. */
  empty: number;
}

interface TimestampColumn {
  readonly spans: number;
  readonly seconds: number;
  readonly local: number;
}

export class BatchColumns {
  /** Span column of every field that is used, and of the whole line. */
  readonly spans: ReadonlyMap<string, number>;
  readonly lines: number;
  readonly masks: MaskColumns;
  readonly #kernel: Kernel;
  readonly #source: CompiledSource;
  readonly #block: ColumnBlock;
  readonly #status: number;
  readonly #timestamps: ReadonlyMap<string, TimestampColumn>;
  readonly #local: LocalTimes | null;
  readonly #decimals: ReadonlyMap<string, ValueColumn>;
  readonly #hashes: ReadonlyMap<string, ValueColumn>;
  readonly #dictionaries: ReadonlyMap<string, DictionaryColumn>;
  readonly #buckets: readonly { readonly buckets: Buckets; readonly ids: number }[];
  readonly #compacted: readonly { readonly column: number; readonly width: ColumnWidth }[];

  /** @param steps of the mask program that the batch needs, closed */
  constructor(plan: CompiledPlan, source: CompiledSource, steps: ReadonlySet<number>) {
    const { kernel } = plan;
    const { needs } = source;
    const block = new ColumnBlock(kernel, plan.vectorLines);
    this.#kernel = kernel;
    this.#source = source;
    this.#block = block;
    this.#status = block.take(1);
    this.lines = block.take(8);
    const spans = new Map(needs.fields.map((field) => [field, block.take(8)]));
    this.spans = spans;
    this.#timestamps = new Map(
      needs.timestamps.map((field) => {
        const seconds = block.take(8);
        return [field, { spans: spans.get(field)!, seconds, local: block.take(1) }];
      }),
    );
    this.#local = isUtc(plan.timezone) ? null : new LocalTimes(kernel, plan.timezone);
    const valueColumn = (): ValueColumn => ({
      values: block.take(8),
      valid: block.take(1),
      empty: 0,
    });
    this.#decimals = new Map(
      needs.decimals.map(({ field, scale }) => [decimalKey(field, scale), valueColumn()]),
    );
    this.#hashes = new Map(needs.hashes.map((field) => [field, valueColumn()]));
    this.#dictionaries = new Map(
      needs.dimensions.map((field) => [
        field,
        new DictionaryColumn(kernel, block, spans.get(field)!),
      ]),
    );
    this.#buckets = source.bucketings.map((bucketing) => ({
      buckets: new Buckets(kernel, bucketing),
      ids: block.take(4),
    }));
    this.masks = new MaskColumns(kernel, block, source.masks, steps, spans, this.#dictionaries);
    this.#compacted = [
      ...[...spans.values()].map((column) => ({ column, width: 8 as const })),
      ...[...this.#timestamps.values()].map(({ seconds }) => ({
        column: seconds,
        width: 8 as const,
      })),
      ...[...this.#decimals.values()].flatMap(({ values, valid }) => [
        { column: values, width: 8 as const },
        { column: valid, width: 1 as const },
      ]),
      ...[...this.#dictionaries.values()].map(({ ids }) => ({ column: ids, width: 4 as const })),
      ...this.masks.numberMasks.map((column) => ({ column, width: 1 as const })),
    ];
  }

  /** A column for whoever needs one more. */
  take(width: ColumnWidth): number {
    return this.#block.take(width);
  }

  /**
   * Decodes what must parse and rejects the lines where it does not.
   * @returns the number of lines that are left
   */
  decode(n: number, rejects: number): number {
    const { exports } = this.#kernel;
    const status = this.#status;
    exports.maskFill(status, 0, n);
    for (const { spans, seconds, local } of this.#timestamps.values()) {
      const locals = exports.decodeTimestamps(spans, n, seconds, local, status);
      if (locals > 0) this.#local?.resolve(seconds, local, n);
    }
    for (const { field, scale, reserved } of this.#source.needs.decimals) {
      const column = this.decimals(field, scale);
      const spans = this.spans.get(field)!;
      column.empty = exports.decodeDecimals(
        spans,
        n,
        scale,
        reserved,
        column.values,
        column.valid,
        status,
      );
    }
    for (const dictionary of this.#dictionaries.values()) dictionary.encode(n);
    this.masks.compareNumbers(n, status);
    for (const dictionary of this.#dictionaries.values()) dictionary.rejectInvalid(n, status);
    const rejected = exports.rejectRows(rejects, status, this.lines, n);
    if (rejected > 0) {
      for (const { column, width } of this.#compacted)
        exports.compact(column, Math.log2(width), status, n);
    }
    return n - rejected;
  }

  /** Makes the columns that cannot fail. */
  derive(n: number, hashed: ReadonlySet<string>, bucketings: ReadonlySet<number>): void {
    const { exports } = this.#kernel;
    for (const field of hashed) {
      const column = this.hashes(field);
      column.empty = exports.hashSpans(this.spans.get(field)!, n, column.values, column.valid);
    }
    for (const index of bucketings) {
      const { buckets, ids } = this.#buckets[index]!;
      const { timestamp } = this.#source.bucketings[index]!;
      buckets.lookUp(this.#timestamps.get(timestamp)!.seconds, n, ids);
    }
    this.masks.compute(n);
  }

  decimals(field: string, scale: number): ValueColumn {
    return this.#decimals.get(decimalKey(field, scale))!;
  }

  hashes(field: string): ValueColumn {
    return this.#hashes.get(field)!;
  }

  dictionary(field: string): DictionaryColumn {
    return this.#dictionaries.get(field)!;
  }

  buckets(bucketing: number): Buckets {
    return this.#buckets[bucketing]!.buckets;
  }

  bucketIds(bucketing: number): number {
    return this.#buckets[bucketing]!.ids;
  }
}
