// What a summary cannot be filled with any more. One that was added, or begun anew, is filled from the
// files that are there; lines that its source had counted before, and that no file holds by now, are
// missing from its numbers for good. That is no fault and ends nothing, and nobody could see it from
// the numbers.

import { balanceKey } from "../../../shared/model/definition-key.ts";
import type { LostLines } from "../../../shared/process/role-report.ts";
import type { LedgerSource } from "../../../shared/protocol/messages.ts";
import { sizeOf, without } from "./acknowledged.ts";
import { unite } from "./work-list.ts";

/** Summaries by the source that they read: name and key. */
export type Wanted = ReadonlyMap<
  string,
  readonly { readonly name: string; readonly key: string }[]
>;

/** @param isHere whether a file holds the content, by its id, or one is on its way */
export function lostLines(
  sources: readonly LedgerSource[],
  wanted: Wanted,
  isHere: (id: string) => boolean,
): LostLines[] {
  const lost = new Map<string, LostLines>();
  for (const { name: source, identity, merged } of sources) {
    const summaries = wanted.get(source) ?? [];
    if (summaries.length === 0) continue;
    const counted = unite(merged[balanceKey] ?? []);
    for (const { name: summary, key } of summaries) {
      const missing = without(counted, unite(merged[key] ?? []));
      if (missing.length === 0 || isHere(identity.id)) continue;
      const about = `${summary}\0${source}`;
      const { contents, bytes } = lost.get(about) ?? { contents: 0, bytes: 0 };
      const more = bytes + sizeOf(missing);
      lost.set(about, { summary, source, contents: contents + 1, bytes: more });
    }
  }
  return [...lost.values()];
}
