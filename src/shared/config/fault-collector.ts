// Collects what is wrong with a configuration, by the path of the option.

import { sortFaults } from "./diagnostics.ts";
import type { Fault } from "./diagnostics.ts";
import { keyOffset, nodeAt, valueOffset } from "./document.ts";
import type { LocatedDocument, LocatedNode, Path } from "./document.ts";

export class FaultCollector {
  readonly #position: LocatedDocument["position"];
  readonly #root: LocatedNode;
  readonly #faults: Fault[] = [];
  /** Where the text itself is at fault, such as a variable that is not set. */
  readonly #ofText: ReadonlySet<number>;

  constructor(document: LocatedDocument, root: LocatedNode) {
    this.#position = document.position;
    this.#root = root;
    this.#ofText = new Set(document.faults.map(({ offset }) => offset));
    for (const { offset, problem, fix } of document.faults) this.#add(offset, [], problem, fix);
  }

  /** A fault of the value at `path`. */
  value(path: Path, problem: string, fix = ""): void {
    if (this.#isUnknown(path)) return;
    this.#add(valueOffset(this.#root, path), path, problem, fix);
  }

  /** A fault of the key at the end of `path`. */
  key(path: Path, problem: string, fix = ""): void {
    this.#add(keyOffset(this.#root, path), path, problem, fix);
  }

  /** A fault at one character of the text at `path`. */
  inText(path: Path, index: number, problem: string, fix: string): void {
    if (this.#isUnknown(path)) return;
    const node = nodeAt(this.#root, path);
    const origins = node?.kind === "scalar" ? node.origins : [];
    const past = origins.at(-1);
    const end = past === undefined ? valueOffset(this.#root, path) : past + 1;
    this.#add(origins[index] ?? end, path, problem, fix);
  }

  /** Whether the value could not be read, which was said already: what it would be is not known. */
  #isUnknown(path: Path): boolean {
    const node = nodeAt(this.#root, path);
    return node?.kind === "scalar" && node.origins.some((offset) => this.#ofText.has(offset));
  }

  sorted(): readonly Fault[] {
    return sortFaults(this.#faults);
  }

  #add(offset: number, path: Path, problem: string, fix: string): void {
    const option = path
      .map((step, index) =>
        typeof step === "number" ? `[${step}]` : index > 0 ? `.${step}` : step,
      )
      .join("");
    this.#faults.push({ ...this.#position(offset), option, problem, fix });
  }
}
