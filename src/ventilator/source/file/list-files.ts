// Which files a source has now: its patterns, without what it excludes. A pattern that is also the
// literal path of something is that path, so that names with brackets in them can be given as they
// are. Directories are matched on purpose: they are reported by whoever looks at the result, except
// where `**` runs through them anyway.
//
// Who can write into a folder of logs could put links there, and have any file read that logmill may
// read. So what a link leads to has to lie in the same tree, the folder at which the pattern begins,
// unless the source follows links. This is looked at when files are listed, and is no defence against
// somebody who swaps a link at the right moment.

import { lstat, realpath } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { escapePath, glob, isDynamicPattern } from "tinyglobby";
import type { FileSource } from "../../../shared/config/config.ts";

export interface FoundFiles {
  /** Absolute paths, sorted. */
  readonly paths: readonly string[];
  /** Patterns that matched nothing. */
  readonly unmatched: readonly string[];
  /** Why a path is not among them, each one sentence. */
  readonly refused: readonly string[];
}

/** @param baseFolder what relative patterns are relative to. */
export async function listFiles(source: FileSource, baseFolder: string): Promise<FoundFiles> {
  const paths = new Set<string>();
  const unmatched: string[] = [];
  const refused: string[] = [];
  for (const pattern of source.include) {
    const { matches, tree } = await expand(pattern, source.exclude, baseFolder);
    if (matches.length === 0) unmatched.push(pattern);
    const root = await realPathOf(tree);
    for (const path of matches) {
      const real = source.followLinks ? null : await realPathOf(path);
      if (real === null || root === null || isWithin(root, real)) paths.add(path);
      else refused.push(refusal(source, path, real, tree));
    }
  }
  return { paths: [...paths].sort(), unmatched, refused };
}

function refusal({ name }: FileSource, path: string, real: string, tree: string): string {
  return (
    `source ${name}: ${path} is not read, for it leads to ${real}, outside of ${tree}; ` +
    "remove the link, or set follow_links: true"
  );
}

interface Matches {
  readonly matches: readonly string[];
  /** The folder at which the pattern begins, in which links have to stay. */
  readonly tree: string;
}

async function expand(
  pattern: string,
  exclude: readonly string[],
  baseFolder: string,
): Promise<Matches> {
  const literal = resolve(baseFolder, pattern);
  const isThere = await exists(literal);
  const tree = isThere ? dirname(literal) : staticFolder(pattern, baseFolder);
  if (!isThere && !isDynamicPattern(pattern)) return { matches: [], tree };
  if (isThere && exclude.length === 0) return { matches: [literal], tree };
  const matches = await glob([isThere ? escapePath(literal) : pattern], {
    cwd: baseFolder,
    ignore: exclude,
    absolute: true,
    expandDirectories: false,
    onlyFiles: pattern.includes("**"),
  });
  return { matches: matches.map((match) => resolve(match)), tree };
}

/** The folder that a pattern names before its first part that can match several. */
function staticFolder(pattern: string, baseFolder: string): string {
  const parts = pattern.split("/");
  const dynamic = parts.findIndex((part) => isDynamicPattern(part));
  const fixed = parts
    .slice(0, dynamic < 0 ? -1 : dynamic)
    .map((part) => part.replace(/\\(.)/g, "$1"));
  return resolve(baseFolder, fixed.join("/") || (pattern.startsWith("/") ? "/" : "."));
}

/** Null where there is nothing, or links go in circles: whoever opens it says so. */
async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch {
    return null;
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
