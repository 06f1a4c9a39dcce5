// Which store a command is about: that of a configuration, or a folder given by hand.

import type { Config } from "../../shared/config/config.ts";
import { storeFolder } from "../../sink/store/folder.ts";

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
  return { folder: storeFolder(config), config };
}
