// Makes the parts of a ventilator, each from those that it needs.

import { randomBytes, randomInt } from "node:crypto";
import { limits } from "../shared/base/limits.ts";
import { seededRandom } from "../shared/base/prng.ts";
import type { Config } from "../shared/config/config.ts";
import { planFingerprint, summaryKey } from "../shared/model/definition-key.ts";
import type { MadeTable } from "../shared/lookup/table-source.ts";
import { preambleKindsOf } from "../shared/model/format/preamble.ts";
import type { Plan } from "../shared/model/plan.ts";
import { lostLinesSentence } from "../shared/process/role-report.ts";
import type { Router } from "../shared/net/router.ts";
import { tagKeyBytes } from "../shared/protocol/message-parts.ts";
import { protocolVersion } from "../shared/protocol/messages.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { visibleText } from "../shared/text/terminal-table.ts";
import { BatchMaker } from "./batch/batch-maker.ts";
import { poolsOf, type Pools } from "./batch/pools.ts";
import type { Session } from "./batch/session.ts";
import { deadLetterFolder, DeadLetterFile } from "./dead-letter/dead-letter-file.ts";
import { BackPressure } from "./delivery/back-pressure.ts";
import { Bisection } from "./delivery/bisection.ts";
import type { FlightLimits } from "./delivery/core/flight-entry.ts";
import { Flight } from "./delivery/core/flight.ts";
import { RangeSizer } from "./delivery/core/range-size.ts";
import { SuspendAwareClock } from "./delivery/core/suspend-aware-clock.ts";
import { Dispatcher, type DispatcherOptions } from "./delivery/dispatcher.ts";
import type { Failure } from "./fatal-errors.ts";
import type { Lost } from "./ledger/core/acknowledged.ts";
import type { Wanted } from "./ledger/core/lost-content.ts";
import {
  createVentilatorMetrics,
  type VentilatorMetrics,
  type VentilatorState,
} from "./metrics.ts";
import { Notifier } from "./notifier.ts";
import { Planning, type PlanningOptions } from "./planning/work-planner.ts";
import { SinkLink } from "./sink-link/core/sink-link.ts";
import { SinkSession, type SinkSessionOptions } from "./sink-link/sink-session.ts";
import { Catalog } from "./source/file/catalog.ts";
import { Reader } from "./source/file/reader.ts";
import { PoolReaders } from "./source/pool-readers.ts";
import { Problems } from "./source/problems.ts";
import { ventilatorStatus } from "./status.ts";

export interface WiringOptions {
  readonly once: boolean;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly status?: StatusBoard;
  readonly rescanMs?: number;
}

export interface Resources {
  readonly tasks: Router;
  readonly acks: Router;
  /** What workers are sent before batches. */
  readonly tables: readonly MadeTable[];
}

/** Longest time between two looks at the clock that counts as time; see `SuspendAwareClock`. */
const gapMsMax = 500;
const rescanMsDefault = 2_000;
const retryMs = 10_000;
/** Exclusive; far from the end of what the protocol can say. */
const requestsBegin = 2 ** 40;
const { heartbeatIntervalMs: beatEveryMs, heartbeatLostMs: lostAfterMs } = limits;

/** @param onSink takes what the sink says; not called before this has returned. */
export function wire(
  config: Config,
  options: WiringOptions,
  resources: Resources,
  { fail }: Failure,
  onSink: SinkSessionOptions["onAction"],
) {
  const { once: isOnce, logger, registry, rescanMs = rescanMsDefault } = options;
  const { cluster } = config;
  const { tables } = resources;
  const { batch } = cluster;
  const fingerprint = planFingerprint(config.plan);
  const session = newSession();
  const clock = new SuspendAwareClock(gapMsMax, performance.now());
  const nowMs = (): number => clock.at(performance.now());
  const flightLimits = flightLimitsOf(cluster);
  const pools = poolsOf(config.sources);
  const sources = config.sources.map(({ name }) => name);
  const metrics = createVentilatorMetrics(registry, flightLimits, sources, () =>
    stateOf(catalog, dispatcher, sink, problems, pools),
  );
  const shared = { nowMs, logger, metrics, rescanMs };
  const notifier = new Notifier();
  const onChange = (): void => notifier.notify();
  const problems = new Problems(logger, isOnce);
  const catalog = new Catalog(config, isOnce, problems, logger);
  const flight = new Flight(session.id, seededRandom(randomInt(2 ** 31)), flightLimits, pools.of);
  const link = newSinkLink(session, cluster, fingerprint);
  const sink = new SinkSession(resources.acks, link, { ...shared, onAction: onSink });
  const planning = newPlanning(catalog, flight, sink, { ...shared, config, isOnce, onChange });
  const maker = new BatchMaker(fingerprint, session, preambleKindsOf(config.plan.sources));
  const deadLetters = new DeadLetterFile(deadLetterFolder(config.dataDir), logger);
  const bisection = new Bisection({ maker, deadLetters, metrics, logger });
  const ranges = new RangeSizer(batch.maxBytes);
  const dispatcher = new Dispatcher(resources.tasks, session.id, {
    plan: planMessage(config, fingerprint, tables),
    ...shared,
    tables: new Map(tables.map(({ info, bytes }) => [info.sha256, bytes])),
    credit: { lostAfterMs, beatEveryMs, hasTables: tables.length > 0 },
    limits: flightLimits,
    outcomes: planning,
    ...{ pools, flight, bisection, maker, ranges, sink, fail, onChange },
  });
  const backPressure = new BackPressure(dispatcher, {
    ...{ maker, metrics, ranges, notifier, sink, pools },
  });
  // Who reaches the socket of this host is on this host, and so are the files.
  const isByReference = cluster.tasks.startsWith("ipc:");
  const reader = new Reader(catalog, backPressure, problems, { batch, isOnce, isByReference });
  const shown = { pools, catalog, planning, dispatcher, problems, sink };
  options.status?.provide(() => ventilatorStatus(fingerprint, shown));
  const readers = new PoolReaders({ catalog, reader, pools, onRest: onChange, fail });
  return {
    notifier,
    catalog,
    planning,
    readers,
    backPressure,
    dispatcher,
    sink,
    /** What the run has not got through, each one sentence. */
    problems: (): string[] => [...problems.list(), ...bisection.problems()],
    /** Nothing of what was cut, sent and planned so far is valid. */
    beginSession: (): void => {
      const next = newSession();
      planning.beginAnew();
      maker.begin(next);
      dispatcher.begin(next.id);
      sink.on({ type: "session", session: next });
    },
    close: () => Promise.all([dispatcher.close(), sink.close(), deadLetters.close()]),
  };
}

function flightLimitsOf({ maxInFlight, ackTimeoutMs }: Config["cluster"]): FlightLimits {
  return {
    batchesMax: maxInFlight,
    bytesMax: limits.flightBytesMax,
    ackTimeoutMs,
    failuresMax: limits.attemptsBeforeBisect,
    lossesMax: limits.lossesBeforeBisect,
  };
}

function newSinkLink(session: Session, { acks }: Config["cluster"], plan: string): SinkLink {
  return new SinkLink(session, {
    // The sink takes a newer session of the same name for the successor of an older one.
    ventilator: acks,
    plan,
    lostAfterMs,
    beatEveryMs,
    retryMs,
    firstRequest: randomInt(requestsBegin),
  });
}

function newPlanning(
  catalog: Catalog,
  flight: Flight,
  sink: SinkSession,
  options: Pick<PlanningOptions, "isOnce" | "rescanMs" | "onChange"> &
    Pick<WiringOptions, "logger"> & {
      readonly config: Config;
      readonly metrics: VentilatorMetrics;
    },
): Planning {
  const { config, metrics, logger, isOnce, rescanMs, onChange } = options;
  return new Planning(catalog, {
    ...{ isOnce, rescanMs, onChange },
    wanted: wantedBySource(config.plan),
    askLedger: () => sink.on({ type: "want_ledger" }),
    inFlight: () => Array.from(flight.all(), ({ header }) => header),
    onLost: (lost) => sayLost(lost, metrics, logger),
    onLostLines: (lost) => logger.warn(visibleText(lostLinesSentence(lost))),
  });
}

function wantedBySource({ sources, summaries }: Plan): Wanted {
  const reads = (source: string) =>
    summaries
      .filter(({ from }) => from.includes(source))
      .map((summary) => ({ name: summary.name, key: summaryKey(summary) }));
  return new Map(sources.map(({ name }) => [name, reads(name)]));
}

function sayLost(lost: readonly Lost[], metrics: VentilatorMetrics, logger: Logger): void {
  for (const { source, contents, bytes } of lost) {
    metrics.lostAcknowledgedBytes.inc({ source }, bytes);
    logger.error(
      { source, files: contents, bytes },
      "the store has less than it acknowledged to this ventilator: it was put back from an older copy, " +
        "has lost it, or a summary was dropped; what files still hold of it is sent again",
    );
  }
}

function planMessage(
  { plan, cluster }: Config,
  fingerprint: string,
  tables: readonly MadeTable[],
): DispatcherOptions["plan"] {
  const { results, batchTimeoutMs, drainTimeoutMs } = cluster;
  const version = protocolVersion;
  const timeouts = { batchTimeoutMs, drainTimeoutMs };
  const told = tables.length === 0 ? {} : { tables: tables.map(({ info }) => info) };
  return { type: "plan", version, fingerprint, plan, results, ...timeouts, ...told };
}

/** What a ventilator is made of. */
export type Wiring = ReturnType<typeof wire>;

function stateOf(
  catalog: Catalog,
  { flight, workers }: Dispatcher,
  sink: SinkSession,
  problems: Problems,
  pools: Pools,
): VentilatorState {
  const { files, filesDone } = catalog.totals();
  const progress = catalog.progress();
  return {
    inFlightBatches: flight.batches,
    inFlightBytes: flight.bytes,
    waitingBatches: flight.waiting,
    workers: workers.workers,
    grantedCredit: workers.grantedCredit,
    freeCredit: workers.freeCredit,
    isSinkThere: sink.isThere,
    files,
    filesDone,
    backlogBytes: new Map(progress.map(({ source, backlogBytes }) => [source, backlogBytes])),
    unfinishedBytes: new Map(progress.map((each) => [each.source, each.unfinishedBytes])),
    poolWorkers: new Map(pools.names.map((pool) => [pool, workers.workersOf(pool)])),
    poolWaitingBatches: new Map(pools.names.map((pool) => [pool, flight.waitingIn(pool)])),
    problems: problems.count,
  };
}

/** Drawn anew whenever everything begins anew. */
function newSession(): Session {
  return { id: randomBytes(8).readBigUInt64LE(), tagKey: randomBytes(tagKeyBytes) };
}
