// Examples of rejected lines, the newest of each reason, for every sheet: what people look at to find
// out why a line does not count. They are bounded in number, and no number depends on them.

import { limits } from "../../../../shared/base/limits.ts";
import { balanceKey } from "../../../../shared/model/definition-key.ts";
import type { RejectSample } from "../../../../shared/model/partial.ts";
import type { RejectReason } from "../../../../shared/model/reasons.ts";
import type { Merged } from "./ledger.ts";

/** A rejected line as it is kept. */
export interface KeptExample {
  readonly reason: RejectReason;
  readonly field: string;
  /** Where the file was when the line was read. */
  readonly path: string;
  /** Offset of the line in the decompressed content, bytes. */
  readonly offset: number;
  /** Its first bytes. */
  readonly bytes: Uint8Array;
}

/** The examples of one sheet, newest last. */
export interface SheetExamples {
  /** Key of the summary; `balanceKey` where the format rejected. */
  readonly key: string;
  readonly source: string;
  readonly list: readonly KeptExample[];
}

export class Examples {
  readonly #sheets = new Map<string, SheetExamples>();
  #kept = 0;

  get sheets(): Iterable<SheetExamples> {
    return this.#sheets.values();
  }

  enter({ source, hint, range }: Merged, samples: readonly RejectSample[]): void {
    for (const { summary, reason, field, offset, bytes } of samples) {
      const example = { reason, field, path: hint.path, offset: range.from + offset, bytes };
      this.add(summary ?? balanceKey, source, { ...example, bytes: new Uint8Array(bytes) });
    }
  }

  /** Adds one, in place of the oldest of its reason when there are enough. */
  add(key: string, source: string, example: KeptExample): void {
    const name = `${key} ${source}`;
    const list = [...(this.#sheets.get(name)?.list ?? [])];
    const same = list.filter(({ reason }) => reason === example.reason);
    if (same.length >= limits.samplesPerReasonMax) list.splice(list.indexOf(same[0]!), 1);
    else if (this.#kept >= limits.examplesMax) return;
    else this.#kept += 1;
    list.push(example);
    this.#sheets.set(name, { key, source, list });
  }

  /** Forgets those of a key; of one of its sources where one is named. */
  drop(dropped: string, ofSource: string | null = null): void {
    for (const [name, { key, source, list }] of this.#sheets) {
      if (key !== dropped || (ofSource !== null && source !== ofSource)) continue;
      this.#sheets.delete(name);
      this.#kept -= list.length;
    }
  }

  /** Those of a summary whose key is another from here on. */
  rename(before: string, now: string): void {
    const moved = [...this.#sheets.values()].filter(({ key }) => key === before);
    this.drop(before);
    for (const { source, list } of moved) for (const each of list) this.add(now, source, each);
  }
}
