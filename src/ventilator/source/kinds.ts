// THE list of kinds of sources. The compiler wants an entry for each that a configuration can have.

import type { SourceConfig } from "../../shared/config/config.ts";
import { fileSource } from "./file/file-source.ts";
import type { Source } from "./source.ts";
import { stdinSource } from "./stdin/stdin-source.ts";

type Make<Type> = (
  config: Extract<SourceConfig, { readonly type: Type }>,
  baseFolder: string,
) => Source;

const kinds: { readonly [Type in SourceConfig["type"]]: Make<Type> } = {
  file: fileSource,
  stdin: stdinSource,
};

/** @param baseFolder the folder of the configuration. */
export function openSource(config: SourceConfig, baseFolder: string): Source {
  // The compiler does not see that the entry fits the very source whose type it was found by.
  const make = kinds[config.type] as (config: SourceConfig, baseFolder: string) => Source;
  return make(config, baseFolder);
}
