// A source, whatever its kind: where lines come from, as files that can be read again. What comes once
// only, such as standard input, is kept in a file first; so the catalog knows files, and nothing else.
//
// A kind is a folder beside this file and one entry of `kinds.ts`.

import type { SourceConfig } from "../../shared/config/config.ts";

export interface Source {
  readonly config: SourceConfig;
  /** What there is to be read now. */
  readonly list: () => Promise<Listing>;
}

export interface Listing {
  /** Absolute paths, sorted. */
  readonly paths: readonly string[];
  /** What was looked for and is not there, each one sentence. */
  readonly unmatched: readonly { readonly sentence: string; readonly isNeeded: boolean }[];
  /** Why a path is not among them, each one sentence. */
  readonly refused: readonly string[];
}
