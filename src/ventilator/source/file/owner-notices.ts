// What is said of a file whose content is matched when its user may expect something else: that it is a
// copy, that it is not what was counted at its place, that nobody can tell.

import { balanceKey } from "../../../shared/model/definition-key.ts";
import type { LedgerSource } from "../../../shared/protocol/messages.ts";
import type { Unclear } from "./core/match-content.ts";
import { isSameStat } from "../../../shared/model/content-id.ts";
import type { SourceHint } from "../../../shared/model/content.ts";
import { rememberedHint } from "./file-facts.ts";
import type { Known } from "./identify-file.ts";
import type { TrackedFile } from "./tracked-file.ts";

export function unclearSentence({ path, diskBytes }: TrackedFile, unclear: Unclear): string {
  const { source, bytes } = unclear;
  const earlier = source.hints.at(-1)?.path ?? "another file";
  return (
    `${path} is not counted: it begins like what was counted of ${earlier}, for ${bytes} of its ` +
    `${diskBytes} bytes at least, and whether it is another file cannot be told; it is told when ` +
    "the file has grown, or when the other one lies where it is found"
  );
}

export function copySentence({ path }: TrackedFile, owner: TrackedFile): string {
  return (
    `${path} holds the same lines as ${owner.path}, which count once; two hosts that write the very ` +
    "same lines need something in them that tells the hosts apart"
  );
}

/**
 * Whether something was counted of the same file (path and inode), when it held something else and was
 * no longer than now, so that no rotation explains it.
 */
export function wasCountedBefore(
  { path, hint, isCompressed, diskBytes }: TrackedFile,
  known: readonly LedgerSource[],
): boolean {
  if (isCompressed) return false;
  const isHere = ({ hints, merged }: LedgerSource): boolean => {
    const bytes = merged[balanceKey]?.at(-1)?.to ?? 0;
    const isSeen = hints.some((seen) => seen.path === path && seen.inode === hint.inode);
    return isSeen && bytes > 0 && bytes <= diskBytes;
  };
  return known.some(isHere);
}

export function changedSentence({ path }: TrackedFile): string {
  return (
    `${path} was counted before, and what was counted of it has changed since: it counts as another ` +
    "file now, beside what was counted. If it was edited in place, run `logmill store rebuild` for its summaries"
  );
}

/** What the ledger does not know yet of where a file lies of which all is merged. */
export function newsOf(file: TrackedFile, match: Known): SourceHint | null {
  if (match.evidence !== "trusted") return rememberedHint(file);
  const known = match.source.hints.find(({ stat }) => isSameStat(stat, file.hint.stat));
  if (known === undefined || known.path === file.path) return null;
  // Renamed. What is known of its content holds.
  return { ...known, path: file.path };
}
