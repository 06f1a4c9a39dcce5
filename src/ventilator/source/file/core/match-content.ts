// Which source of the ledger a file is, wherever it lies now and whatever its name. A file and a
// source are the same when they have the same first line (family), the same beginning (head), and agree
// in every byte that both have, as far as it was merged. How much is read depends on what is remembered:
//
//   same stat token     the very same file, untouched: trusted, nothing is read
//   same inode, longer  it has grown: of long ranges only the beginning and the tail
//   otherwise           it was moved, copied or compressed: the CRC-32 of each merged range
//
// A file that ends within a merged range is held against the marks of that range. What lies behind the
// last mark that it has cannot be compared, and then the file is neither taken for the source nor for
// another: it is unclear, and so it is said. The questions are answered by whoever can read the file.

import { limits } from "../../../../shared/base/limits.ts";
import { balanceKey } from "../../../../shared/model/definition-key.ts";
import { contentBytesOf, isSameStat } from "../../../../shared/model/content-id.ts";
import {
  markedBytesMax,
  noMarks,
  unpackMarks,
  type Mark,
  type Marks,
} from "../../../../shared/model/content-marks.ts";
import type { SourceHint } from "../../../../shared/model/content.ts";
import type { LedgerRange, LedgerSource } from "../../../../shared/protocol/messages.ts";
import type { UnreadRange } from "../../../ledger/core/ledger-view.ts";
import type { Span } from "../../../ledger/core/work-list.ts";

export interface FileFacts {
  readonly hint: SourceHint;
  readonly isCompressed: boolean;
  readonly family: string;
  /** Length of the first line, and of the content as far as it is known (a compressed one's is not). */
  readonly firstLineBytes: number;
  readonly contentBytes: number | null;
  /** Bytes behind the last line end are a line. */
  readonly isLastLineWhole: boolean;
}

/** A span and the CRC-32 that it has if the file is the source. */
export interface Check extends Span {
  readonly crc32: number;
}

export type Question =
  /** `SourceIdentity.id` of the first `bytes` bytes; null if the content is shorter. */
  | { readonly ask: "head"; readonly bytes: number }
  /** The marks of the content's first `markedBytesMax` bytes. */
  | { readonly ask: "marks" }
  /** Whether the checks hold, which ascend by their ends; nothing behind the first that does not is read. */
  | { readonly ask: "checks"; readonly checks: readonly Check[] };

/** The beginning of a content. */
export interface Beginning {
  readonly marks: Marks;
  /** Bytes that were looked at, and where the last line of them ends. */
  readonly bytes: number;
  readonly lineEnd: number;
}

/** How many checks hold, and what the next one does: the content is shorter than it, or differs. */
export interface Agreement {
  readonly held: number;
  readonly then: "nothing" | "ended" | "differs";
  /** Length of the content and the end of its last line, where it has `ended`. */
  readonly bytes: number;
  readonly lineEnd: number;
}

export type Answer = string | null | Beginning | Agreement;

export interface Match {
  /** Sources of which all bytes agree that both have, the one that has most of the file first. */
  readonly verified: readonly LedgerSource[];
  /** No line of the file lies behind what the first of them agrees with. */
  readonly isCovered: boolean;
  /** The file has all that was merged of the first of them. */
  readonly isWhole: boolean;
  /** Sources of which nothing differs and not everything can be compared. If it is one of them, it is that. */
  readonly candidates: readonly Unclear[];
}

export interface Unclear {
  readonly source: LedgerSource;
  /** What can be compared ends there. */
  readonly bytes: number;
}

export interface Trusted {
  readonly source: LedgerSource;
  /** Length of a compressed file's content, if it was read to its end before. */
  readonly contentBytes: number | null;
}

/** Of a range that a file has grown behind, in place, more than this is not read again. */
const growthCheckedBytesMax = 64 * 1024 * 1024;

/** The source that has seen this very file, untouched since; null if none has. */
export function trustedSource(
  { stat, inode }: SourceHint,
  known: readonly LedgerSource[],
): Trusted | null {
  let trusted: Trusted | null = null;
  for (const source of known) {
    for (const hint of source.hints) {
      if (!isSameStat(hint.stat, stat) || hint.inode !== inode) continue;
      const contentBytes = contentBytesOf(hint.stat);
      if (trusted === null || contentBytes !== null) trusted = { source, contentBytes };
    }
  }
  return trusted;
}

type Asking<T> = Generator<Question, T, Answer>;

/** Asks until it is known which of the sources the file is, or may be. */
export function* identify(facts: FileFacts, known: readonly LedgerSource[]): Asking<Match> {
  const file = new AskedFile(facts);
  const verified: (Unclear & { readonly isWhole: boolean })[] = [];
  const candidates: Unclear[] = [];
  // The longest head first: it may have been lengthened to tell two sources apart.
  const sources = known
    .filter((source) => isCandidate(facts, source))
    .sort((a, b) => b.identity.headBytes - a.identity.headBytes);
  for (const source of sources) {
    const verdict = yield* compare(file, source);
    if (verdict === "different") continue;
    const { bytes, isAll, isWhole } = verdict;
    if (!isAll) candidates.push({ source, bytes });
    else verified.push({ source, bytes, isWhole });
  }
  // A source may be the beginning of another: the one that has more of the file is the file.
  const [most] = verified.sort((a, b) => b.bytes - a.bytes);
  if (most === undefined) return { verified: [], isCovered: false, isWhole: false, candidates };
  // The file may be one that goes on behind what is verified, or one of those that may have all of it.
  const isCertain = hasInode(most.source, facts) || most.bytes >= (yield* file.length());
  return {
    verified: verified.map(({ source }) => source),
    isCovered: most.bytes >= (yield* file.decisiveBytes()),
    isWhole: most.isWhole,
    candidates: isCertain ? [] : candidates,
  };
}

function isCandidate(facts: FileFacts, source: LedgerSource): boolean {
  // A source that was first seen in the middle of its first line has another family by now.
  const isYounger = source.identity.headBytes <= facts.firstLineBytes;
  return source.identity.family === facts.family || isYounger;
}

/** Remembers the answers that concern many sources. */
class AskedFile {
  readonly facts: FileFacts;
  readonly #heads = new Map<number, Answer>();
  #beginning: Beginning | null = null;
  /** Where the content ends, once it is known, and its last line. */
  end: { readonly bytes: number; readonly lineEnd: number } | null = null;

  constructor(facts: FileFacts) {
    this.facts = facts;
  }

  *head(bytes: number): Asking<Answer> {
    const known = this.#heads.get(bytes);
    if (known !== undefined) return known;
    const head = yield { ask: "head", bytes };
    this.#heads.set(bytes, head);
    return head;
  }

  *beginning(): Asking<Beginning> {
    this.#beginning ??= (yield { ask: "marks" }) as Beginning;
    const { bytes, lineEnd } = this.#beginning;
    if (bytes < markedBytesMax) this.end = { bytes, lineEnd };
    return this.#beginning;
  }

  /** How far it is known to go; of compressed ones that is not always known. */
  *length(): Asking<number> {
    yield* this.beginning();
    return this.end?.bytes ?? this.facts.contentBytes ?? Infinity;
  }

  /** What no line ends in counts nowhere, unless the file is complete as it is. */
  *decisiveBytes(): Asking<number> {
    const length = yield* this.length();
    return this.facts.isLastLineWhole ? length : (this.end?.lineEnd ?? length);
  }

  *agreement(checks: readonly Check[]): Asking<Agreement> {
    if (checks.length === 0) return { held: 0, then: "nothing", bytes: 0, lineEnd: 0 };
    const agreement = (yield { ask: "checks", checks }) as Agreement;
    if (agreement.then === "ended") this.end = agreement;
    return agreement;
  }
}

type Verdict =
  "different" | { readonly bytes: number; readonly isAll: boolean; readonly isWhole: boolean };

function* compare(file: AskedFile, source: LedgerSource): Asking<Verdict> {
  const { id, headBytes } = source.identity;
  const { contentBytes } = file.facts;
  const head = (contentBytes ?? Infinity) < headBytes ? null : yield* file.head(headBytes);
  if (head !== null && head !== id) return "different";
  let bytes = Math.max(head === null ? 0 : headBytes, commonLineBytes(file.facts, source));
  const ranges = source.merged[balanceKey] ?? [];
  for (const range of ranges) {
    if (range.from >= (yield* file.length())) break;
    const held = yield* compareRange(file, source, range, yield* file.length());
    if (held === null) return "different";
    if (held >= range.from) bytes = Math.max(bytes, held);
    if (held < range.to) break;
  }
  // One that has all of what was merged goes on behind it. Of any other, each line has to be in that.
  const isWhole = bytes >= (ranges.at(-1)?.to ?? 0) && head !== null;
  return { bytes, isAll: isWhole || bytes >= (yield* file.decisiveBytes()), isWhole };
}

/** The first line with its end, where the source is known to have it, too. */
function commonLineBytes(facts: FileFacts, { identity }: LedgerSource): number {
  const { firstLineBytes, family } = facts;
  const isWhole =
    firstLineBytes < limits.fingerprintBytesMax && identity.headBytes > firstLineBytes;
  return isWhole && identity.family === family ? firstLineBytes + 1 : 0;
}

/** Up to where the file has the range; null where it has something else. */
function* compareRange(
  file: AskedFile,
  source: LedgerSource,
  range: LedgerRange,
  length: number,
): Asking<number | null> {
  const { from, to, crc32 } = range;
  const marks = marksOf(range);
  let held = from;
  if (from === 0) {
    const common = commonMarks((yield* file.beginning()).marks, marks, length);
    if (common === null) return null;
    held = Math.max(held, common);
  }
  const inFull = [
    ...marks.list
      .filter(({ at }) => at > held && at <= length && at < to)
      .map((mark) => ({ from, to: mark.at, crc32: mark.crc32 })),
    ...(to <= length && !isUnread(range) ? [{ from, to, crc32 }] : []),
  ];
  const tail = { from: to - range.tailBytes, to, crc32: range.tailCrc32 };
  const byTail = to > length ? [] : [tail];
  const isGrown = to <= length && hasGrownInPlace(file.facts, source, range);
  const checks = isGrown ? byTail : isUnread(range) ? [...inFull, ...byTail] : inFull;
  const agreement = yield* file.agreement(checks);
  if (agreement.then === "differs") return null;
  return agreement.held === 0 ? held : checks[agreement.held - 1]!.to;
}

/** Its CRC-32 is not known yet. */
export function isUnread(range: LedgerRange | UnreadRange): range is UnreadRange {
  return "isUnread" in range;
}

export function marksOf({ from, marks }: LedgerRange): Marks {
  return marks === undefined ? noMarks : unpackMarks(from, marks, "bad_message");
}

/** Where the last mark is that both have; null where one of them has what the other has not. */
function commonMarks(file: Marks, source: Marks, length: number): number | null {
  const limit = Math.min(file.completeTo, source.completeTo, length);
  const within = ({ at }: Mark): boolean => at <= limit;
  const [ofFile, ofSource] = [file.list.filter(within), source.list.filter(within)];
  const isSame =
    ofFile.length === ofSource.length &&
    ofFile.every(({ at, crc32 }, index) => {
      const other = ofSource[index]!;
      return at === other.at && crc32 === other.crc32;
    });
  return isSame ? (ofFile.at(-1)?.at ?? 0) : null;
}

function hasGrownInPlace(facts: FileFacts, source: LedgerSource, range: LedgerRange): boolean {
  return (
    !facts.isCompressed && range.to - range.from > growthCheckedBytesMax && hasInode(source, facts)
  );
}

function hasInode({ hints }: LedgerSource, { hint }: FileFacts): boolean {
  return hints.some(({ inode }) => inode === hint.inode);
}
