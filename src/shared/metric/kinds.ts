// THE list of metric kinds. Adding one is its folder and a line here: the compiler asks for the line as
// soon as a kind has declared its options.

import { LogmillError } from "../base/errors.ts";
import type { MetricDefinition, MetricOptions, MetricType } from "../model/plan.ts";
import { avg } from "./avg.ts";
import { count } from "./count.ts";
import { derived } from "./derived/derived.ts";
import { first, last } from "./first-last.ts";
import { hll } from "./hll/hll.ts";
import { max } from "./max.ts";
import type { ConfiguredKind, StoredKind } from "./metric-kind.ts";
import { min } from "./min.ts";
import { stddev, stddevPop } from "./stddev.ts";
import type { CellReader, StoredColumn } from "./stored-column.ts";
import { sum } from "./sum.ts";
import type { Value } from "./value.ts";

const storedKinds: { readonly [Type in MetricType]: StoredKind<Type> } = {
  count,
  sum,
  min,
  max,
  avg,
  stddev,
  stddev_pop: stddevPop,
  first,
  last,
  hll,
};

/** Kinds as the configuration knows them, computed ones last. */
export const configuredKinds: readonly ConfiguredKind<object>[] = [
  ...Object.values(storedKinds),
  derived,
];

type AnyStoredKind = StoredKind<MetricType> & ConfiguredKind<MetricOptions[MetricType]>;

/** @throws LogmillError `metric_kind_unknown`: definitions come from stores and plans, which a newer logmill may have made. */
function kindOf({ name, type }: MetricDefinition): AnyStoredKind {
  const kind = storedKinds[type] as AnyStoredKind | undefined;
  if (kind === undefined) {
    throw new LogmillError(
      "metric_kind_unknown",
      `the metric ${name} is of type ${type as string}, which this logmill does not know; update it`,
      { fields: { metric: name, type } },
    );
  }
  return kind;
}

/** The stored kind that a `type` of the configuration means; null for computed metrics and others. */
export function storedKindNamed(word: string): AnyStoredKind | null {
  const kinds = Object.values(storedKinds) as AnyStoredKind[];
  return kinds.find(({ words }) => words.some((known) => known === word)) ?? null;
}

/** The columns of a table that a metric is stored in, in order. */
export function columnsOf(metric: MetricDefinition): readonly StoredColumn[] {
  return kindOf(metric).columns(metric);
}

/** By metric, the number of its first column. */
export function firstColumns(metrics: readonly MetricDefinition[]): readonly number[] {
  let next = 0;
  return metrics.map((metric) => {
    const first = next;
    next += columnsOf(metric).length;
    return first;
  });
}

/** Whether a metric's values are estimates, which are shown with their bounds. */
export function isEstimate(metric: MetricDefinition): boolean {
  return kindOf(metric).isEstimate;
}

/** What a metric says of a row. */
export function valueOf(
  cells: CellReader,
  metric: MetricDefinition,
  first: number,
  row: number,
): Value {
  return kindOf(metric).value(cells, first, row, metric);
}
