// The columns of one vector of lines, in the order in which they are made: spans of fields as the
// tokeniser cut them, spans of what is computed from these, then what is decoded from all of them. A field is
// decoded once for all summaries.
//
// A value that does not decode leaves its line where it is: the line is flagged in the field's column,
// and each summary that needs the field looks there.

import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import { assert } from "../../shared/base/assert.ts";
import { isUtc } from "../../shared/model/timezone.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { FieldDecoder } from "../format/field-types.ts";
import type { TimeDecoder } from "../format/time-forms.ts";
import { Buckets, LocalTimes } from "./calendar.ts";
import { ColumnBlock, type ColumnWidth } from "./column-block.ts";
import { ComputedColumns } from "./computed-columns.ts";
import { SharedDictionaries, type DictionaryColumn } from "./dictionary-column.ts";
import { FaultFlags } from "./fault-flags.ts";
import { MaskColumns } from "./mask-columns.ts";
import { decimalKey, type Need } from "./needs.ts";
import type { CompiledPlan, CompiledSource, Selection } from "./compiled-plan.ts";

/** Values of 8 bytes with a mask of the lines that have one. */
export interface ValueColumn {
  readonly values: number;
  readonly valid: number;
  /** Lines of the vector that have none, faulty ones aside; may be too high, never too low. */
  empty: number;
}

interface DecimalColumn extends ValueColumn {
  readonly faults: FaultFlags;
  /** Lines with the value that no column of least values can hold; null where there is none. */
  readonly greatest: FaultFlags | null;
}

interface TimestampColumn {
  readonly spans: number;
  readonly decode: TimeDecoder;
  readonly seconds: number;
  readonly local: number;
  readonly faults: FaultFlags;
  /** Nanoseconds behind the seconds; 0 where nobody asks. */
  readonly nanos: number;
  /** Whether those of the vector are decoded. */
  isDecoded: boolean;
}

/** A field as text, of its type if it has one, and the lines that lack it. */
interface TextColumn {
  readonly spans: number;
  readonly faults: FaultFlags;
  readonly decode: FieldDecoder | null;
}

export class BatchColumns {
  /** Span column of every field that is used, and of the whole line. */
  readonly spans: ReadonlyMap<string, number>;
  /** Those of the fields that the tokeniser writes. */
  readonly cutSpans: ReadonlyMap<string, number>;
  readonly lines: number;
  readonly masks: MaskColumns;
  readonly #kernel: Kernel;
  readonly #source: CompiledSource;
  readonly #selection: Selection;
  readonly #block: ColumnBlock;
  readonly #shared: SharedDictionaries;
  readonly #computed: ComputedColumns;
  readonly #texts: ReadonlyMap<string, TextColumn>;
  readonly #timestamps = new Map<string, TimestampColumn>();
  /** Columns of the instants that are asked for, by the field of the time. */
  readonly #instants = new Map<string, number>();
  /** Whether a line of the vector ends before a field. */
  #hasShortLines = false;
  readonly #local: LocalTimes | null;
  readonly #decimals: ReadonlyMap<string, DecimalColumn>;
  readonly #hashes: ReadonlyMap<string, ValueColumn>;
  readonly #dictionaries: ReadonlyMap<string, DictionaryColumn>;
  readonly #buckets: ReadonlyMap<number, { readonly buckets: Buckets; readonly ids: number }>;

  /** @param selection what the batch is for */
  constructor(plan: CompiledPlan, source: CompiledSource, selection: Selection) {
    const { kernel } = plan;
    const { decoded } = selection;
    const block = new ColumnBlock(kernel, plan.vectorLines);
    this.#kernel = kernel;
    this.#source = source;
    this.#selection = selection;
    this.#block = block;
    this.lines = block.take(8);
    const spans = new Map(source.fields.map((field) => [field, block.take(8)]));
    const { times } = source;
    if (times.alias !== null) spans.set("timestamp", spans.get(times.alias)!);
    this.spans = spans;
    this.#shared = new SharedDictionaries(kernel, block);
    this.#computed = new ComputedColumns(kernel, block, {
      program: source.computed,
      needed: selection.columns,
      spans,
      dictionaries: this.#shared,
      timezone: plan.timezone,
      tables: plan.tables,
      timesOf: (field, n) => this.#timesOf(field, n),
    });
    this.cutSpans = new Map(source.cutFields.map((field) => [field, spans.get(field)!]));
    const faultsOf = (field: string): FaultFlags =>
      new FaultFlags(kernel, block, spans.get(field)!);
    // What has a type is decoded wherever it is used, be it in a condition alone.
    const typed = source.fields.filter((field) => source.decoders.has(field));
    this.#texts = new Map(
      [...new Set([...decoded.dimensions, ...decoded.hashes, ...typed])].map((field) => {
        const decode = source.decoders.get(field) ?? null;
        return [field, { spans: spans.get(field)!, faults: faultsOf(field), decode }];
      }),
    );
    this.#local = isUtc(plan.timezone) ? null : new LocalTimes(kernel, plan.timezone);
    const valueColumn = (): ValueColumn => ({
      values: block.take(8),
      valid: block.take(1),
      empty: 0,
    });
    this.#decimals = new Map(
      decoded.decimals.map(({ field, scale, isForLeast }) => [
        decimalKey(field, scale),
        {
          ...valueColumn(),
          faults: faultsOf(field),
          greatest: isForLeast ? faultsOf(field) : null,
        },
      ]),
    );
    this.#hashes = new Map(decoded.hashes.map((field) => [field, valueColumn()]));
    this.#dictionaries = new Map(
      decoded.dimensions.map((field) => [field, this.#shared.of(spans.get(field)!)]),
    );
    this.#buckets = new Map(
      [...selection.bucketings].map((index) => [
        index,
        { buckets: new Buckets(kernel, source.bucketings[index]!), ids: block.take(4) },
      ]),
    );
    const { steps } = selection;
    this.masks = new MaskColumns(kernel, block, source.masks, steps, spans, this.#dictionaries);
  }

  /** A column for whoever needs one more. */
  take(width: ColumnWidth): number {
    return this.#block.take(width);
  }

  /** Decodes a vector of lines that `cursor` has cut. */
  decode(n: number, cursor: number): void {
    const { exports } = this.#kernel;
    const hasShortLines = this.#kernel.u32[(cursor + layout.cursorShortLines) / 4]! > 0;
    this.#hasShortLines = hasShortLines;
    for (const times of this.#timestamps.values()) times.isDecoded = false;
    this.#joinTime(n, cursor);
    this.#shared.begin();
    for (const { spans, faults, decode } of this.#texts.values()) {
      if (decode === null) continue;
      faults.begin(n, hasShortLines);
      const bad = decode(this.#kernel, cursor, spans, n, faults.pointer);
      faults.some ||= bad > 0;
    }
    this.#computed.compute(n);
    for (const { faults, decode } of this.#texts.values()) {
      if (decode === null) faults.begin(n, hasShortLines);
    }
    for (const field of this.#selection.decoded.timestamps) this.#timesOf(field, n);
    for (const { field, scale } of this.#selection.decoded.decimals) {
      this.#decodeDecimals(field, scale, n);
    }
    for (const dictionary of this.#dictionaries.values()) dictionary.encode(n);
    for (const [field, column] of this.#hashes) {
      column.empty = exports.hashSpans(this.spans.get(field)!, n, column.values, column.valid);
    }
    for (const [index, { buckets, ids }] of this.#buckets) {
      const { timestamp } = this.#source.bucketings[index]!;
      buckets.lookUp(this.#timestamps.get(timestamp)!.seconds, n, ids);
    }
    this.masks.compute(n);
  }

  /** Makes the time of two fields before anything looks at it. */
  #joinTime(n: number, cursor: number): void {
    const { joined } = this.#source.times;
    const out = this.spans.get("timestamp");
    if (joined === null || out === undefined) return;
    const [left, right] = joined.map((field) => this.spans.get(field)!);
    this.#kernel.exports.joinFields(cursor, left!, right!, n, out);
  }

  /** The times in a field, decoded when they are first asked for. */
  #timesOf(field: string, n: number): TimestampColumn {
    const times = this.#timestamps.get(field) ?? this.#placeTimes(field);
    if (times.isDecoded) return times;
    const { spans, decode, seconds, local, faults, nanos } = times;
    faults.begin(n, this.#hasShortLines);
    const locals = decode(spans, n, seconds, local, faults.pointer, nanos);
    if (locals > 0) this.#local?.resolve(seconds, local, n);
    faults.end(n);
    const instants = this.#instants.get(field);
    if (instants !== undefined) this.#kernel.exports.joinInstants(seconds, nanos, n, instants);
    times.isDecoded = true;
    return times;
  }

  #placeTimes(field: string): TimestampColumn {
    const spans = this.spans.get(field)!;
    const [seconds, local] = [this.#block.take(8), this.#block.take(1)];
    const decode = this.#source.times.place(this.#kernel, field);
    const faults = new FaultFlags(this.#kernel, this.#block, spans);
    const nanos = this.#instants.has(field) ? this.#block.take(4) : 0;
    const times = { spans, decode, seconds, local, faults, nanos, isDecoded: false };
    this.#timestamps.set(field, times);
    return times;
  }

  #decodeDecimals(field: string, scale: number, n: number): void {
    const { exports } = this.#kernel;
    const column = this.#decimals.get(decimalKey(field, scale))!;
    const { values, valid, faults, greatest } = column;
    faults.begin(n, this.#hasShortLines);
    const spans = this.spans.get(field)!;
    column.empty = exports.decodeDecimals(spans, n, scale, values, valid, faults.pointer);
    faults.end(n);
    if (greatest !== null) greatest.some = exports.flagGreatest(values, n, greatest.pointer) > 0;
  }

  /** Nanoseconds since the epoch of the times in a field; to be asked for before the first vector. */
  instants(field: string): number {
    assert(!this.#timestamps.has(field), "instants are asked for before times are decoded");
    const known = this.#instants.get(field) ?? this.#block.take(8);
    this.#instants.set(field, known);
    return known;
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
    return this.#buckets.get(bucketing)!.buckets;
  }

  bucketIds(bucketing: number): number {
    return this.#buckets.get(bucketing)!.ids;
  }

  /** Which lines of the vector have not what is needed. */
  faults({ kind, field, scale }: Need): FaultFlags {
    switch (kind) {
      case "timestamp":
        return this.#timestamps.get(field)!.faults;
      case "dimension":
      case "hash":
        return this.#texts.get(field)!.faults;
      case "decimal":
        return this.#decimals.get(decimalKey(field, scale))!.faults;
      case "least":
        return this.#decimals.get(decimalKey(field, scale))!.greatest!;
    }
  }
}
