// Puts a ventilator together: which part is given what.

import { randomBytes, randomInt } from "node:crypto";
import { limits } from "../shared/base/limits.ts";
import { seededRandom } from "../shared/base/prng.ts";
import type { Config } from "../shared/model/config.ts";
import { planFingerprint } from "../shared/model/definition-key.ts";
import type { Router } from "../shared/net/router.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import { tagKeyBytes } from "../shared/protocol/message-parts.ts";
import { Bisection } from "./delivery/bisection.ts";
import { BatchMaker } from "./batch/batch-maker.ts";
import { AwakeClock } from "./delivery/core/suspend-aware-clock.ts";
import { RangeSizer } from "./delivery/core/range-size.ts";
import type { Session } from "./batch/session.ts";
import { SinkLink } from "./sink-link/core/sink-link.ts";
import { deadLetterFolder, LetterFile } from "./dead-letter/letter-file.ts";
import { Dispatcher, type DispatcherOptions } from "./delivery/dispatcher.ts";
import { Intake } from "./delivery/back-pressure.ts";
import { createVentilatorMetrics, type VentilatorState } from "./metrics.ts";
import { Planning } from "./planning/work-planner.ts";
import { Pulse } from "./notifier.ts";
import { SinkSession, type SinkSessionOptions } from "./sink-link/sink-session.ts";
import { Catalog } from "./source/file/catalog.ts";
import { Problems } from "./source/problems.ts";
import { Reader } from "./source/file/reader.ts";
import { ventilatorStatus } from "./status.ts";
import { Tally } from "./delivery/delivery-stats.ts";

export interface PartsOptions {
  readonly once: boolean;
  readonly logger: Logger;
  readonly registry: Registry;
  readonly status?: StatusBoard;
  readonly rescanMs?: number;
}

export interface Routers {
  readonly tasks: Router;
  readonly acks: Router;
}

export interface PartsHandlers {
  readonly onFlight: DispatcherOptions["onAction"];
  readonly onSink: SinkSessionOptions["onAction"];
}

export interface Parts {
  /** Beats whenever there may be work, room, or nothing left. */
  readonly pulse: Pulse;
  readonly tally: Tally;
  readonly problems: Problems;
  readonly catalog: Catalog;
  readonly planning: Planning;
  readonly dispatcher: Dispatcher;
  readonly maker: BatchMaker;
  readonly letters: LetterFile;
  readonly bisection: Bisection;
  readonly intake: Intake;
  readonly reader: Reader;
  readonly sink: SinkSession;
}

/** Longest time between two looks at the clock that counts as time; see `AwakeClock`. */
const gapMsMax = 500;
const rescanMsDefault = 2_000;
const retryMs = 10_000;
/** Exclusive; far from the end of what the protocol can say. */
const requestsBegin = 2 ** 40;
const { heartbeatIntervalMs: beatEveryMs, heartbeatLostMs: lostAfterMs } = limits;

export function assemble(
  config: Config,
  options: PartsOptions,
  routers: Routers,
  handlers: PartsHandlers,
): Parts {
  const { once: isOnce, logger, registry, rescanMs = rescanMsDefault } = options;
  const { cluster, plan } = config;
  const fingerprint = planFingerprint(plan);
  const session = newSession();
  const clock = new AwakeClock(gapMsMax, performance.now());
  const bounds = { batchesMax: cluster.maxInFlight, bytesMax: limits.flightBytesMax };
  const sources = config.sources.map(({ name }) => name);
  const metrics = createVentilatorMetrics(registry, bounds, sources, () => stateOf(parts));
  const shared = { nowMs: () => clock.at(performance.now()), logger, metrics };
  const pulse = new Pulse();
  const onChange = (): void => pulse.beat();
  const problems = new Problems(logger, isOnce);
  const catalog = new Catalog(config, isOnce, problems, logger);
  const dispatcher = new Dispatcher(routers.tasks, session.id, {
    ...shared,
    plan,
    planFingerprint: fingerprint,
    results: cluster.results,
    batchTimeoutMs: cluster.batchTimeoutMs,
    drainTimeoutMs: cluster.drainTimeoutMs,
    flight: {
      ...bounds,
      ackTimeoutMs: cluster.ackTimeoutMs,
      failuresMax: limits.attemptsBeforeBisect,
      lossesMax: limits.lossesBeforeBisect,
    },
    credit: { lostAfterMs, beatEveryMs },
    random: seededRandom(randomInt(2 ** 31)),
    onAction: handlers.onFlight,
    onChange,
  });
  const link = new SinkLink(session, {
    // The sink takes a newer session of the same name for the successor of an older one.
    ventilator: cluster.acks,
    plan: fingerprint,
    lostAfterMs,
    beatEveryMs,
    retryMs,
    firstRequest: randomInt(requestsBegin),
  });
  const sink = new SinkSession(routers.acks, link, { ...shared, onAction: handlers.onSink });
  const planning = new Planning(catalog, {
    isOnce,
    rescanMs,
    askLedger: () => sink.on({ type: "want_ledger" }),
    inFlight: () => Array.from(dispatcher.flight.all(), ({ header }) => header),
    onChange,
  });
  const maker = new BatchMaker(fingerprint, session);
  const letters = new LetterFile(deadLetterFolder(config.dataDir), logger);
  const bisection = new Bisection({ maker, letters, metrics, logger, dispatcher });
  const { batch } = cluster;
  const ranges = new RangeSizer(batch.maxBytes);
  const intake = new Intake(dispatcher, { maker, metrics, ranges, pulse, sink });
  // Who reaches the socket of this host is on this host, and so are the files.
  const isByReference = cluster.tasks.startsWith("ipc:");
  const reader = new Reader(catalog, intake, problems, { batch, isOnce, isByReference });
  const tally = new Tally(metrics);
  const read = { catalog, planning, intake, reader, problems };
  const parts: Parts = { ...read, pulse, tally, dispatcher, maker, letters, bisection, sink };
  options.status?.provide(() => ventilatorStatus(fingerprint, parts));
  return parts;
}

function stateOf({ catalog, dispatcher, sink, problems }: Parts): VentilatorState {
  const { files, filesDone } = catalog.totals();
  const progress = catalog.progress();
  return {
    inFlightBatches: dispatcher.flight.batches,
    inFlightBytes: dispatcher.flight.bytes,
    waitingBatches: dispatcher.flight.waiting,
    workers: dispatcher.workers,
    grantedCredit: dispatcher.grantedCredit,
    freeCredit: dispatcher.freeCredit,
    isSinkThere: sink.isThere,
    files,
    filesDone,
    backlogBytes: new Map(progress.map(({ source, backlogBytes }) => [source, backlogBytes])),
    unfinishedBytes: new Map(progress.map((each) => [each.source, each.unfinishedBytes])),
    problems: problems.count,
  };
}

/** Drawn anew whenever everything begins anew. */
export function newSession(): Session {
  return { id: randomBytes(8).readBigUInt64LE(), tagKey: randomBytes(tagKeyBytes) };
}
