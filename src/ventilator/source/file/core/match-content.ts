// Which source of the ledger a file is, wherever it lies now and whatever its name. A file and a
// source are the same when they have the same first line (family), the same beginning (head), and
// nothing of what was merged differs. How much is looked at depends on what is remembered:
//
//   same stat token     the very same file, untouched: trusted, nothing is read
//   same inode, longer  it has grown: the tail of each merged range, a few KiB
//   otherwise           it was moved, copied or compressed: the CRC-32 of each merged range
//
// Ranges beyond the file's end cannot be checked; if none that can be checked differs, it is the
// same source, shortened. The questions are answered by whoever can read the file.

import { balanceKey } from "../../../../shared/model/definition-key.ts";
import { contentBytesOf, isSameStat } from "../../../../shared/model/content-id.ts";
import type { LedgerSource } from "../../../../shared/protocol/messages.ts";
import type { SourceHint } from "../../../../shared/model/content.ts";
import type { Span } from "../../../ledger/core/work-list.ts";

export interface FileFacts {
  readonly hint: SourceHint;
  readonly isCompressed: boolean;
  readonly family: string;
  /** Length of the first line, and of the content as far as it is known (a compressed one's is not). */
  readonly firstLineBytes: number;
  readonly contentBytes: number | null;
}

export type Question =
  /** `SourceIdentity.id` of the first `bytes` bytes; null if the content is shorter. */
  | { readonly ask: "head"; readonly bytes: number }
  /** CRC-32 of each span, ascending; null for those that the content does not cover. */
  | { readonly ask: "checksums"; readonly spans: readonly Span[] };

export type Answer = string | null | readonly (number | null)[];

export interface Match {
  readonly source: LedgerSource;
  /** `verified`: some merged content was compared; `plausible`: nothing of it could be. */
  readonly evidence: "verified" | "plausible";
}

export interface Trusted {
  readonly source: LedgerSource;
  /** Length of a compressed file's content, if it was read to its end before. */
  readonly contentBytes: number | null;
}

/** The source that has seen this very file, untouched since; null if none has. */
export function trustedSource(stat: string, known: readonly LedgerSource[]): Trusted | null {
  let trusted: Trusted | null = null;
  for (const source of known) {
    for (const hint of source.hints) {
      if (!isSameStat(hint.stat, stat)) continue;
      const contentBytes = contentBytesOf(hint.stat);
      if (trusted === null || contentBytes !== null) trusted = { source, contentBytes };
    }
  }
  return trusted;
}

/** Asks until it is known which of the sources the file is; null: none of them. */
export function* identify(
  facts: FileFacts,
  known: readonly LedgerSource[],
): Generator<Question, Match | null, Answer> {
  // The longest head first: it may have been lengthened to tell two sources apart.
  const candidates = known
    .filter((source) => isCandidate(facts, source))
    .sort((a, b) => b.identity.headBytes - a.identity.headBytes);
  // Many files may begin with the same line; their heads mostly have one length.
  const heads = new Map<number, Answer>();
  let plausible: LedgerSource | null = null;
  for (const source of candidates) {
    const { id, headBytes } = source.identity;
    if (facts.contentBytes !== null && headBytes > facts.contentBytes) continue;
    const head = heads.get(headBytes) ?? (yield { ask: "head", bytes: headBytes });
    heads.set(headBytes, head);
    if (head !== id) continue;
    const checks = checksFor(facts, source);
    const spans = checks.map(({ span }) => span);
    const answer = spans.length === 0 ? [] : yield { ask: "checksums", spans };
    const verdict = judge(checks, answer);
    if (verdict === "verified") return { source, evidence: "verified" };
    if (verdict === "plausible") plausible ??= source;
  }
  return plausible === null ? null : { source: plausible, evidence: "plausible" };
}

function isCandidate(facts: FileFacts, source: LedgerSource): boolean {
  // A source that was first seen in the middle of its first line has another family by now.
  const isYounger = source.identity.headBytes <= facts.firstLineBytes;
  return source.identity.family === facts.family || isYounger;
}

interface Check {
  readonly span: Span;
  readonly expected: number;
}

/** What of the merged content to compare. */
function checksFor(facts: FileFacts, source: LedgerSource): Check[] {
  const ranges = source.merged[balanceKey] ?? [];
  const watermark = ranges.at(-1)?.to ?? 0;
  const isSameInode = source.hints.some(({ inode }) => inode === facts.hint.inode);
  const hasGrown = facts.contentBytes !== null && facts.contentBytes >= watermark;
  if (isSameInode && hasGrown && !facts.isCompressed) {
    return ranges.map(({ to, tailBytes, tailCrc32 }) => ({
      span: { from: to - tailBytes, to },
      expected: tailCrc32,
    }));
  }
  return ranges.map(({ from, to, crc32 }) => ({ span: { from, to }, expected: crc32 }));
}

function judge(checks: readonly Check[], answer: Answer): Match["evidence"] | "different" {
  if (!Array.isArray(answer)) return "different";
  const checksums = answer as readonly (number | null)[];
  let compared = 0;
  for (const [index, { expected }] of checks.entries()) {
    const actual = checksums[index] ?? null;
    if (actual === null) continue;
    if (actual !== expected) return "different";
    compared += 1;
  }
  return compared > 0 ? "verified" : "plausible";
}
