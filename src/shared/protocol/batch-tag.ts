// Batch tags: a worker gets its batches from the ventilator and sends what it made of them to the
// sink, so the sink would have to believe the worker what the batch was. It does not: each header
// carries an HMAC that only the ventilator can make and only the sink can check. A worker can so
// neither invent a batch nor change what one is of, and a batch of another session has another key.
//
// The tag covers bytes, not values: the ventilator packs a header once, and those bytes go to the
// worker and from there to the sink as they are. What changes from attempt to attempt, and what a worker
// is there to find out, stands beside them: the number of the attempt, and the checksum of content that
// it has read itself.

import { createHmac, timingSafeEqual } from "node:crypto";
import { badMessage } from "./bad-message.ts";
import {
  batchHeader,
  checkedBatchHeader,
  tagBytes,
  type BatchHeader,
  type SealedHeader,
} from "./message-parts.ts";
import { pack, unpack } from "./msgpack.ts";

/** No other use of the key can give the same bytes to authenticate. */
const purpose = "logmill batch tag 3\0";
const members = Object.keys(batchHeader.shape) as (keyof BatchHeader)[];

/** The header in bytes, in the order of its schema and nothing else, with its tag. */
export function sealHeader(tagKey: Uint8Array, header: BatchHeader): SealedHeader {
  const present = members.filter((member) => header[member] !== undefined);
  const listed = Object.fromEntries(present.map((member) => [member, header[member]]));
  const bytes = Uint8Array.from(pack(listed));
  return { bytes, tag: tagOf(tagKey, bytes) };
}

/** Whether the bytes are those that the owner of the key has packed; takes the same time for every tag. */
export function hasBatchTag(tagKey: Uint8Array, { bytes, tag }: SealedHeader): boolean {
  return timingSafeEqual(tagOf(tagKey, bytes), tag);
}

/** What the bytes say, whoever packed them. Throws `bad_message`. */
export function openHeader({ bytes }: SealedHeader): BatchHeader {
  const result = checkedBatchHeader.safeParse(unpack(bytes));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw badMessage(`its header is none (${issue?.path.join(".") ?? ""})`);
}

/** The first 16 bytes of HMAC-SHA-256 (RFC 2104). */
function tagOf(tagKey: Uint8Array, bytes: Uint8Array): Uint8Array {
  const digest = createHmac("sha256", tagKey).update(purpose).update(bytes).digest();
  return Uint8Array.from(digest.subarray(0, tagBytes));
}
