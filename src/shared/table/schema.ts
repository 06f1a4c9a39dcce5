// The shape of a summary table: how many dimensions, and which columns its metrics are stored in. Two
// tables can be merged when their schemas are equal. Names are not part of it: they live in definitions.

import { columnsOf } from "../metric/kinds.ts";
import { columnWord, type ColumnLayout } from "../metric/stored-column.ts";
import type { SummaryDefinition } from "../model/plan.ts";

export interface TableSchema {
  readonly dimensions: number;
  /** The columns of all metrics, one after the other; a metric may have several. */
  readonly metrics: readonly ColumnLayout[];
}

const known = new WeakMap<SummaryDefinition, TableSchema>();

/** The shape of a summary's tables, worked out once however many tables there are. */
export function schemaOf(definition: SummaryDefinition): TableSchema {
  let schema = known.get(definition);
  if (schema === undefined) {
    const columns = definition.metrics.flatMap((metric) => columnsOf(metric));
    schema = {
      dimensions: definition.dimensions.length,
      metrics: columns.map(({ layout }) => layout),
    };
    known.set(definition, schema);
  }
  return schema;
}

export function sameSchema(a: TableSchema, b: TableSchema): boolean {
  return (
    a.dimensions === b.dimensions &&
    a.metrics.length === b.metrics.length &&
    a.metrics.every((layout, index) => columnWord(layout) === columnWord(b.metrics[index]!))
  );
}
