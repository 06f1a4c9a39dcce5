// Reads what is needed to tell which source a file is. The decisions are in `core/identify.ts`.

import { limits } from "../../../shared/base/limits.ts";
import { balanceKey } from "../../../shared/model/definition-key.ts";
import {
  familyOf,
  firstLine,
  headId,
  newHeadHash,
  saltOf,
} from "../../../shared/model/content-id.ts";
import type { SourceIdentity } from "../../../shared/model/content.ts";
import type { LedgerSource } from "../../../shared/protocol/messages.ts";
import { identify, trustedSource, type Unclear } from "./core/match-content.ts";
import { compareContents, type Comparison } from "./compare-contents.ts";
import { replaced } from "./content-errors.ts";
import { openContent } from "./content.ts";
import type { Content, ContentReader } from "./content-reader.ts";
import { hasRested } from "./file-facts.ts";
import { isLastLineWhole } from "./last-line.ts";
import { agreementOf, answerQuestion, headOf, readHead } from "./content-probe.ts";
import type { TrackedFile } from "./tracked-file.ts";

/** What a look at a new file has shown. */
export interface Examined {
  readonly file: TrackedFile;
  /** The source it is, or null for a new one. */
  readonly match: Known | null;
  /** Others that it is as far as they are merged, which is not as far. */
  readonly alsoVerified: readonly LedgerSource[];
  /** Sources that it may be; whether it is cannot be told from the ledger. */
  readonly candidates: readonly Unclear[];
  /** What it is called if it is a new one; null if that was not looked for. */
  readonly identity: SourceIdentity | null;
  readonly isCompressed: boolean;
  /** Null: a compressed one's length is not known. */
  readonly contentBytes: number | null;
}

/** The same file untouched, or the same content. */
export interface Known {
  readonly source: LedgerSource;
  readonly evidence: "trusted" | "verified";
  /** Every line of the file is known to be the source's. */
  readonly isCovered: boolean;
  /** It has all that was merged of the source. */
  readonly isWhole: boolean;
}

const nothingElse = { alsoVerified: [], candidates: [] } as const;

/**
 * Null for a content that is nobody yet, since it is empty or within its first line: it has nothing to
 * count, and a name from half a line would hide that its lines lie elsewhere, too. Throws
 * `source_unreadable`.
 */
export async function examine(
  file: TrackedFile,
  known: readonly LedgerSource[],
): Promise<Examined | null> {
  if (file.diskBytes === 0) return null;
  const trusted = trustedSource(file.hint, known);
  // Without its length a compressed content is not known to be over, and is opened anyway.
  if (trusted !== null && trusted.contentBytes !== null && hasRested(file)) {
    const { source, contentBytes } = trusted;
    const match = trustedMatch(source, contentBytes);
    return { file, match, ...nothingElse, identity: null, isCompressed: true, contentBytes };
  }
  const content = await openContent(file.path);
  try {
    const { isCompressed } = content.reader;
    const isUntouched = content.hint.stat === file.hint.stat;
    file.see(content);
    if (trusted !== null && isUntouched && hasRested(content)) {
      const contentBytes = isCompressed ? null : content.diskBytes;
      const match = trustedMatch(trusted.source, contentBytes);
      return { file, match, ...nothingElse, identity: null, isCompressed, contentBytes };
    }
    return await compareWithKnown(file, content, known);
  } finally {
    await content.close();
  }
}

/** @param contentBytes null if that is not known */
function trustedMatch(source: LedgerSource, contentBytes: number | null): Known {
  const merged = source.merged[balanceKey]?.at(-1)?.to ?? 0;
  const isWhole = contentBytes === null || contentBytes >= merged;
  return { source, evidence: "trusted", isCovered: true, isWhole };
}

async function compareWithKnown(
  file: TrackedFile,
  content: Content,
  known: readonly LedgerSource[],
): Promise<Examined | null> {
  const { reader } = content;
  const { isCompressed } = reader;
  const head = await readHead(reader, limits.fingerprintBytesMax);
  // Nothing at all: an empty content, unless the next read says why.
  if (head.length === 0 && (await reader.read(Buffer.alloc(1))) === 0) return null;
  if (isWithinFirstLine(head) && !isLastLineWhole(file, reader)) {
    file.unfinishedBytes = head.length;
    return null;
  }
  const salt = saltOf(file.path);
  const family = familyOf(head, salt);
  const isAll = head.length < limits.fingerprintBytesMax;
  const compressedBytes = isAll ? head.length : null;
  const contentBytes = isCompressed ? compressedBytes : content.diskBytes;
  const questions = identify(
    {
      hint: content.hint,
      isCompressed,
      family,
      firstLineBytes: firstLine(head).length,
      contentBytes,
      isLastLineWhole: isLastLineWhole(file, reader),
    },
    known,
  );
  let step = questions.next();
  while (step.done !== true) step = questions.next(await answerQuestion(reader, step.value));
  const id = headId(newHeadHash(salt).update(head));
  const { verified, isCovered, isWhole, candidates } = step.value;
  const [source, ...alsoVerified] = verified;
  return {
    file,
    match: source === undefined ? null : { source, evidence: "verified", isCovered, isWhole },
    alsoVerified,
    candidates,
    identity: { id, headBytes: head.length, family },
    isCompressed,
    // A damaged beginning looks like a short content; what it is shows when it is read.
    contentBytes: isCompressed ? null : contentBytes,
  };
}

/** A hole of NULs ends where text begins. */
function isWithinFirstLine(head: Uint8Array): boolean {
  const isShort = head.length < limits.fingerprintBytesMax;
  return isShort && firstLine(head).length === head.length && head[0] !== 0;
}

/**
 * A longer head for a content that begins like another one: doubled until it covers `bytes`, or the
 * whole content. Throws `source_unreadable`, also where the file holds another content by now.
 */
export async function lengthenHead(
  file: TrackedFile,
  identity: SourceIdentity,
  bytes: number,
): Promise<SourceIdentity> {
  let headBytes = 2 * Math.max(identity.headBytes, limits.fingerprintBytesMax / 2);
  while (headBytes < bytes) headBytes *= 2;
  return withContent(file.path, async (reader) => {
    const head = await headOf(reader, headBytes);
    const before = await headOf(reader, identity.headBytes);
    if (before.id !== identity.id) throw replaced(file.path);
    return { id: head.id, headBytes: head.bytes, family: identity.family };
  });
}

/** The id of a file's first `bytes` bytes; null if it has fewer. Throws `source_unreadable`. */
export async function headIdOf(file: TrackedFile, bytes: number): Promise<string | null> {
  return withContent(file.path, async (reader) => {
    const head = await headOf(reader, bytes);
    return head.bytes === bytes ? head.id : null;
  });
}

/**
 * Whether the content that a file was identified by begins like another one. Throws
 * `source_unreadable`, also where something else lies at its path by now: of that nothing follows.
 */
export async function beginsLike(file: TrackedFile, other: SourceIdentity): Promise<boolean> {
  const content = await openContent(file.path);
  try {
    const head = await headOf(content.reader, other.headBytes);
    if (head.bytes === other.headBytes && head.id === other.id) return true;
    const isInPlace = content.hint.stat === file.hint.stat || (await hasOnlyGrown(file, content));
    if (!isInPlace) throw replaced(file.path);
    return false;
  } finally {
    await content.close();
  }
}

/** How the content of `a` stands to that of `b`. Throws `source_unreadable`. */
export async function compareFiles(a: TrackedFile, b: TrackedFile): Promise<Comparison> {
  return withContent(a.path, (readerA) =>
    withContent(b.path, (readerB) => compareContents(readerA, readerB)),
  );
}

/**
 * Whether an open file, which has changed since it was identified, has only grown: its beginning and
 * the last bytes that were cut are where they were.
 */
export async function hasOnlyGrown(file: TrackedFile, content: Content): Promise<boolean> {
  if ((file.tail?.to ?? 0) !== file.cutTo) return false;
  return (await compareWithSeen(file, content)) === "same";
}

/** Whether what is known of an open file's content is where it was; a copy may end before. */
export async function isStillContent(file: TrackedFile, content: Content): Promise<boolean> {
  const relation = await compareWithSeen(file, content);
  return relation === "same" || (relation === "shorter" && file.isCompressed);
}

async function compareWithSeen(
  file: TrackedFile,
  content: Content,
): Promise<"same" | "shorter" | "different"> {
  const { identity, start, tail } = file;
  const { reader } = content;
  const isOther = identity === null || content.hint.inode !== file.hint.inode;
  if (isOther || reader.isCompressed !== file.isCompressed) return "different";
  const head = await headOf(reader, identity.headBytes);
  const isShort = head.bytes < identity.headBytes;
  if (!isShort && head.id !== identity.id) return "different";
  const seen = await agreementOf(
    reader,
    [start, tail].filter((window) => window !== null),
  );
  if (seen.then === "differs") return "different";
  return isShort || seen.then === "ended" ? "shorter" : "same";
}

async function withContent<T>(
  path: string,
  use: (reader: ContentReader) => Promise<T>,
): Promise<T> {
  const content = await openContent(path);
  try {
    return await use(content.reader);
  } finally {
    await content.close();
  }
}

/** What is certain comes first: whoever may be a source of the ledger is decided before who may be a new one. */
const evidenceOrder = ["trusted", "verified", "unclear", "unknown"] as const;

/** Of files that nobody knows, shorter ones first: longer ones then find whom they continue. */
export function inOrderOfCertainty(a: Examined, b: Examined): number {
  const byEvidence = rank(a) - rank(b);
  const byLength = (a.identity?.headBytes ?? 0) - (b.identity?.headBytes ?? 0);
  return byEvidence || byLength || (a.file.path < b.file.path ? -1 : 1);
}

function rank({ match, candidates }: Examined): number {
  const evidence = match?.evidence ?? (candidates.length > 0 ? "unclear" : "unknown");
  return evidenceOrder.indexOf(evidence);
}
