// Lines of JSON, by paths; what is read of them is told in the kernel's `json.ts`. The paths that somebody asks
// for become a tree of nodes in kernel memory, so that a key is compared with those that go on where it stands.

import { limits } from "../../shared/base/limits.ts";
import * as layout from "../../shared/kernel/assembly/json-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { JsonFormat } from "../../shared/model/format/json.ts";
import type { Tokeniser } from "./tokeniser.ts";

interface Node {
  /** Whose value it is. */
  readonly fields: string[];
  readonly members: Map<string, Node>;
  readonly elements: Map<number, Node>;
}

export function jsonTokeniser({ paths }: JsonFormat, fields: readonly string[]): Tokeniser {
  const root = emptyNode();
  for (const { field, steps } of paths) {
    if (fields.includes(field)) steps.reduce(childOf, root).fields.push(field);
  }
  return {
    place(kernel, columns) {
      const frameBytes = (limits.jsonDepthMax + 1) * layout.frameBytes;
      const frames = kernel.place(new Uint8Array(frameBytes));
      const lastFrame = frames + limits.jsonDepthMax * layout.frameBytes;
      const columnList = placeWords(
        kernel,
        fieldsWithin(root).map((field) => columns.get(field)!),
      );
      const { node } = placeNode(kernel, root, columnList);
      const program = placeWords(kernel, [node, frames, lastFrame]);
      return (cursor, capacity) => kernel.exports.tokeniseJson(cursor, program, capacity);
    },
  };
}

function emptyNode(): Node {
  return { fields: [], members: new Map(), elements: new Map() };
}

function childOf({ members, elements }: Node, step: string | number): Node {
  const known = typeof step === "string" ? members.get(step) : elements.get(step);
  if (known !== undefined) return known;
  const child = emptyNode();
  if (typeof step === "string") members.set(step, child);
  else elements.set(step, child);
  return child;
}

/** Fields of a node and, behind them, of all within: the order of the column list. */
function fieldsWithin({ fields, members, elements }: Node): readonly string[] {
  const children = [...members.values(), ...elements.values()];
  return [...fields, ...children.flatMap(fieldsWithin)];
}

/** @param columns address of the node's part of the column list; where it ends is returned */
function placeNode(
  kernel: Kernel,
  { fields, members, elements }: Node,
  columns: number,
): { readonly node: number; readonly columnsEnd: number } {
  const ownEnd = columns + 4 * fields.length;
  let columnsEnd = ownEnd;
  const placeChild = (child: Node): number => {
    const placed = placeNode(kernel, child, columnsEnd);
    columnsEnd = placed.columnsEnd;
    return placed.node;
  };
  const placedMembers = [...members].map(([key, child]) => ({
    key: new TextEncoder().encode(key),
    node: placeChild(child),
  }));
  const elementWords = [...elements].flatMap(([index, child]) => [index, placeChild(child)]);
  const memberList = kernel.place(new Uint8Array(placedMembers.length * layout.memberBytes));
  placedMembers.forEach(({ key, node }, index) => {
    placeMember(kernel, memberList + index * layout.memberBytes, key, node);
  });
  const elementList = placeWords(kernel, elementWords);
  const words = [
    ...[columns, ownEnd, columnsEnd],
    ...[memberList, placedMembers.length, elementList, elements.size],
  ];
  return { node: placeWords(kernel, words), columnsEnd };
}

function placeMember(kernel: Kernel, at: number, key: Uint8Array, node: number): void {
  const address = kernel.place(key);
  const headBytes = Math.min(key.length, layout.memberHeadMask - layout.memberHead);
  kernel.u8.set(key.subarray(0, headBytes), at + layout.memberHead);
  kernel.u8.fill(0xff, at + layout.memberHeadMask, at + layout.memberHeadMask + headBytes);
  const memory = kernel.u32;
  memory[(at + layout.memberKeyLength) >>> 2] = key.length;
  memory[(at + layout.memberKey) >>> 2] = address;
  memory[(at + layout.memberNode) >>> 2] = node;
}

function placeWords(kernel: Kernel, words: readonly number[]): number {
  return kernel.place(new Uint8Array(new Uint32Array(words).buffer));
}
