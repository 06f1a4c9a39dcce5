// Files that patterns match, which come and go.

import { isDynamicPattern } from "tinyglobby";
import type { FileSource } from "../../../shared/config/config.ts";
import type { Listing, Source } from "../source.ts";
import { listFiles } from "./list-files.ts";

/** @param baseFolder what relative patterns are relative to. */
export function fileSource(config: FileSource, baseFolder: string): Source {
  return { config, list: () => list(config, baseFolder) };
}

async function list(config: FileSource, baseFolder: string): Promise<Listing> {
  const { paths, unmatched, refused } = await listFiles(config, baseFolder);
  const isEmpty = unmatched.length === config.include.length;
  return {
    paths,
    refused,
    unmatched: unmatched.map((pattern) => ({
      sentence: `source ${config.name}: no file matches ${pattern}`,
      isNeeded: isEmpty || !isDynamicPattern(pattern),
    })),
  };
}
