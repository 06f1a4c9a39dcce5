// The public keys that one kind of socket admits: a text file with a key on each line, then what you
// like (a name). Lines that are empty or begin with `#` are skipped; no key begins so.
//
//   rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7  worker-7 in rack 3

import { readFileSync } from "node:fs";
import { systemErrorCode } from "../../base/system-error.ts";
import { decodeKey } from "./z85.ts";

/** More keys than any cluster has; a file beyond it is not an allow-list. */
const listBytesMax = 4 * 1024 * 1024;

interface AllowListText {
  readonly keys: ReadonlySet<string>;
  /** Numbers of the lines that hold no key, from 1. They admit nobody. */
  readonly badLines: readonly number[];
}

/** Reads the text of an allow-list. */
export function parseAllowList(text: string): AllowListText {
  const keys = new Set<string>();
  const badLines: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [first = ""] = line.trim().split(/\s+/, 1);
    if (first === "" || first.startsWith("#")) continue;
    if (decodeKey(first) === null) badLines.push(index + 1);
    else keys.add(first);
  }
  return { keys, badLines };
}

/** What a reload has changed. */
export interface AllowListChange {
  readonly keys: number;
  readonly added: number;
  readonly revoked: number;
  /** Why the file, or a part of it, admits nobody; null when all of it was read. */
  readonly problem: string | null;
}

export class AllowList {
  readonly path: string;
  #keys: ReadonlySet<string> = new Set();
  readonly #onRevoked = new Set<() => void>();

  /** An empty list; call `reload` to read the file. */
  constructor(path: string) {
    this.path = path;
  }

  admits(publicKey: string): boolean {
    return this.#keys.has(publicKey);
  }

  /**
   * Reads the file anew. Fails closed: lines that are no keys, and a file that cannot be read, admit
   * nobody.
   */
  reload(): AllowListChange {
    const before = this.#keys;
    const { keys, problem } = this.#read();
    this.#keys = keys;
    const revoked = [...before].filter((key) => !keys.has(key)).length;
    const added = [...keys].filter((key) => !before.has(key)).length;
    if (revoked > 0) for (const notify of this.#onRevoked) notify();
    return { keys: keys.size, added, revoked, problem };
  }

  /** Calls back when a key has gone that was there; returns how to stop that. */
  onRevoked(listener: () => void): () => void {
    this.#onRevoked.add(listener);
    return () => this.#onRevoked.delete(listener);
  }

  #read(): { readonly keys: ReadonlySet<string>; readonly problem: string | null } {
    let text: string;
    try {
      text = readFileSync(this.path, "utf8");
    } catch (error) {
      const code = systemErrorCode(error) || "failed";
      return { keys: new Set(), problem: `${this.path} can not be read (${code})` };
    }
    if (text.length > listBytesMax)
      return { keys: new Set(), problem: `${this.path} is too large` };
    const { keys, badLines } = parseAllowList(text);
    const lines = badLines.slice(0, 5).join(", ");
    const problem =
      badLines.length === 0 ? null : `${this.path}: no key of 40 characters on line ${lines}`;
    return { keys, problem };
  }
}
