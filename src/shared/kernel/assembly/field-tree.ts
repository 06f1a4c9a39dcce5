// The tree of the values that are asked for: finding a key in it, and writing what was found.

import {
  memberBytes,
  memberHead,
  memberHeadMask,
  memberKey,
  memberKeyLength,
  memberNode,
  nodeColumns,
  nodeColumnsEnd,
  nodeMemberCount,
  nodeMembers,
  nodeOwnEnd,
  nodeWrittenEnd,
} from "./field-tree-layout";
import { equalBytes } from "./hash";

/** Writes the value of a node; what is asked for within it is missing so far. @param written as it is in the text */
@inline
export function writeValue(node: u32, offset: u32, span: u64, written: u64): void {
  const ownEnd = load<u32>(node, nodeOwnEnd);
  const writtenEnd = load<u32>(node, nodeWrittenEnd);
  const end = load<u32>(node, nodeColumnsEnd);
  let at = load<u32>(node, nodeColumns);
  for (; at < ownEnd; at += 4) store<u64>(load<u32>(at) + offset, span);
  for (; at < writtenEnd; at += 4) store<u64>(load<u32>(at) + offset, written);
  for (; at < end; at += 4) store<u64>(load<u32>(at) + offset, 0);
}

/** As `writeValue`, where values have no other form. */
@inline
export function writeOwn(node: u32, offset: u32, span: u64): void {
  writeValue(node, offset, span, span);
}

/** Writes an object or array, of which what is within has been written. */
@inline
export function writeContainer(node: u32, offset: u32, span: u64): void {
  const writtenEnd = load<u32>(node, nodeWrittenEnd);
  for (let at = load<u32>(node, nodeColumns); at < writtenEnd; at += 4) {
    store<u64>(load<u32>(at) + offset, span);
  }
}

/** The node of a key, or 0. */
@inline
export function nodeOfKey(node: u32, from: u32, to: u32): u32 {
  const bytes = to - from;
  const head = load<u64>(from);
  let member = load<u32>(node, nodeMembers);
  for (let left = load<u32>(node, nodeMemberCount); left > 0; left -= 1) {
    if (
      load<u32>(member, memberKeyLength) == bytes &&
      (head & load<u64>(member, memberHeadMask)) == load<u64>(member, memberHead) &&
      (bytes <= 8 || equalBytes(from, load<u32>(member, memberKey), bytes))
    ) {
      return load<u32>(member, memberNode);
    }
    member += memberBytes;
  }
  return 0;
}
