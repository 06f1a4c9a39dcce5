// A partial: what one batch adds. Tables per summary and bucket, the batch's share of the balance
// sheets, and a few samples of rejected lines. The bytes are drawn in FORMAT.md.

import type { RejectReason } from "./reasons.ts";
import type { SourceSheet, SummarySheet } from "./sheet.ts";

/** The value for which a line is rejected, where the parser knows its place. */
export interface FaultyValue {
  /** Offset in the line, bytes. */
  readonly at: number;
  /** Bytes of it. */
  readonly length: number;
  /** The first of them, at most `limits.sampleValueBytesMax`. */
  readonly bytes: Uint8Array;
}

/** A rejected line. */
export interface SampledLine {
  readonly reason: RejectReason;
  /** The field that is missing or wrong; empty where the line as a whole is. */
  readonly field: string;
  /** Offset of the line in the batch, bytes. */
  readonly offset: number;
  /** The line's first bytes, at most `limits.sampleBytesMax`. */
  readonly bytes: Uint8Array;
  /** Null where the line as a whole is wrong, or ends before the field, or the field is not as in the text. */
  readonly value: FaultyValue | null;
}

export interface RejectSample extends SampledLine {
  /** Key of the summary that could not count the line; null: the format rejected it. */
  readonly summary: string | null;
}

export interface PartialSheet {
  /** `summaryKey` of the definition. */
  readonly summary: string;
  readonly sheet: SummarySheet;
}

export interface PartialTable {
  /** `summaryKey` of the definition, see `definition-key.ts`. */
  readonly summary: string;
  /** First second of the bucket, seconds since the Unix epoch (UTC). */
  readonly bucketStart: number;
  /** One table frame. */
  readonly frame: Uint8Array;
}

export interface BatchPartial {
  /** The source's share; absent when the batch is a back-fill: its lines are on the sheet already. */
  readonly source: SourceSheet | null;
  /** The share of each summary that the batch is for, each once. */
  readonly summaries: readonly PartialSheet[];
  /** In the order of the lines. */
  readonly samples: readonly RejectSample[];
  readonly tables: readonly PartialTable[];
}

/** As it is read back: summaries have no sheets in partials that logs of earlier stores hold. */
export interface DecodedPartial extends Omit<BatchPartial, "summaries"> {
  readonly summaries: readonly PartialSheet[] | null;
}
