// How often a batch may fail before it is given up, and which failures count.
//
// A batch is suspected after its first failure: it is then sent alone, to a worker that has nothing
// else, so that from the second failure on there is no doubt which batch was the end of a worker. Of a
// whole batch several failures are needed, since machines and networks fail too. The pieces it is cut
// into are given up at once when they fail: a piece that is cut further without need costs a few
// milliseconds, and the search for a bad line has to end in reasonable time. Only the line that is left
// in the end gets a longer trial, because what it stands accused of costs it its place in the tables.
//
// Damage on the way (`checksum`) says nothing about lines. It ends the run when it does not stop.

import type { RedeliverCause } from "../../batch/batch.ts";
import type { Entry, RetryPolicy } from "./flight-entry.ts";

/** Failures of a single line, each of which it had a worker for itself. */
const lineFailuresMax = 3;
/** Times that one batch may be damaged on its way before nothing is believed any more. */
const damagesMax = 20;

/** Counts a failure; returns what is to become of the batch. */
export function judge(
  entry: Entry,
  cause: RedeliverCause,
  { failuresMax, lossesMax }: RetryPolicy,
): "again" | "give_up" | "hopeless" {
  if (cause === "checksum") {
    entry.damages += 1;
    return entry.damages < damagesMax ? "again" : "hopeless";
  }
  entry.failures += 1;
  if (cause === "worker_lost") entry.losses += 1;
  const { piece } = entry.batch;
  if (piece === "lines") return "give_up";
  if (piece === "line") return entry.failures < lineFailuresMax ? "again" : "give_up";
  return entry.failures < failuresMax && entry.losses < lossesMax ? "again" : "give_up";
}

/** Whether it is to be sent to a worker that has nothing else. */
export function isSuspect({ batch, failures }: Entry): boolean {
  return failures > 0 || batch.piece !== undefined;
}
