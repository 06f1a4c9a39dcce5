// A plan compiled for a kernel: per source, which fields are cut, what is decoded from them, and
// which columns each summary groups and adds up. Nothing of it changes from batch to batch.

import { canonicalJson, summaryKey } from "../../shared/model/definition-key.ts";
import type { Granularity, Plan, PlanSource, SummaryDefinition } from "../../shared/model/plan.ts";
import { asReadFrom, valuesUsed } from "../../shared/metric/fields-used.ts";
import { columnsOf } from "../../shared/metric/kinds.ts";
import type { StoredColumn } from "../../shared/metric/stored-column.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { schemaOf, type TableSchema } from "../../shared/table/schema.ts";
import { decodersOf, type FieldDecoder } from "../format/field-types.ts";
import { sourceTimes, type SourceTimes } from "../format/time-forms.ts";
import type { Tokeniser } from "../format/tokeniser.ts";
import { tokeniserOf } from "../format/tokenisers.ts";
import { ComputedProgram } from "./computed-program.ts";
import { MaskProgram } from "./mask-program.ts";
import { PlacedTables } from "./placed-tables.ts";
import type { Tables } from "./table-fetch.ts";
import { decodedFields, needsOf, type DecodedFields, type Need } from "./needs.ts";

/** A column of the summary's table and what goes into it. */
export interface CompiledColumn extends StoredColumn {
  /** Step of the mask program, or null: every line of the summary. */
  readonly where: number | null;
}

/** A need of a summary, compiled: which step says of which lines. */
export interface CompiledNeed {
  readonly need: Need;
  /** Step of the mask program, or null: every line that the summary wants. */
  readonly where: number | null;
}

export interface CompiledSummary {
  readonly key: string;
  readonly definition: SummaryDefinition;
  readonly schema: TableSchema;
  /** Step of the source's `where` and its own; null: every line. */
  readonly where: number | null;
  readonly columns: readonly CompiledColumn[];
  readonly needs: readonly CompiledNeed[];
  /** Index in `bucketings`. */
  readonly bucketing: number;
  /** Columns of the values that it uses. */
  readonly values: readonly string[];
}

/** A column of bucket numbers, which all summaries with this timestamp and granularity share. */
export interface Bucketing {
  readonly timestamp: string;
  readonly timezone: string;
  readonly granularity: Granularity;
}

export interface CompiledSource {
  readonly name: string;
  readonly maxLineBytes: number;
  readonly tokeniser: Tokeniser;
  /** The fields that any summary of the plan uses, and those that its time is made of. */
  readonly fields: readonly string[];
  /** Those that the tokeniser cuts: all but a time that is made of others. */
  readonly cutFields: readonly string[];
  readonly times: SourceTimes;
  readonly computed: ComputedProgram;
  /** Of the fields that have a type. */
  readonly decoders: ReadonlyMap<string, FieldDecoder>;
  readonly masks: MaskProgram;
  readonly bucketings: readonly Bucketing[];
  /** All summaries of the plan that read the source. */
  readonly summaries: readonly CompiledSummary[];
}

/** What has to be computed for the summaries that a batch is for, and nothing that others need. */
export interface Selection {
  readonly summaries: readonly CompiledSummary[];
  readonly decoded: DecodedFields;
  /** Indexes in `bucketings`. */
  readonly bucketings: ReadonlySet<number>;
  /** Steps of the mask program, closed. */
  readonly steps: ReadonlySet<number>;
  /** Columns of the values that are used, closed. */
  readonly columns: ReadonlySet<string>;
}

export interface CompiledPlan {
  readonly kernel: Kernel;
  /** Zone of timestamps that carry no offset. */
  readonly timezone: string;
  readonly sources: ReadonlyMap<string, CompiledSource>;
  readonly tables: PlacedTables;
  /** Lines whose columns are in work at a time, chosen so that they stay in the cache. */
  readonly vectorLines: number;
}

const vectorLinesDefault = 4096;

interface CompileOptions {
  readonly vectorLines?: number;
  /** What the plan looks values up in. */
  readonly tables?: Tables;
}

/** @param kernel belongs to the compiled plan alone: every batch resets it. */
export function compilePlan(
  kernel: Kernel,
  plan: Plan,
  { vectorLines = vectorLinesDefault, tables = new Map() }: CompileOptions = {},
): CompiledPlan {
  const sources = plan.sources.map((source): [string, CompiledSource] => {
    const summaries = plan.summaries.filter(({ from }) => from.includes(source.name));
    return [source.name, compileSource(source, summaries)];
  });
  const programs = sources.map(([, { computed }]) => computed);
  return {
    kernel,
    timezone: plan.timezone,
    sources: new Map(sources),
    tables: new PlacedTables(kernel, tables, programs),
    vectorLines,
  };
}

function compileSource(
  source: PlanSource,
  definitions: readonly SummaryDefinition[],
): CompiledSource {
  const asRead = definitions.map((definition) => asReadFrom(source, definition));
  const times = sourceTimes(source.format);
  const made = [...(times.joined ?? []), ...(times.alias === null ? [] : [times.alias])];
  const computed = new ComputedProgram(source.computed ?? []);
  const values = asRead.map((definition) =>
    valuesUsed(definition).map((value) => computed.add(value)),
  );
  const fields = [...new Set([...computed.fields, ...made])];
  const cutFields = fields.filter((field) => made.length === 0 || field !== "timestamp");
  const masks = new MaskProgram();
  const bucketings = new Map<string, Bucketing>();
  const summaries = definitions.map((definition, index): CompiledSummary => {
    const { timestamp, timezone, granularity } = definition;
    const { where } = asRead[index]!;
    const bucketing = { timestamp, timezone, granularity };
    const bucketingKey = canonicalJson(bucketing);
    if (!bucketings.has(bucketingKey)) bucketings.set(bucketingKey, bucketing);
    return {
      key: summaryKey(definition),
      definition,
      schema: schemaOf(definition),
      where: where === undefined ? null : masks.add(where),
      columns: definition.metrics.flatMap((metric) => {
        const where = metric.where === undefined ? null : masks.add(metric.where);
        return columnsOf(metric).map((column) => ({ ...column, where }));
      }),
      needs: needsOf(definition).map((need) => ({
        need,
        where: need.where === null ? null : masks.add(need.where),
      })),
      bucketing: [...bucketings.keys()].indexOf(bucketingKey),
      values: values[index]!,
    };
  });
  return {
    name: source.name,
    maxLineBytes: source.maxLineBytes,
    tokeniser: tokeniserOf(source.format, cutFields),
    fields,
    cutFields,
    times,
    computed,
    decoders: decodersOf(source.format),
    masks,
    bucketings: [...bucketings.values()],
    summaries,
  };
}

/** What a batch for these summaries of a source takes. */
export function selectSummaries(
  { masks, computed }: CompiledSource,
  summaries: readonly CompiledSummary[],
): Selection {
  const steps = summaries.flatMap(({ where, columns }) => [where, ...columns.map((c) => c.where)]);
  return {
    summaries,
    decoded: decodedFields(summaries.flatMap(({ needs }) => needs.map(({ need }) => need))),
    bucketings: new Set(summaries.map(({ bucketing }) => bucketing)),
    steps: masks.closure(steps.filter((step) => step !== null)),
    columns: computed.closure(summaries.flatMap(({ values }) => values)),
  };
}
