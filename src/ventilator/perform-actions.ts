// Does what the flight wants done besides sending.

import type { FlightAction } from "./delivery/core/flight-events.ts";
import type { FlightBatch } from "./batch/batch.ts";
import { damagedAgain, mismatch } from "./fatal-errors.ts";
import type { Parts } from "./wiring.ts";

type Wanted = Exclude<FlightAction, { type: "send" }>;

/** @param fail ends the ventilator. */
export function actOnFlight(action: Wanted, parts: Parts, fail: (error: unknown) => void): void {
  const { tally, planning, bisection, sink, intake } = parts;
  tally.count(action);
  switch (action.type) {
    case "acknowledged":
      intake.acknowledged(action);
      settled(action, parts);
      break;
    case "merged":
      settled(action, parts);
      break;
    case "replan":
      planning.overlapped(action.batch.header);
      break;
    case "load":
      intake.load(action.batch).catch(fail);
      break;
    case "give_up":
      bisection.giveUp(action).catch(fail);
      break;
    case "bury": {
      // Said again in time, if there is no sink or it did not hear it.
      const { header, sealed } = action.batch;
      sink.offer({ type: "dead_letter", header, sealed });
      break;
    }
    case "hopeless":
      fail(damagedAgain(action.batch, action.detail));
      break;
    case "stop":
      fail(mismatch("plan_mismatch"));
      break;
    case "unreadable":
      planning.abandoned();
      break;
    case "redeliver":
    case "repeated":
    case "ignored":
      break;
  }
}

/** The batch is in the ledger. */
function settled({ batch }: { readonly batch: FlightBatch }, { planning, bisection }: Parts): void {
  planning.released(batch.header);
  // That a line was put aside is no success.
  if (batch.piece !== "line") bisection.succeeded();
}
