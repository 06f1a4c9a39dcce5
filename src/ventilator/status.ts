// What a ventilator says at /status: the plan, the sink, the pools, every worker with its host, credit and last
// sign of life, and how far each source is.

import { unfinishedLines } from "./source/file/last-line.ts";
import type { RoleStatus } from "../shared/runtime/http/status-board.ts";
import type { Pools } from "./batch/pools.ts";
import type { Dispatcher } from "./delivery/dispatcher.ts";
import type { Planning } from "./planning/work-planner.ts";
import type { SinkSession } from "./sink-link/sink-session.ts";
import type { Catalog } from "./source/file/catalog.ts";
import type { Problems } from "./source/problems.ts";

interface Shown {
  readonly pools: Pools;
  readonly catalog: Catalog;
  readonly planning: Planning;
  readonly dispatcher: Dispatcher;
  readonly problems: Problems;
  readonly sink: SinkSession;
}

/** @param plan its fingerprint. */
export function ventilatorStatus(plan: string, shown: Shown): RoleStatus {
  const { pools, catalog, planning, dispatcher, problems, sink } = shown;
  const { batches, bytes } = dispatcher.flight;
  return {
    plan,
    sink: { isThere: sink.isThere },
    pools: pools.names.map((pool) => ({
      pool,
      workers: dispatcher.workers.workersOf(pool),
      waitingBatches: dispatcher.flight.waitingIn(pool),
    })),
    workers: dispatcher.workers.roster(),
    sources: catalog.progress(),
    unfinished: unfinishedLines(catalog.files),
    lostLines: planning.lostLines,
    inFlight: { batches, bytes },
    problems: problems.list(),
  };
}
