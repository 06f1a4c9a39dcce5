// Which of the contents that were written a source of the ledger may be. Several may begin alike for as
// long as its head reaches: then its ranges tell which, and there must be one that has them all.

import { crc32 } from "node:zlib";
import { balanceKey } from "../../../src/shared/model/definition-key.ts";
import { headId, newHeadHash } from "../../../src/shared/model/content-id.ts";
import type { SourceIdentity } from "../../../src/shared/model/content.ts";
import type { LedgerSource } from "../../../src/shared/protocol/messages.ts";
import type { Content } from "./content.ts";

export class ContentIndex {
  readonly #all: () => readonly Content[];
  /** Whether a content begins so, for those that are long enough to tell. */
  readonly #begins = new Map<string, Map<Content, boolean>>();

  /** @param all contents that were written so far */
  constructor(all: () => readonly Content[]) {
    this.#all = all;
  }

  /** Contents with this head, at least one. */
  of({ id, headBytes }: Pick<SourceIdentity, "id" | "headBytes">): readonly Content[] {
    const name = `${id}/${headBytes}`;
    const known = this.#begins.get(name) ?? new Map<Content, boolean>();
    this.#begins.set(name, known);
    const found = this.#all().filter((content) => {
      if (content.bytes.length < headBytes) return false;
      const isSo = known.get(content) ?? isHead(content, id, headBytes);
      known.set(content, isSo);
      return isSo;
    });
    if (found.length === 0) throw new Error(`nobody has written a content ${id}`);
    return found;
  }

  /** The content that has all the ranges of a source, byte for byte; null if none has. */
  ofSource({ identity, merged }: LedgerSource): Content | null {
    const ranges = merged[balanceKey] ?? [];
    const hasAll = ({ bytes }: Content): boolean =>
      ranges.every(({ from, to, crc32: checksum }) => {
        const part = bytes.subarray(from, to);
        return part.length === to - from && crc32(part) === checksum;
      });
    return this.of(identity).find(hasAll) ?? null;
  }
}

function isHead({ bytes }: Content, id: string, headBytes: number): boolean {
  return headId(newHeadHash().update(bytes.subarray(0, headBytes))) === id;
}
