// Which pool the batches of a source are for.

import type { SourceConfig } from "../../shared/config/config.ts";
import { defaultPool } from "../../shared/model/pool.ts";

export interface Pools {
  /** Each once, in the order of the sources. */
  readonly names: readonly string[];
  /** @param source its name */
  readonly of: (source: string) => string;
}

export function poolsOf(sources: readonly SourceConfig[]): Pools {
  const bySource = new Map(sources.map((source) => [source.name, poolOf(source)]));
  return {
    names: [...new Set(bySource.values())],
    of: (source) => bySource.get(source) ?? defaultPool,
  };
}

/** What came on standard input names none. */
function poolOf(source: SourceConfig): string {
  return source.type === "file" ? source.pool : defaultPool;
}
