// What the shell does with payloads, which are bytes or a reference to them: a reference keeps a file
// open, and is released when its batch has left the flight, whichever way.

import type { FlightAction } from "./core/flight-events.ts";
import type { FlightBatch } from "../batch/batch.ts";
import type { Flight } from "./core/flight.ts";
import { HeldRange } from "../source/file/reference.ts";

const noBytes = new Uint8Array(0);

/** What goes over the socket; the header says which file the rest is in. */
export function bytesToSend(payload: FlightBatch["payload"]): Uint8Array {
  return payload instanceof Uint8Array ? payload : noBytes;
}

/** To be called with every action of a flight. */
export function releaseGone(action: FlightAction): void {
  switch (action.type) {
    case "acknowledged":
    case "merged":
    case "replan":
    case "unreadable":
      release(action.batch.payload);
      break;
    default:
  }
}

/** To be called when a flight is given up as a whole. */
export function releaseAll(flight: Flight): void {
  for (const { payload } of flight.all()) release(payload);
}

function release(payload: FlightBatch["payload"]): void {
  if (payload instanceof HeldRange) payload.release();
}
