// The two balance sheets. A source's: every line was parsed by the format, rejected by it, or dead-lettered.
// A summary's, for each of its sources: every parsed line was counted, filtered by the summary's `where`,
// or rejected, because it lacks what this summary needs. So a summary's numbers depend on no other's.

import { noEvents, rejectReasons, type RejectReason } from "./reasons.ts";

export type RejectCounts = Readonly<Partial<Record<RejectReason, number>>>;

/** lines = parsed + rejected + dead-lettered. Always. */
export interface SourceSheet {
  readonly lines: number;
  readonly bytes: number;
  readonly parsed: number;
  readonly rejected: RejectCounts;
  readonly deadLettered: number;
}

/** parsed = counted + filtered + rejected. Always. */
export interface SummarySheet {
  /** Of the ranges that were read for the summary. */
  readonly bytes: number;
  readonly parsed: number;
  readonly counted: number;
  /** Lines that the summary's `where` leaves out. */
  readonly filtered: number;
  readonly rejected: RejectCounts;
}

/** A summary's sheet as a store keeps it. */
export interface KeptSheet extends SummarySheet {
  /** Bytes of ranges whose lines no sheet was kept for, since an earlier logmill had read them. */
  readonly bytesBefore: number;
}

/** A rejected line that people can look at. */
export interface RejectExample {
  readonly source: string;
  /** Name of the summary that could not count it; null where the format rejected it. */
  readonly summary: string | null;
  readonly reason: RejectReason;
  /** The field that is missing or wrong; empty where the line as a whole is. */
  readonly field: string;
  /** Where the file was when the line was read. */
  readonly path: string;
  /** Offset of the line in the decompressed content, bytes. */
  readonly offset: number;
  /** Its beginning; bytes that are no UTF-8 are written as `\xHH`. */
  readonly line: string;
  /** The value at fault, its beginning where it is long; absent where its place is not known. */
  readonly value?: string | undefined;
  /** Characters of `line` before the value and of it, where all of it is in `line`. */
  readonly mark?: ValueMark | undefined;
  /** What is wrong, and what to do about it; absent where an earlier sink, or nobody, knows. */
  readonly problem?: string | undefined;
  readonly fix?: string | undefined;
}

export interface ValueMark {
  readonly from: number;
  readonly length: number;
}

/** A file of which no line counts, for a source or for a summary. */
export interface UncountedFile {
  /** The content's id. */
  readonly content: string;
  readonly source: string;
  /** Name of the summary that rejected all of its parsed lines; null where the format did. */
  readonly summary: string | null;
  /** Where it was last. */
  readonly path: string;
  readonly rejected: RejectCounts;
  /** The first of its lines; null where it was not kept. */
  readonly example: RejectExample | null;
}

/** All sheets of a store. */
export interface Sheets {
  /** By the source's name. */
  readonly sources: Readonly<Record<string, SourceSheet>>;
  /** By the summary's name, then by the source's. */
  readonly summaries: Readonly<Record<string, Readonly<Record<string, KeptSheet>>>>;
}

export const emptySourceSheet: SourceSheet = Object.freeze({
  lines: 0,
  bytes: 0,
  parsed: 0,
  rejected: {},
  deadLettered: 0,
});

export const emptySummarySheet: SummarySheet = Object.freeze({
  bytes: 0,
  parsed: 0,
  counted: 0,
  filtered: 0,
  rejected: {},
});

/** The lines of all reasons. */
export function rejectedLines(rejected: RejectCounts): number {
  return Object.values(rejected).reduce((sum, lines) => sum + lines, 0);
}

/** Without the lines that are no events in any case. */
export function rejectedEvents(rejected: RejectCounts): RejectCounts {
  return Object.fromEntries(
    Object.entries(rejected).filter(([reason]) => !noEvents.some((other) => other === reason)),
  );
}

export function addRejects(a: RejectCounts, b: RejectCounts, sign: 1 | -1 = 1): RejectCounts {
  const sum: Partial<Record<RejectReason, number>> = {};
  for (const reason of rejectReasons) {
    const lines = (a[reason] ?? 0) + sign * (b[reason] ?? 0);
    if (lines !== 0) sum[reason] = lines;
  }
  return sum;
}

/** @param sign -1 takes the second sheet away. */
export function addSourceSheets(a: SourceSheet, b: SourceSheet, sign: 1 | -1 = 1): SourceSheet {
  return {
    lines: a.lines + sign * b.lines,
    bytes: a.bytes + sign * b.bytes,
    parsed: a.parsed + sign * b.parsed,
    rejected: addRejects(a.rejected, b.rejected, sign),
    deadLettered: a.deadLettered + sign * b.deadLettered,
  };
}

/** @param sign -1 takes the second sheet away. */
export function addSummarySheets(a: SummarySheet, b: SummarySheet, sign: 1 | -1 = 1): SummarySheet {
  return {
    bytes: a.bytes + sign * b.bytes,
    parsed: a.parsed + sign * b.parsed,
    counted: a.counted + sign * b.counted,
    filtered: a.filtered + sign * b.filtered,
    rejected: addRejects(a.rejected, b.rejected, sign),
  };
}

/** Lines that are not accounted for; 0 unless logmill is at fault. */
export function unbalancedLines({ lines, parsed, rejected, deadLettered }: SourceSheet): number {
  return lines - parsed - rejectedLines(rejected) - deadLettered;
}

/** Parsed lines that are not accounted for; 0 unless logmill is at fault. */
export function unbalancedParsed({ parsed, counted, filtered, rejected }: SummarySheet): number {
  return parsed - counted - filtered - rejectedLines(rejected);
}
