// What has come on standard input: one file, which whoever started the run has written and removes.

import type { StdinSource } from "../../../shared/config/config.ts";
import type { Source } from "../source.ts";

export function stdinSource(config: StdinSource): Source {
  const listing = { paths: [config.path], unmatched: [], refused: [] };
  return { config, list: () => Promise.resolve(listing) };
}
