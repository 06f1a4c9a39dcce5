// Where a configuration's store is.

import { join } from "node:path";
import type { Config } from "../../shared/config/config.ts";

export function storeFolder({ dataDir }: Pick<Config, "dataDir">): string {
  return join(dataDir, "store");
}
