// What is asked for of a line, as a tree in kernel memory: a key that is read is compared with those that go on
// where it stands, and what it leads to is written to the columns of its fields.

import * as layout from "../../shared/kernel/assembly/field-tree-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { JsonPath, JsonStep } from "../../shared/model/format/json.ts";

/** A value that somebody asks for, or asks for something within. */
interface FieldTree {
  /** Whose value it is. */
  readonly fields: string[];
  /** Who wants it as it is written. */
  readonly written: string[];
  readonly members: Map<string, FieldTree>;
  readonly elements: Map<number, FieldTree>;
}

export function fieldTree(paths: readonly JsonPath[]): FieldTree {
  const root = emptyTree();
  for (const { field, steps, isList = false } of paths) {
    const node = steps.reduce(childOf, root);
    (isList ? node.written : node.fields).push(field);
  }
  return root;
}

/** Returns the address of the tree's root. @param columns pointer to the span column of each field */
export function placeTree(
  kernel: Kernel,
  tree: FieldTree,
  columns: ReadonlyMap<string, number>,
): number {
  const list = fieldsWithin(tree).map((field) => columns.get(field)!);
  return placeNode(kernel, tree, placeWords(kernel, list)).node;
}

function emptyTree(): FieldTree {
  return { fields: [], written: [], members: new Map(), elements: new Map() };
}

function childOf({ members, elements }: FieldTree, step: JsonStep): FieldTree {
  const known = typeof step === "string" ? members.get(step) : elements.get(step);
  if (known !== undefined) return known;
  const child = emptyTree();
  if (typeof step === "string") members.set(step, child);
  else elements.set(step, child);
  return child;
}

/** Fields of a node and, behind them, of all within: the order of the column list. */
function fieldsWithin({ fields, written, members, elements }: FieldTree): readonly string[] {
  const children = [...members.values(), ...elements.values()];
  return [...fields, ...written, ...children.flatMap(fieldsWithin)];
}

/** @param columns address of the node's part of the column list; where it ends is returned */
function placeNode(
  kernel: Kernel,
  { fields, written, members, elements }: FieldTree,
  columns: number,
): { readonly node: number; readonly columnsEnd: number } {
  const ownEnd = columns + 4 * fields.length;
  const writtenEnd = ownEnd + 4 * written.length;
  let columnsEnd = writtenEnd;
  const placeChild = (child: FieldTree): number => {
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
    writtenEnd,
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

export function placeWords(kernel: Kernel, words: readonly number[]): number {
  return kernel.place(new Uint8Array(new Uint32Array(words).buffer));
}
