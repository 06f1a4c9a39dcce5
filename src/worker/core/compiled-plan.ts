// A plan compiled for a kernel: per source, which fields are cut, what is decoded from them, and
// which columns each summary groups and adds up. Nothing of it changes from batch to batch.

import { canonicalJson, summaryKey } from "../../shared/model/definition-key.ts";
import type { Granularity, Plan, PlanSource, SummaryDefinition } from "../../shared/model/plan.ts";
import { columnsOf } from "../../shared/metric/kinds.ts";
import type { StoredColumn } from "../../shared/metric/stored-column.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { schemaOf, type TableSchema } from "../../shared/table/schema.ts";
import type { Tokeniser } from "../format/tokeniser.ts";
import { tokeniserOf } from "../format/tokenisers.ts";
import { MaskProgram } from "./mask-program.ts";
import { collectNeeds, type Needs } from "./needs.ts";

/** A column of the summary's table and what goes into it. */
export interface CompiledColumn extends StoredColumn {
  /** Step of the mask program, or null: every line of the summary. */
  readonly where: number | null;
}

export interface CompiledSummary {
  readonly key: string;
  readonly definition: SummaryDefinition;
  readonly schema: TableSchema;
  readonly where: number | null;
  readonly columns: readonly CompiledColumn[];
  /** Index in `bucketings`. */
  readonly bucketing: number;
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
  readonly needs: Needs;
  readonly masks: MaskProgram;
  readonly bucketings: readonly Bucketing[];
  /** All summaries of the plan that read the source. */
  readonly summaries: readonly CompiledSummary[];
}

export interface CompiledPlan {
  readonly kernel: Kernel;
  /** Zone of timestamps that carry no offset. */
  readonly timezone: string;
  readonly sources: ReadonlyMap<string, CompiledSource>;
  /** Lines whose columns are in work at a time, chosen so that they stay in the cache. */
  readonly vectorLines: number;
}

const vectorLinesDefault = 4096;

/** @param kernel belongs to the compiled plan alone: every batch resets it. */
export function compilePlan(
  kernel: Kernel,
  plan: Plan,
  { vectorLines = vectorLinesDefault }: { readonly vectorLines?: number } = {},
): CompiledPlan {
  const sources = plan.sources.map((source): [string, CompiledSource] => {
    const summaries = plan.summaries.filter(({ from }) => from.includes(source.name));
    return [source.name, compileSource(source, summaries)];
  });
  return { kernel, timezone: plan.timezone, sources: new Map(sources), vectorLines };
}

function compileSource(
  source: PlanSource,
  definitions: readonly SummaryDefinition[],
): CompiledSource {
  const needs = collectNeeds(definitions);
  const masks = new MaskProgram();
  const bucketings = new Map<string, Bucketing>();
  const summaries = definitions.map((definition): CompiledSummary => {
    const { timestamp, timezone, granularity } = definition;
    const bucketing = { timestamp, timezone, granularity };
    const bucketingKey = canonicalJson(bucketing);
    if (!bucketings.has(bucketingKey)) bucketings.set(bucketingKey, bucketing);
    return {
      key: summaryKey(definition),
      definition,
      schema: schemaOf(definition),
      where: definition.where === undefined ? null : masks.add(definition.where),
      columns: definition.metrics.flatMap((metric) => {
        const where = metric.where === undefined ? null : masks.add(metric.where);
        return columnsOf(metric).map((column) => ({ ...column, where }));
      }),
      bucketing: [...bucketings.keys()].indexOf(bucketingKey),
    };
  });
  return {
    name: source.name,
    maxLineBytes: source.maxLineBytes,
    tokeniser: tokeniserOf(source.format, needs.fields),
    needs,
    masks,
    bucketings: [...bucketings.values()],
    summaries,
  };
}
