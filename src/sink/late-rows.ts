// Rows that come late: for a bucket that is older than the two newest which the store has seen of the
// summary, so that the turn of an hour or of a day is not lateness. What counts is the time in the
// events and the order in which they were merged, never a clock. An archive that is read in any order
// has many, and that is fine: the number is for watching an endless stream.

/** Buckets per summary, the newest ones, that rows may come for without being late. */
const currentBuckets = 2;

export class LateRows {
  /** Starts of the newest buckets by summary, newest first. */
  readonly #newest = new Map<string, number[]>();

  /** A bucket of the summary exists. */
  see(summaryKey: string, bucketStart: number): void {
    const known = this.#newest.get(summaryKey) ?? [];
    if (known.includes(bucketStart)) return;
    const newest = [...known, bucketStart].sort((a, b) => b - a).slice(0, currentBuckets);
    this.#newest.set(summaryKey, newest);
  }

  /** Whether rows for this bucket would be late now. */
  isLate(summaryKey: string, bucketStart: number): boolean {
    const newest = this.#newest.get(summaryKey) ?? [];
    return newest.length === currentBuckets && bucketStart < newest.at(-1)!;
  }
}
