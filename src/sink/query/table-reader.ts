// What a query and an output need of a store, and no more: which summaries and buckets there are,
// and the tables of a bucket. The sink's own store and a read-only one both satisfy it.

import type { ReadOnlyStore } from "../store/embedded/read-only-store.ts";

export type TableReader = Pick<ReadOnlyStore, "storeId" | "summaries" | "read">;
