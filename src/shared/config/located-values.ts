// Reads values out of a located tree leniently: what is missing or of another kind is nothing. The
// schema reports those; whoever looks at references passes over them.

import { nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";

export interface LocatedText {
  readonly text: string;
  readonly path: Path;
}

/** Keys of the mapping at `path`, in the order of the file. */
export function keysAt(root: LocatedNode, path: Path): readonly string[] {
  const node = nodeAt(root, path);
  return node?.kind === "mapping" ? [...node.entries.keys()] : [];
}

export function textAt(root: LocatedNode, path: Path): string | null {
  const node = nodeAt(root, path);
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : null;
}

/** The texts among the items of the list at `path`. */
export function textsAt(root: LocatedNode, path: Path): readonly LocatedText[] {
  const node = nodeAt(root, path);
  if (node?.kind !== "list") return [];
  return node.items.flatMap((_, index) => {
    const text = textAt(root, [...path, index]);
    return text === null ? [] : [{ text, path: [...path, index] }];
  });
}
