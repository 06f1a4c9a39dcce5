// The version of a bucket stands for the set of tables that were merged into it: the sum of their digests.
// A sum does not depend on order, and it is another one after a summary was forgotten and filled again, or
// after an older copy of the store was put back, where a count of tables may come to be the same.

import { crc32 } from "node:zlib";
import { checksumBytes } from "../../../../shared/table/checksum.ts";
import type { Merged } from "./ledger.ts";

/** Versions are below this, so that a sum of two is a safe integer. */
const versionsEnd = 2 ** 52;
const placeBits = 20;

/** Where a batch comes from, to begin the digests of its tables with. */
export function placeDigest({ identity, range }: Merged): number {
  return crc32(`${identity.id} ${range.from} ${range.to}`);
}

/**
 * The version of a bucket into which one more table was merged.
 * @param frame ends with its checksum, which stands for it here: the CRC-32 of bytes with their own CRC-32
 *   behind them is the same whatever they are.
 */
export function versionWith(version: number, place: number, frame: Uint8Array): number {
  const checksum = frame.subarray(frame.length - checksumBytes);
  const digest = crc32(checksum, place) * 2 ** placeBits + (place >>> (32 - placeBits));
  return (version + digest) % versionsEnd;
}
