// Batch tags: a worker gets its batches from the ventilator and sends what it made of them to the
// sink, so the sink would have to believe the worker what the batch was. It does not: each header
// carries an HMAC that only the ventilator can make and only the sink can check. A worker can so
// neither invent a batch nor change what one is of, and a batch of another session has another key.
//
// Outside the tag is what changes from attempt to attempt, and what a worker is there to find out:
// the checksums of content that it has read itself.

import { createHmac, timingSafeEqual } from "node:crypto";
import { ByteWriter } from "../base/bytes.ts";
import { tagBytes, writeTaggedHeader } from "./codec-parts.ts";
import type { BatchHeader } from "./messages.ts";

/** No other use of the key can give the same bytes to authenticate. */
const purpose = "logmill batch tag 2\0";
const headerBytesUsual = 512;

/** The first 16 bytes of HMAC-SHA-256 (RFC 2104) over the header. */
export function batchTag(key: Uint8Array, header: Omit<BatchHeader, "tag">): Uint8Array {
  const isMeasured = header.checksums === "measured";
  const body = new ByteWriter(headerBytesUsual);
  writeTaggedHeader(body, isMeasured ? { ...header, crc32: 0, tailCrc32: 0 } : header);
  const digest = createHmac("sha256", key).update(purpose).update(body.finish()).digest();
  return Uint8Array.from(digest.subarray(0, tagBytes));
}

/** Whether the header is one that the owner of the key has made; takes the same time for every tag. */
export function hasBatchTag(key: Uint8Array, header: BatchHeader): boolean {
  return timingSafeEqual(batchTag(key, header), header.tag);
}
