// How a file stands to the one that owns its content: compared byte by byte, as long as that one still
// lies where it was seen.

import type { Comparison } from "./compare-contents.ts";
import { openContent } from "./content.ts";
import { compareFiles, hasOnlyGrown } from "./identify-file.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** How a file stands to the owner of a content; null when that one does not lie there any more. */
export async function relationInPlace(
  file: TrackedFile,
  owner: TrackedFile,
): Promise<Comparison["relation"] | null> {
  try {
    const { relation } = await compareFiles(file, owner);
    return (await isInPlace(owner)) ? relation : null;
  } catch (error) {
    if (await isInPlace(owner)) throw error;
    return null;
  }
}

/**
 * How a file stands to the owner of a content; null where nobody can say, since that one is gone or holds
 * something else. Throws `source_unreadable`.
 */
export async function compareWithOwner(
  file: TrackedFile,
  owner: TrackedFile,
): Promise<Comparison | null> {
  // Two paths of one file, by a link or because it was moved just now.
  if (owner.hint.inode === file.hint.inode) return { relation: "equal", bytes: file.diskBytes };
  try {
    const comparison = await compareFiles(file, owner);
    if (comparison.relation !== "different" || (await isInPlace(owner))) return comparison;
  } catch (error) {
    if (await isInPlace(owner)) throw error;
  }
  return null;
}

/**
 * Whether an owner still lies where it was seen last: it may be gone and another one lie there, or
 * its own inode hold another content, as after a copy and a truncation.
 */
async function isInPlace(owner: TrackedFile): Promise<boolean> {
  try {
    const content = await openContent(owner.path);
    try {
      return content.hint.stat === owner.hint.stat || (await hasOnlyGrown(owner, content));
    } finally {
      await content.close();
    }
  } catch {
    return false;
  }
}
