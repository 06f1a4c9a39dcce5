// How a file stands to one that holds the same name: compared byte by byte, as long as that one still
// lies where it was seen.

import type { Comparison } from "./compare-contents.ts";
import { openContent } from "./content.ts";
import { compareFiles, hasOnlyGrown } from "./identify-file.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** How a file stands to one that holds a content; null when that one does not lie there any more. */
export async function relationInPlace(
  file: TrackedFile,
  holder: TrackedFile,
): Promise<Comparison["relation"] | null> {
  try {
    const { relation } = await compareFiles(file, holder);
    return (await isInPlace(holder)) ? relation : null;
  } catch (error) {
    if (await isInPlace(holder)) throw error;
    return null;
  }
}

/** How a file stands to one that holds a content. Throws `source_unreadable`. */
export async function compareWithHolder(
  file: TrackedFile,
  holder: TrackedFile,
): Promise<Comparison> {
  // Two paths of one file, by a link or because it was moved just now.
  if (holder.hint.inode === file.hint.inode) return { relation: "equal", bytes: file.diskBytes };
  try {
    const comparison = await compareFiles(file, holder);
    if (comparison.relation !== "different" || (await isInPlace(holder))) return comparison;
  } catch (error) {
    if (await isInPlace(holder)) throw error;
  }
  // What it has sent is under way or merged; this file goes on from there.
  return { relation: "extension", bytes: 0 };
}

/**
 * Whether a holder still lies where it was seen last: it may be gone and another one lie there, or
 * its own inode hold another content, as after a copy and a truncation.
 */
async function isInPlace(holder: TrackedFile): Promise<boolean> {
  try {
    const content = await openContent(holder.path);
    try {
      return content.hint.stat === holder.hint.stat || (await hasOnlyGrown(holder, content));
    } finally {
      await content.close();
    }
  } catch {
    return false;
  }
}
