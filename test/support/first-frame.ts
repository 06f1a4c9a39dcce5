// First frames of messages that no codec of ours would make.

import { crc32 } from "node:zlib";
import { pack } from "../../src/shared/protocol/msgpack.ts";

const preambleBytes = 7;
const checksumOffset = 3;

/** A copy of the frame with its checksum made right, so that what is behind it is looked at. */
export function resealed(frame: Uint8Array): Uint8Array {
  const copy = Buffer.from(frame);
  if (copy.length < preambleBytes) return copy;
  const checksum = crc32(copy.subarray(preambleBytes), crc32(copy.subarray(0, checksumOffset)));
  copy.writeUInt32BE(checksum, checksumOffset);
  return copy;
}

/** An intact frame around these bytes. */
export function framed(bytes: Uint8Array, version = 4): Uint8Array {
  return resealed(Buffer.concat([Buffer.from([0x93, version, 0xce, 0, 0, 0, 0]), bytes]));
}

/** An intact frame around this value. */
export const framedValue = (value: object): Uint8Array => framed(pack(value));
