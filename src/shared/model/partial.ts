// A partial: what one batch adds. Tables per summary and bucket, the batch's share of the balance
// sheet, and a few samples of rejected lines. The bytes are drawn in FORMAT.md.

import type { RejectReason } from "./reasons.ts";

/** Lines in = accepted + filtered + the sum of rejected + dead-lettered. Always. */
export interface Balance {
  readonly lines: number;
  readonly bytes: number;
  /** Parsed, and wanted by at least one summary of the source. */
  readonly accepted: number;
  /** Parsed, and wanted by none. */
  readonly filtered: number;
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  readonly deadLettered: number;
}

export interface RejectSample {
  readonly reason: RejectReason;
  /** Offset of the line in the batch, bytes. */
  readonly offset: number;
  /** The line's first bytes, at most `limits.sampleBytesMax`. */
  readonly bytes: Uint8Array;
}

export interface PartialTable {
  /** `summaryKey` of the definition, see `config/fingerprint.ts`. */
  readonly summary: string;
  /** First second of the bucket, seconds since the Unix epoch (UTC). */
  readonly bucketStart: number;
  /** One table frame. */
  readonly frame: Uint8Array;
}

export interface BatchPartial {
  /** Absent when the batch is a back-fill: its lines are on the sheet already. */
  readonly balance: Balance | null;
  readonly samples: readonly RejectSample[];
  readonly tables: readonly PartialTable[];
}
