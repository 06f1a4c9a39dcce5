// Payloads are bytes, or a reference to them: a reference keeps a file open, and is released when its
// batch has left the flight, whichever way.

import type { FlightBatch } from "../batch/batch.ts";
import { HeldRange } from "../source/file/reference.ts";

const noBytes = new Uint8Array(0);

/** What goes over the socket; the header says which file the rest is in. */
export function bytesToSend(payload: FlightBatch["payload"]): Uint8Array {
  return payload instanceof Uint8Array ? payload : noBytes;
}

/** The batch has left the flight. */
export function release(payload: FlightBatch["payload"]): void {
  if (payload instanceof HeldRange) payload.release();
}
