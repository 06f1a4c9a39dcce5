// The few rows that a run shows at its end.

import type { SummaryConfig } from "../../shared/config/config.ts";
import { queryStore } from "./query.ts";
import type { ResultColumns } from "./columns.ts";
import type { Row } from "./row.ts";
import type { TableReader } from "../store/store.ts";

export interface TopRows {
  readonly columns: ResultColumns;
  readonly rows: readonly Row[];
}

/**
 * The greatest `count` rows of a summary by its first metric, in an order that is always the same.
 * @param groupBy names to group by; bucket and all dimensions if not given.
 */
export async function topRows(
  store: TableReader,
  summary: string,
  count: number,
  configured?: SummaryConfig,
  groupBy?: readonly string[],
): Promise<TopRows> {
  const { columns, rows } = await queryStore(store, { summary, top: count, groupBy }, configured);
  const found: Row[] = [];
  for await (const block of rows) found.push(...block);
  return { columns, rows: found };
}
