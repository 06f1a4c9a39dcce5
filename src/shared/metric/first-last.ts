// `first` and `last`: the value of the earliest and of the latest event that has one. Its time is kept with it, to the
// nanosecond. Of several values at one time it is the least, whatever the order of lines and of merging.

import { decimalOptions, type DecimalOptions } from "./decimal-options.ts";
import type { StoredKind } from "./metric-kind.ts";
import type { CellReader, StoredColumn } from "./stored-column.ts";
import type { Value } from "./value.ts";

declare module "../model/plan.ts" {
  interface MetricOptions {
    readonly first: DecimalOptions;
    readonly last: DecimalOptions;
  }
}

const columns = (
  type: "first" | "last",
  { field, scale }: DecimalOptions,
): readonly StoredColumn[] => [{ layout: { type, scale }, input: { kind: "dated", field, scale } }];

function value(cells: CellReader, column: number, row: number, { scale }: DecimalOptions): Value {
  const dated = cells.dated(column, row);
  return dated === null ? null : { type: "decimal", units: dated.units, scale };
}

export const first: StoredKind<"first"> = {
  words: ["first"],
  description:
    "Value of the earliest event that has one, by the time of the summary; the least of several at the same time.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns: (options) => columns("first", options),
  isEstimate: false,
  value,
};

export const last: StoredKind<"last"> = {
  words: ["last"],
  description:
    "Value of the latest event that has one, by the time of the summary; the least of several at the same time.",
  where: "Which events are looked at.",
  options: decimalOptions,
  columns: (options) => columns("last", options),
  isEstimate: false,
  value,
};
