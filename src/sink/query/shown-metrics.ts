// Some of the metrics of an answer, which is ordered and narrowed by all of them.

import type { ResultColumns } from "./columns.ts";
import type { Answer, Row } from "./row.ts";

/** @param shown which of the columns, in order; all of them if not given. */
export function shownMetrics(
  columns: ResultColumns,
  rows: AsyncIterable<readonly Row[]>,
  shown: readonly number[] | undefined,
): Answer {
  if (shown === undefined) return { columns, rows };
  const metrics = shown.map((index) => columns.metrics[index]!);
  return { columns: { ...columns, metrics }, rows: narrowed(rows, shown) };
}

async function* narrowed(
  blocks: AsyncIterable<readonly Row[]>,
  shown: readonly number[],
): AsyncIterable<readonly Row[]> {
  for await (const rows of blocks) {
    yield rows.map(({ keys, values }) => ({ keys, values: shown.map((index) => values[index]!) }));
  }
}
