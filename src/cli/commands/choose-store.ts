// Which store a command is about: that of a configuration, or a folder given by hand; and how one is
// opened whose definitions are to be changed.

import { join } from "node:path";
import { limits } from "../../shared/base/limits.ts";
import type { Config } from "../../shared/config/config.ts";
import type { Store } from "../../sink/store/embedded/embedded-store.ts";

export interface StoreChoice {
  readonly folder: string;
  /** Null when the folder was given by hand. */
  readonly config: Config | null;
}

/** @throws LogmillError `config_invalid`. */
export async function chooseStore(
  store: string | undefined,
  configPath: string,
): Promise<StoreChoice> {
  if (store !== undefined) return { folder: store, config: null };
  const { loadConfig } = await import("../../shared/config/load.ts");
  const config = loadConfig(configPath, process.env);
  return { folder: join(config.dataDir, "store"), config };
}

/** Opens a store that exists, to change what it holds of its summaries; nothing is counted into it. */
export async function openToChange(folder: string): Promise<Store> {
  const { nodeFileSystem } = await import("../../sink/disk/node-file-system.ts");
  const { listStore } = await import("../../sink/store/embedded/load.ts");
  const { Store } = await import("../../sink/store/embedded/embedded-store.ts");
  // Where there is no store, none is made.
  await listStore(nodeFileSystem, folder);
  const nothing = { summaries: [], sources: [] };
  return Store.open(nodeFileSystem, folder, nothing, {
    liveBytesMax: limits.liveBytesDefault,
    onDurable: () => undefined,
  });
}
