// Which files a source has now: its patterns, without what it excludes. A pattern that is also the
// literal path of something is that path, so that names with brackets in them can be given as they
// are. Directories are matched on purpose: they are reported by whoever looks at the result, except
// where `**` runs through them anyway.

import { lstat } from "node:fs/promises";
import { resolve } from "node:path";
import { escapePath, glob, isDynamicPattern } from "tinyglobby";
import type { FileSource } from "../../shared/config/config.ts";

export interface Listing {
  /** Absolute paths, sorted. */
  readonly paths: readonly string[];
  /** Patterns that matched nothing. */
  readonly unmatched: readonly string[];
}

/** @param baseFolder what relative patterns are relative to. */
export async function listFiles(source: FileSource, baseFolder: string): Promise<Listing> {
  const paths = new Set<string>();
  const unmatched: string[] = [];
  for (const pattern of source.include) {
    const matches = await expand(pattern, source.exclude, baseFolder);
    for (const path of matches) paths.add(path);
    if (matches.length === 0) unmatched.push(pattern);
  }
  return { paths: [...paths].sort(), unmatched };
}

async function expand(
  pattern: string,
  exclude: readonly string[],
  baseFolder: string,
): Promise<string[]> {
  const literal = resolve(baseFolder, pattern);
  const isThere = await exists(literal);
  if (!isThere && !isDynamicPattern(pattern)) return [];
  if (isThere && exclude.length === 0) return [literal];
  const matches = await glob([isThere ? escapePath(literal) : pattern], {
    cwd: baseFolder,
    ignore: exclude,
    absolute: true,
    expandDirectories: false,
    onlyFiles: pattern.includes("**"),
  });
  return matches.map((match) => resolve(match));
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
