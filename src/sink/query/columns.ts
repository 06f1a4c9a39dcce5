// The columns of a result: first the keys that rows are grouped by, then the metrics in the order
// of the configuration, derived ones in their place.

import { LogmillError } from "../../shared/base/errors.ts";
import type { SummaryConfig } from "../../shared/config/config.ts";
import { firstColumns } from "../../shared/metric/kinds.ts";
import { summaryKey } from "../../shared/model/definition-key.ts";
import type {
  Expression,
  Granularity,
  MetricDefinition,
  SummaryDefinition,
} from "../../shared/model/plan.ts";
import { listed } from "../../shared/text/nearest-word.ts";
import { unknownName } from "./unknown-name.ts";
import type { SummaryInfo } from "../store/summary-info.ts";

export type KeyColumn =
  | { readonly kind: "bucket"; readonly name: string; readonly granularity: Granularity }
  | {
      readonly kind: "dimension";
      readonly name: string;
      /** Position among the stored dimensions. */
      readonly index: number;
    };

export type MetricColumn =
  | {
      readonly kind: "stored";
      readonly name: string;
      /** The first of its columns in a table. */
      readonly column: number;
      readonly definition: MetricDefinition;
    }
  | { readonly kind: "derived"; readonly name: string; readonly expression: Expression };

export interface ResultColumns {
  readonly keys: readonly KeyColumn[];
  readonly metrics: readonly MetricColumn[];
}

/** From fine to coarse. */
const granularities: readonly Granularity[] = ["hour", "day", "week", "month"];

/** What is made of whole buckets of a granularity: a month is not made of weeks. */
const madeOf: Readonly<Record<Granularity, readonly Granularity[]>> = {
  hour: ["hour", "day", "week", "month"],
  day: ["day", "week", "month"],
  week: ["week"],
  month: ["month"],
};

/** Bucket and all dimensions, as files and unprojected queries have them. */
export function allKeys(definition: SummaryDefinition): readonly KeyColumn[] {
  const { granularity, dimensions } = definition;
  // A dimension may be called like the granularity; then the bucket goes by its other name.
  const name = dimensions.includes(granularity) ? "bucket" : granularity;
  return [
    { kind: "bucket", name, granularity },
    ...dimensions.map((dimension, index) => ({
      kind: "dimension" as const,
      name: dimension,
      index,
    })),
  ];
}

/**
 * Resolves names to group by: dimensions, `bucket`, or `hour`, `day`, `week`, `month` where that is the
 * stored granularity or coarser. Throws `usage` on unknown, repeated and too fine names.
 */
export function keyColumns(
  definition: SummaryDefinition,
  names: readonly string[],
): readonly KeyColumn[] {
  const columns = names.map((name) => keyColumn(definition, name));
  for (const [at, column] of columns.entries()) {
    const first = columns.find((other) => same(column, other))!;
    if (first === columns[at]) continue;
    const problem =
      first.name === column.name
        ? `${column.name} is given twice`
        : `${first.name} and ${column.name} are both the time; give one of them`;
    throw new LogmillError("usage", `--group-by: ${problem}`);
  }
  checkExploded(definition, names);
  return columns;
}

/** The metrics of a stored summary, with the derived ones of its configuration if there is one. */
export function metricColumns(
  stored: SummaryInfo,
  configured: SummaryConfig | undefined,
): readonly MetricColumn[] {
  const { metrics } = stored.definition;
  const columns = firstColumns(metrics);
  const storedColumn = (definition: MetricDefinition): MetricColumn => {
    const { name } = definition;
    const index = metrics.findIndex((metric) => metric.name === name);
    return { kind: "stored", name, column: columns[index]!, definition };
  };
  if (configured === undefined) return metrics.map(storedColumn);
  if (summaryKey(storedPart(configured)) !== stored.key) {
    throw new LogmillError(
      "definition_changed",
      `summary ${stored.name} is stored with another definition than the configuration gives; ` +
        `ask for what is stored with --store DIR, or give the new definition a new name`,
    );
  }
  return configured.metrics.map((definition) =>
    definition.type === "derived"
      ? { kind: "derived", name: definition.name, expression: definition.expr }
      : storedColumn(definition),
  );
}

/** The column of a metric, or `usage` naming the known ones. */
export function metricNamed(columns: ResultColumns, name: string): number {
  const names = columns.metrics.map((column) => column.name);
  const index = names.indexOf(name);
  if (index < 0) throw new LogmillError("usage", unknownName("metric", name, names));
  return index;
}

/** Names that are separated by commas; none in an empty text. */
export function columnsNamed(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(",").map((name) => name.trim());
  return names?.join() === "" ? [] : names;
}

function storedPart(configured: SummaryConfig): SummaryDefinition {
  return {
    ...configured,
    metrics: configured.metrics.filter((metric) => metric.type !== "derived"),
  };
}

/** Rows of what a line counts in several of are not added up: nobody would be told that it counts more than once. */
function checkExploded(
  { name, explode, dimensions }: SummaryDefinition,
  asked: readonly string[],
): void {
  if (explode === undefined || asked.includes(explode.field)) return;
  throw new LogmillError(
    "usage",
    `--group-by: in summary ${name} a line counts once for each of its values of ${explode.field}, so that ` +
      `rows of different values cannot be added up; group by ${explode.field} as well, or add a summary ` +
      `of ${listed(dimensions.filter((other) => other !== explode.field)) || "all events"}`,
  );
}

function keyColumn(definition: SummaryDefinition, name: string): KeyColumn {
  const index = definition.dimensions.indexOf(name);
  if (index >= 0) return { kind: "dimension", name, index };
  const stored = definition.granularity;
  const granularity = name === "bucket" ? stored : granularities.find((known) => known === name);
  if (granularity === undefined) {
    const known = [...madeOf[stored], "bucket", ...definition.dimensions];
    throw new LogmillError("usage", unknownName("dimension", name, known));
  }
  if (definition.metrics.some((metric) => metric.name === name)) {
    throw new LogmillError("usage", `--group-by: ${name} is a metric of ${definition.name}`);
  }
  if (!madeOf[stored].includes(granularity)) {
    const why =
      granularities.indexOf(granularity) < granularities.indexOf(stored)
        ? "nothing finer can be made of that"
        : `no whole ${granularity} can be made of that`;
    throw new LogmillError(
      "usage",
      `--group-by: summary ${definition.name} is kept by ${stored}, and ${why}; ` +
        `group by ${stored}, or add a summary with granularity: ${granularity}`,
    );
  }
  return { kind: "bucket", name, granularity };
}

function same(a: KeyColumn, b: KeyColumn): boolean {
  if (a.kind === "bucket" || b.kind === "bucket") return a.kind === b.kind;
  return a.index === b.index;
}
