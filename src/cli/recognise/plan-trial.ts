// Puts single lines through a plan: which rows each gives, and why a summary or the format rejects it. The kernel
// says so, as it does in a worker.

import { limits } from "../../shared/base/limits.ts";
import { loadSeededKernel } from "../../shared/kernel/seeded-kernel.ts";
import { balanceKey } from "../../shared/model/definition-key.ts";
import { preambleKindOf, scanFor } from "../../shared/model/format/preamble.ts";
import type { PreambleScan } from "../../shared/model/format/preamble-scan.ts";
import type { SampledLine } from "../../shared/model/partial.ts";
import type { Format, Plan, SummaryDefinition } from "../../shared/model/plan.ts";
import { decodePartial } from "../../shared/table/partial-codec.ts";
import { decodeTable, type TableView } from "../../shared/table/table-view.ts";
import {
  compilePlan,
  type CompiledPlan,
  type CompiledSummary,
} from "../../worker/core/compiled-plan.ts";
import type { Tables } from "../../worker/core/table-fetch.ts";
import { summarise } from "../../worker/core/summarise.ts";

/** A row that some lines give. */
export interface TriedTable {
  readonly definition: SummaryDefinition;
  /** Seconds since the Unix epoch. */
  readonly bucketStart: number;
  readonly table: TableView;
}

/** A rejected line, and the summary that could not count it; null: the format rejected it. */
interface TriedReject {
  readonly sample: SampledLine;
  readonly by: SummaryDefinition | null;
}

export interface TriedText {
  /** Lines that are parts of lines, which are of the format and none of its events. */
  readonly parts: number;
  /** One of each bucket that has rows. */
  readonly tables: readonly TriedTable[];
  /** Of each reason and summary the first lines. */
  readonly rejects: readonly TriedReject[];
}

export class PlanTrial {
  readonly #compiled: CompiledPlan;
  readonly #source: string;
  readonly #format: Format;
  #preamble: PreambleScan | null = null;
  readonly #summaries: readonly CompiledSummary[];

  /**
   * @param source its name in the plan
   * @param tables that the plan looks values up in
   */
  constructor(plan: Plan, source: string, tables: Tables = new Map()) {
    this.#compiled = compilePlan(loadSeededKernel(), plan, { tables });
    this.#source = source;
    this.#format = plan.sources.find(({ name }) => name === source)!.format;
    this.#summaries = this.#compiled.sources.get(source)!.summaries;
  }

  /** What is read next is the beginning of a file. */
  begin(): void {
    this.#preamble = null;
  }

  /**
   * Reads what follows in the file: what came before may say how.
   * @param text whole lines, of at most `limits.batchBytesMax` bytes
   */
  readNext(text: Uint8Array): TriedText {
    const kind = preambleKindOf(this.#format);
    const before = this.#preamble?.preamble ?? new Uint8Array();
    if (kind !== null) {
      this.#preamble ??= scanFor(kind, null);
      this.#preamble.add(text);
    }
    const keys = [balanceKey, ...this.#summaries.map(({ key }) => key)];
    const task = ["lines", text.length, keys, false, (): void => undefined, before] as const;
    const { bytes } = summarise(this.#compiled, this.#source, text, ...task);
    const { tables, samples, source } = decodePartial(bytes);
    return {
      parts: source?.rejected.unfinished_record ?? 0,
      tables: tables.map(({ summary, bucketStart, frame }) => {
        const { definition, schema } = this.#summaries.find(({ key }) => key === summary)!;
        return { definition, bucketStart, table: decodeTable(frame, schema) };
      }),
      rejects: samples.map((sample) => {
        const by = this.#summaries.find(({ key }) => key === sample.summary);
        return { sample, by: by?.definition ?? null };
      }),
    };
  }
}

/** A plan that tells the fields of a source's lines: a summary by each. */
export function planByField(source: Plan["sources"][number], fields: FieldsAsked): Plan {
  const definitions = fields.names.slice(0, limits.summariesMax).map((field, index) => ({
    name: `field_${index}`,
    from: [source.name],
    timestamp: fields.timestamp,
    granularity: "day" as const,
    timezone: "UTC",
    dimensions: [field],
    metrics: [{ name: "lines", type: "count" as const }],
  }));
  return { version: 1, timezone: fields.timezone, sources: [source], summaries: definitions };
}

interface FieldsAsked {
  readonly names: readonly string[];
  /** The field that is the time: lines without it have no fields here. */
  readonly timestamp: string;
  /** Of times without an offset. */
  readonly timezone: string;
}
