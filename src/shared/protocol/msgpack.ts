// MessagePack as the protocol uses it: maps with all their keys, and none of the extensions of
// `msgpackr` (records, bundled strings, references, classes), so that any MessagePack library can
// read what we write, and that a decoder makes nothing but plain values.
//
// A `number` is written as an unsigned number of up to 32 bits or else as float 64, a `bigint` in 64
// bits: so both come back as what they were.

// Without the native extractor of strings, which `msgpackr` alone would load: what comes from the
// network is for memory-safe code.
import { Packr, Unpackr } from "msgpackr/pack";
import { badMessage } from "./bad-message.ts";
import { assertPlain } from "./msgpack-scan.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true });
/** Binary is copied: a view would keep the whole message alive. */
const unpackr = new Unpackr({ useRecords: false, copyBuffers: true });

/** A view of memory that is never written to again. */
export function pack(value: object): Uint8Array {
  return packr.pack(value);
}

/** Plain values alone. Throws `bad_message` for anything else, in time and memory bounded by the bytes. */
export function unpack(bytes: Uint8Array): unknown {
  assertPlain(bytes);
  // A view of its own, since msgpackr leaves a property on what it reads, and binary is of its type.
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  try {
    return unpackr.unpack(view);
  } catch (cause) {
    throw badMessage("it cannot be unpacked", cause);
  }
}
