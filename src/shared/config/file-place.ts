// Where a path leads, as opposed to how it is written: two outputs may reach one folder by a symbolic link, a
// bind mount or `..`, and would overwrite each other's files.

import { readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

/** Links that point to links that are not there; the kernel follows no more either. */
const linksMax = 40;

/**
 * Equal for two paths exactly if they name one file: the identity of the nearest folder that exists, and
 * what is still to be made below it.
 * @param path absolute; what begins with the part that has `{bucket}` need not exist.
 */
export function placeOf(path: string): string {
  const bucket = path.indexOf("{bucket}");
  const end = bucket < 0 ? path.length : path.lastIndexOf("/", bucket);
  let folder = path.slice(0, end) || "/";
  let rest = path.slice(end);
  for (let links = 0; links <= linksMax;) {
    const identity = identityOf(folder);
    if (identity !== null) return `${identity}${rest}`;
    const target = linkTarget(folder);
    if (target === null) {
      if (folder === dirname(folder)) break;
      rest = `/${basename(folder)}${rest}`;
      folder = dirname(folder);
    } else {
      folder = target;
      links += 1;
    }
  }
  return join(folder, rest);
}

/** What tells a folder from every other; null where none can be looked at. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** What a link points to that leads to nothing yet; null where there is no link. */
function linkTarget(path: string): string | null {
  try {
    return resolve(realpathSync(dirname(path)), readlinkSync(path));
  } catch {
    return null;
  }
}
