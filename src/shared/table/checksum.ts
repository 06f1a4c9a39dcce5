// The CRC-32 (IEEE 802.3, as zlib's) at the end of frames and partials.

import { crc32 } from "node:zlib";
import { LogmillError } from "../base/errors.ts";

export const checksumBytes = 4;

/** Writes the checksum of all bytes before the last four into them. */
export function seal(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - checksumBytes;
  const sum = crc32(bytes.subarray(0, end));
  new DataView(bytes.buffer, bytes.byteOffset + end, checksumBytes).setUint32(0, sum, true);
  return bytes;
}

/** Throws `bad_table` unless the last four bytes are the checksum of those before. */
export function checkSeal(bytes: Uint8Array, what: string): void {
  const end = bytes.length - checksumBytes;
  if (end < 0) throw new LogmillError("bad_table", `${what}: ${bytes.length} bytes are too few`);
  const view = new DataView(bytes.buffer, bytes.byteOffset + end, checksumBytes);
  if (crc32(bytes.subarray(0, end)) !== view.getUint32(0, true)) {
    throw new LogmillError("bad_table", `${what}: the checksum does not fit; it was damaged`, {
      fields: { length: bytes.length },
    });
  }
}
