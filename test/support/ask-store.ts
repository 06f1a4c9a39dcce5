// Stores of events in memory, and what a query answers of them.

import { expect } from "vitest";
import { queryStore, type QueryRequest } from "../../src/sink/query/query.ts";
import type { Row } from "../../src/sink/query/row.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
import { EventStore, type TableEvent } from "./table-events.ts";

export function storeOf(
  definition: SummaryDefinition,
  events: readonly TableEvent[],
  rowsPerFrame: number,
): EventStore {
  const store = new EventStore(definition, rowsPerFrame);
  store.add(events);
  return store;
}

/** All rows of the answer. */
export async function ask(
  store: EventStore,
  request: Omit<QueryRequest, "summary">,
): Promise<Row[]> {
  const rows: Row[] = [];
  const result = await queryStore(store, { summary: store.definition.name, ...request });
  for await (const block of result.rows) rows.push(...block);
  // Stores of events have no overflow rows that an answer could lack.
  expect(result.lacksOverflow()).toBe(false);
  return rows;
}
