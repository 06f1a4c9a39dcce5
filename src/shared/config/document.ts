// A YAML file as a tree of values that know where they were written, so that every complaint can
// name line and column, down to a character inside a quoted expression.
//
// Aliases and merge keys are followed, variables of the environment are put in (`variables.ts`),
// and the tree is bounded: neither a "billion laughs" file nor one that contains itself can make
// it grow. Mappings are Maps, so that no key is special.

import { isAlias, isMap, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Document, Node, Pair, Scalar, YAMLMap } from "yaml";
import { scalarOrigins } from "./scalar-origins.ts";
import { substituteVariables, verbatimOptions } from "./variables.ts";
import type { Environment } from "./variables.ts";

const nodesMax = 100_000;
const depthMax = 64;

type ScalarValue = string | number | boolean | null;

export type LocatedNode =
  | {
      readonly kind: "scalar";
      readonly offset: number;
      readonly value: ScalarValue;
      /** Where each character of a text was written. */
      readonly origins: readonly number[];
    }
  | { readonly kind: "list"; readonly offset: number; readonly items: readonly LocatedNode[] }
  | {
      readonly kind: "mapping";
      readonly offset: number;
      readonly entries: ReadonlyMap<string, LocatedEntry>;
    };

interface LocatedEntry {
  readonly keyOffset: number;
  readonly node: LocatedNode;
}

interface DocumentFault {
  readonly offset: number;
  readonly problem: string;
  readonly fix: string;
}

export interface LocatedDocument {
  /** Null if the file is empty or too broken to be looked at further. */
  readonly root: LocatedNode | null;
  readonly faults: readonly DocumentFault[];
  /** Line and column, counted from 1, of an offset in the text. */
  readonly position: (offset: number) => { readonly line: number; readonly column: number };
}

/** Reads YAML 1.2; never throws on any text. */
export function parseLocated(text: string, env: Environment): LocatedDocument {
  const document = parseDocument(text, { prettyErrors: false, merge: true });
  const position = positions(text);
  const faults: DocumentFault[] = firstOfEachLine(
    [...document.errors, ...document.warnings].map(({ code, message, pos: [offset] }) => ({
      offset,
      line: position(offset).line,
      ...explain(code, message, text, offset),
    })),
  );
  // After a repeated key the tree is still what its author sees; after other errors it is not.
  const broken = document.errors.some(({ code }) => code !== "DUPLICATE_KEY");
  if (broken || document.contents === null) return { root: null, faults, position };
  const reader = new TreeReader(document, text, env, faults);
  return { root: reader.read(document.contents, 0), faults, position };
}

/** The value without its places, for the schema: objects have no prototype. */
export function plainValue(node: LocatedNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  const object = Object.create(null) as Record<string, unknown>;
  for (const [key, entry] of node.entries) object[key] = plainValue(entry.node);
  return object;
}

export type Path = readonly (string | number)[];

/** The node at a path, or null. */
export function nodeAt(root: LocatedNode, path: Path): LocatedNode | null {
  let node: LocatedNode | undefined = root;
  for (const step of path) {
    if (node?.kind === "list") node = node.items[Number(step)];
    else if (node?.kind === "mapping") node = node.entries.get(String(step))?.node;
    else return null;
  }
  return node ?? null;
}

/** Where the value at a path begins, or the nearest thing around it that was written. */
export function valueOffset(root: LocatedNode, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== null) return length === path.length ? node.offset : keyOffset(root, path);
  }
  return root.offset;
}

/** Where the key at a path begins, or that of the nearest mapping around it. */
export function keyOffset(root: LocatedNode, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = nodeAt(root, path.slice(0, length - 1));
    const entry =
      parent?.kind === "mapping" ? parent.entries.get(String(path[length - 1])) : undefined;
    if (entry !== undefined) return entry.keyOffset;
    if (parent?.kind === "list") {
      const item = parent.items[Number(path[length - 1])];
      if (item !== undefined) return item.offset;
    }
  }
  return root.offset;
}

class TreeReader {
  readonly #text: string;
  readonly #env: Environment;
  readonly #faults: DocumentFault[];
  readonly #targets: ReadonlyMap<Node, Node>;
  #nodes = 0;
  #isTooLarge = false;

  constructor(document: Document, text: string, env: Environment, faults: DocumentFault[]) {
    this.#targets = aliasTargets(document);
    this.#text = text;
    this.#env = env;
    this.#faults = faults;
  }

  /** @param key whose value it is */
  read(node: Node | null, offset: number, depth = 0, key = ""): LocatedNode {
    const at = node?.range?.[0] ?? offset;
    const nothing: LocatedNode = { kind: "scalar", offset: at, value: null, origins: [] };
    this.#nodes += 1;
    if (this.#nodes > nodesMax || depth > depthMax) {
      const problem = "the file is too large or too deeply nested";
      // One is enough: what was not read has no other faults, either.
      if (!this.#isTooLarge) this.#fault(at, problem, "an alias may contain itself");
      this.#isTooLarge = true;
      return nothing;
    }
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target !== undefined) return this.read(target, at, depth + 1, key);
      this.#fault(at, `there is no anchor &${node.source}`, "write it before the alias");
      return nothing;
    }
    if (isMap(node)) {
      const entries = new Map<string, LocatedEntry>();
      this.#readMapping(node, at, depth, entries);
      return { kind: "mapping", offset: at, entries };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as Node | null, at, depth + 1));
      return { kind: "list", offset: at, items };
    }
    return isScalar(node) ? this.#readScalar(node, at, key) : nothing;
  }

  /** Entries that are there already win, so that merged ones (`<<`) only fill up. */
  #readMapping(map: YAMLMap, at: number, depth: number, entries: Map<string, LocatedEntry>): void {
    const merged: { readonly node: Node; readonly offset: number }[] = [];
    for (const pair of map.items as Pair<Node | null, Node | null>[]) {
      const keyAt = pair.key?.range?.[0] ?? at;
      if (!isScalar(pair.key)) {
        this.#fault(keyAt, "a key must be a plain word", "");
        continue;
      }
      const key = isMergeKey(pair.key) ? "<<" : String(pair.key.source ?? pair.key.value);
      if (key === "<<" && pair.value !== null) {
        merged.push({ node: pair.value, offset: keyAt });
      } else if (key === "__proto__") {
        this.#fault(keyAt, "the name __proto__ is reserved", "choose another name");
      } else if (!entries.has(key)) {
        entries.set(key, { keyOffset: keyAt, node: this.read(pair.value, keyAt, depth + 1, key) });
      }
    }
    for (const { node, offset } of merged) this.#merge(node, offset, depth, entries);
  }

  #merge(node: Node, at: number, depth: number, entries: Map<string, LocatedEntry>): void {
    const located = this.read(node, at, depth + 1);
    const sources = located.kind === "list" ? located.items : [located];
    for (const source of sources) {
      if (source.kind !== "mapping") {
        this.#fault(at, "only mappings can be merged with <<", "");
        continue;
      }
      for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #readScalar(scalar: Scalar, offset: number, key: string): LocatedNode {
    const { value } = scalar;
    if (typeof value !== "string") {
      const known = typeof value === "number" || typeof value === "boolean";
      return { kind: "scalar", offset, value: known ? value : null, origins: [] };
    }
    const origins = scalarOrigins(this.#text, offset, scalar.type ?? "PLAIN", value);
    if (!value.includes("$") || verbatimOptions.has(key)) {
      return { kind: "scalar", offset, value, origins };
    }
    const substituted = substituteVariables(value, this.#env);
    for (const { index, problem, fix } of substituted.faults) {
      this.#fault(origins[index] ?? offset, problem, fix);
    }
    const changed = substituted.text !== value;
    return {
      kind: "scalar",
      offset,
      value: changed && scalar.type === "PLAIN" ? plainScalar(substituted.text) : substituted.text,
      origins: substituted.origins.map((index) => origins[index] ?? offset),
    };
  }

  #fault(offset: number, problem: string, fix: string): void {
    this.#faults.push({ offset, problem, fix });
  }
}

/** By alias, the node with its anchor that was written last before it; found in one pass. */
function aliasTargets(document: Document): Map<Node, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  visit(document, {
    Node(_key, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}

function positions(text: string): LocatedDocument["position"] {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  return (offset) => {
    const at = Math.min(offset, text.length);
    let line = 0;
    for (let end = starts.length; end - line > 1;) {
      const middle = (line + end) >>> 1;
      if (starts[middle]! <= at) line = middle;
      else end = middle;
    }
    return { line: line + 1, column: at - starts[line]! + 1 };
  };
}

/** What follows the first error of a line is most often its consequence. */
function firstOfEachLine<T extends { readonly line: number }>(faults: readonly T[]): T[] {
  const lines = new Set<number>();
  return faults.filter(({ line }) => !lines.has(line) && lines.add(line));
}

/** What a value without quotes means once its variables are in: a number is a number again. */
function plainScalar(text: string): ScalarValue {
  if (text === "true" || text === "false") return text === "true";
  return /^[-+]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : text;
}

function isMergeKey(key: Scalar): boolean {
  return key.value === "<<" || typeof key.value === "symbol";
}

function explain(
  code: string,
  message: string,
  text: string,
  offset: number,
): { readonly problem: string; readonly fix: string } {
  if (code === "DUPLICATE_KEY") {
    const key = /^[^\s:,{}]+/.exec(text.slice(offset))?.[0] ?? "";
    return {
      problem: `the key ${key} is written twice in one mapping`,
      fix: "remove or rename one of them",
    };
  }
  if (code === "MULTIPLE_DOCS") {
    return { problem: "the file holds more than one document", fix: "remove the line ---" };
  }
  if (code === "TAG_RESOLVE_FAILED") {
    return { problem: message.toLowerCase(), fix: "put a text that begins with ! in quotes" };
  }
  const inFlow = text[offset] === "{" && /[^\s[{,:]/.test(text[offset - 1] ?? " ");
  return {
    problem: `this is not YAML: ${message}`,
    fix: inFlow ? "inside { } and [ ] put a text with braces in quotes" : "",
  };
}
