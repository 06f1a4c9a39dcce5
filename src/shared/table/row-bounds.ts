// How many rows a summary may have in a bucket, as its definition says.

import { limits } from "../base/limits.ts";
import type { SummaryDefinition } from "../model/plan.ts";
import type { RowBounds } from "./merge-capped.ts";

export function rowBounds({ maxRows, maxRowsLeast }: SummaryDefinition): RowBounds {
  const rows = maxRows ?? limits.rowsMaxDefault;
  return { maxRows: rows, maxRowsLeast: Math.min(rows, maxRowsLeast ?? rows) };
}
