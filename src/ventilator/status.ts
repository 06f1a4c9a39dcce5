// What a ventilator says at /status: the plan, the sink, every worker with its host, credit and last
// sign of life, and how far each source is.

import type { RoleStatus } from "../shared/runtime/http/status-board.ts";
import type { Parts } from "./wiring.ts";

/** @param plan its fingerprint. */
export function ventilatorStatus(plan: string, parts: Parts): RoleStatus {
  const { catalog, dispatcher, problems, sink } = parts;
  const { batches, bytes } = dispatcher.flight;
  return {
    plan,
    sink: { isThere: sink.isThere },
    workers: dispatcher.roster(),
    sources: catalog.progress(),
    unfinished: catalog.unfinished(),
    inFlight: { batches, bytes },
    problems: problems.list(),
  };
}
