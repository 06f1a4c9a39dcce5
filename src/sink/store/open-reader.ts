// Opens a store to read it, also beside a sink at work.

import { nodeFileSystem } from "../disk/node-file-system.ts";
import { ReadOnlyStore } from "./embedded/read-only-store.ts";
import type { StoreReader } from "./store.ts";

/** @throws LogmillError `store_missing`, `store_damaged`, `store_version`, `disk_failed`. */
export function openReader(folder: string): Promise<StoreReader> {
  return ReadOnlyStore.open(nodeFileSystem, folder);
}
