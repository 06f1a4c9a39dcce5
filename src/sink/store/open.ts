// Opens the store that a configuration asks for, as its owner. Here alone it is decided which kind of store
// that is; see `open-reader.ts` for those who only read.

import { limits } from "../../shared/base/limits.ts";
import type { Config } from "../../shared/config/config.ts";
import type { FileSystem } from "../disk/file-system.ts";
import { nodeFileSystem } from "../disk/node-file-system.ts";
import { EmbeddedStore } from "./embedded/embedded-store.ts";
import { listStore } from "./embedded/load.ts";
import { storeFolder } from "./folder.ts";
import type { ChangeableStore, Store, StoreOptions, StoreReader } from "./store.ts";

/**
 * Takes the store, recovers what is in it (or begins an empty one) and makes of it what the configuration says.
 * @throws LogmillError `store_locked`, `store_damaged`, `store_version`, `definition_changed`, `disk_failed`.
 */
export function openStore(
  files: FileSystem,
  config: Pick<Config, "dataDir" | "plan" | "store">,
  options: StoreOptions,
): Promise<Store> {
  const { liveBytesMax } = config.store;
  const folder = storeFolder(config);
  return EmbeddedStore.open(files, folder, config.plan, { ...options, liveBytesMax });
}

/**
 * Opens a store that exists, to change what it holds of its summaries; nothing is counted into it.
 * @throws LogmillError `store_missing`, and as `openStore`.
 */
export async function openToChange(folder: string): Promise<StoreReader & ChangeableStore> {
  // Where there is no store, none is made.
  await listStore(nodeFileSystem, folder);
  const nothing = { summaries: [], sources: [] };
  return EmbeddedStore.open(nodeFileSystem, folder, nothing, {
    liveBytesMax: limits.liveBytesDefault,
    onDurable: () => undefined,
    onRefused: () => undefined,
  });
}
