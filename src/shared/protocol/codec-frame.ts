// The first frame of every message: seven bytes that are the same in every version, then a map. Taken
// together they are one MessagePack value, an array of three, which any tool can show:
//
//   93         array of three
//   03         version of the protocol
//   ce …       CRC-32 (IEEE 802.3) of this frame without these four bytes
//   8…         the message: a map of `type` and the members of its schema
//
// What is large (the bytes of a batch, a partial, a plan) is a second frame, which is sent and received
// without a copy. A decoder meets whatever the network brings. It looks at the length before anything
// else, at the checksum before it believes a byte, and at every byte before it builds a value.

import { crc32 } from "node:zlib";
import { LogmillError } from "../base/errors.ts";
import { badMessage } from "./bad-message.ts";
import { protocolVersion } from "./messages.ts";
import { pack, unpack } from "./msgpack.ts";

const arrayOfThree = 0x93;
const uint32 = 0xce;
const checksumOffset = 3;
const preambleBytes = 7;

/** Frames of the versions up to 2: "LMIL", the version, …, at 12 the CRC-32 of all but itself. */
const former = { magic: Buffer.from("LMIL"), checksumOffset: 12, headBytes: 16 } as const;

export function writeFirstFrame(message: object): Uint8Array {
  const map = pack(message);
  const frame = Buffer.allocUnsafe(preambleBytes + map.length);
  frame[0] = arrayOfThree;
  frame[1] = protocolVersion;
  frame[2] = uint32;
  frame.set(map, preambleBytes);
  frame.writeUInt32BE(checksumWithout(frame, checksumOffset), checksumOffset);
  return frame;
}

/** The map, of which nothing is known yet. Throws `bad_message`, or `protocol_version` for an intact frame of another one. */
export function readFirstFrame(frame: Uint8Array, bytesMax: number): unknown {
  if (frame.length > bytesMax) throw badMessage(`its first frame has ${frame.length} bytes`);
  const bytes = Buffer.from(frame.buffer, frame.byteOffset, frame.length);
  if (isOfFormerVersion(bytes)) throw otherVersion(bytes[former.magic.length]!);
  if (bytes.length < preambleBytes || bytes[0] !== arrayOfThree || bytes[2] !== uint32) {
    throw badMessage("it is none of logmill's");
  }
  if (bytes.readUInt32BE(checksumOffset) !== checksumWithout(bytes, checksumOffset)) {
    throw badMessage("its first frame was cut or damaged");
  }
  const version = bytes[1]!;
  if (version !== protocolVersion) throw otherVersion(version);
  return unpack(bytes.subarray(preambleBytes));
}

function isOfFormerVersion(bytes: Buffer): boolean {
  const { magic, checksumOffset: offset, headBytes } = former;
  if (bytes.length < headBytes || !bytes.subarray(0, magic.length).equals(magic)) return false;
  return bytes.readUInt32LE(offset) === checksumWithout(bytes, offset);
}

function otherVersion(version: number): LogmillError {
  return new LogmillError(
    "protocol_version",
    `the peer speaks version ${version} of the protocol and this logmill version ${protocolVersion}; run the same logmill everywhere`,
    { fields: { version } },
  );
}

/** CRC-32 of the frame without the four bytes at `offset`, which hold it. */
function checksumWithout(frame: Buffer, offset: number): number {
  return crc32(frame.subarray(offset + 4), crc32(frame.subarray(0, offset)));
}
