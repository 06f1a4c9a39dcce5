// What ends a ventilator, as errors that say where to look.

import { LogmillError } from "../shared/base/errors.ts";
import type { FlightAction } from "./core/flight-events.ts";

/** The error for a batch that nobody can work off. */
export function givenUp(action: Extract<FlightAction, { type: "give_up" }>): LogmillError {
  const { hint, from, to, source } = action.batch.header;
  return new LogmillError(
    "batch_failed",
    `bytes ${from} to ${to} of ${hint.path} (source ${source}) failed ${action.failures} times: ` +
      `${action.detail}; look at those lines, and exclude the file to go on without it`,
    { fields: { path: hint.path, from, to, failures: action.failures } },
  );
}

/** The error for a sink that does not fit. */
export function mismatch(code: "plan_mismatch" | "protocol_version"): LogmillError {
  return new LogmillError(
    code,
    code === "plan_mismatch"
      ? "the sink works by another configuration; start all roles of a cluster with the same one"
      : "the sink speaks another version of the protocol; run the same logmill everywhere",
  );
}
