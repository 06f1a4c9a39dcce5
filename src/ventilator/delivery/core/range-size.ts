// How long a range of a file is given to a worker as one batch. Every batch costs all roles the same,
// whatever is in it, and its table has the same keys as the one before: long ranges are cheaper. But a
// worker is not heard while it works on one, and may be given up; and at the end of a file the others
// wait for the one that has the last.
//
// So ranges grow as long as workers are quick, and become shorter towards the end (guided
// self-scheduling: Polychronopoulos and Kuck, IEEE Transactions on Computers, 1987). A range that fails may
// have been too long, since the table of very many keys fits in no message: those after it are half as
// long at most, and grow again by and by. Before it comes to that, the partials of those that got through
// tell how many bytes a range makes: where keys are long, or hardly ever come again, ranges stay short.

import { limits } from "../../../shared/base/limits.ts";

/** A batch is to take no longer, from its sending to its partial; well below the time of a beat. */
const workMsWanted = 250;
/** Share that the last batch has in what is known of the pace. */
const freshShare = 0.3;
/** What a partial is to have at most: a group of them is held by the sink at a time. */
const partialBytesWanted = limits.groupCommitBytesMax;
/** However large tables are, a range has so many bytes. */
const rangeBytesMin = 1024 * 1024;
/** By how much ranges may be longer again after every batch that has got through. */
const regrownBytes = 1024 * 1024;

export class RangeSizer {
  readonly #bytesMin: number;
  readonly #bytesMax: number;
  /** Not above `#bytesMax`. */
  #bytesTolerated: number;
  #msPerByte: number | null = null;
  /** Bytes of partial that a byte of a range makes. */
  #partialShare = 0;

  /** @param bytesMax what a range has at most. */
  constructor(bytesMax: number) {
    this.#bytesMin = Math.min(bytesMax, limits.batchBytesMax);
    this.#bytesMax = bytesMax;
    this.#bytesTolerated = bytesMax;
  }

  /** A batch of so many bytes took so long, and has become so many bytes of a partial; 0 if that is not known. */
  worked(bytes: number, ms: number, partialBytes = 0): void {
    if (bytes <= 0) return;
    const fresh = ms / bytes;
    const known = this.#msPerByte ?? fresh;
    this.#msPerByte = known + freshShare * (fresh - known);
    const share = partialBytes / bytes;
    // Larger ones count at once, smaller ones by and by.
    this.#partialShare = Math.max(
      share,
      this.#partialShare + freshShare * (share - this.#partialShare),
    );
    this.#bytesTolerated = Math.min(this.#bytesMax, this.#bytesTolerated + regrownBytes);
  }

  /** A range of so many bytes did not get through. */
  failed(bytes: number): void {
    this.#bytesTolerated = Math.min(this.#bytesTolerated, bytes / 2);
  }

  /**
   * How many bytes the next range is to have.
   * @param remaining bytes of the file from here on.
   * @param credit batches that all workers together take at a time.
   */
  next(remaining: number, credit: number): number {
    if (this.#msPerByte === null) return this.#bytesMin;
    const shares = Math.max(1, credit);
    const quick = workMsWanted / this.#msPerByte;
    // Half of the flight is left for what waits for the sink.
    const wanted = Math.min(quick, remaining / shares, limits.flightBytesMax / 2 / shares);
    const sendable = Math.max(rangeBytesMin, partialBytesWanted / this.#partialShare);
    const least = Math.min(this.#bytesMin, sendable);
    return Math.floor(Math.max(least, Math.min(this.#bytesTolerated, wanted, sendable)));
  }
}
