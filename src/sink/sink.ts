// The sink's shell. It owns the store, takes partials in, and tells each ventilator what became of
// its batches.
//
//   PULL :5556 ─► intake ─► store (group commit) ─► answers ─► one `ack` per session
//   DEALER to each ventilator's :5557: hello, beats, ledger, hints, finish
//
// - An `ack` leaves only for what the store has said is durable.
// - `finish` is answered when everything submitted is durable, the outputs are published and the
//   store is flushed. It may be asked again after a reconnect and is then answered again.
// - Between finishes the same is done on a timer, so that the files of an endless stream keep up
//   and a restart has little to replay.
// - When the store fails the sink ends at once without a word: the next one is exact again.

import { randomBytes } from "node:crypto";
import type { LogmillError } from "../shared/base/errors.ts";
import type { Config } from "../shared/config/config.ts";
import { planFingerprint } from "../shared/model/definition-key.ts";
import { bindPull } from "../shared/net/pull.ts";
import type { Pull } from "../shared/net/pull.ts";
import { thisHostOnly, type ClientSecurity, type Security } from "../shared/net/security.ts";
import { protocolVersion } from "../shared/protocol/messages.ts";
import type { AckMessage, LedgerMessage } from "../shared/protocol/messages.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import type { Sheets } from "../shared/model/sheet.ts";
import {
  logStoreState,
  openWhenThereIsSpace,
  SpacePatience,
  waitingForSpace,
} from "./await-store.ts";
import type { SpaceWait } from "./await-store.ts";
import { Answers } from "./delivery/answers.ts";
import { Sessions } from "./delivery/core/sessions.ts";
import { RequestHandler } from "./delivery/ventilator-requests.ts";
import { inTime } from "./with-timeout.ts";
import { takeDeadLetter, takeIn } from "./delivery/partial-intake.ts";
import type { IntakeParts } from "./delivery/partial-intake.ts";
import { GroupMetrics } from "./group-metrics.ts";
import { createSinkMetrics, exportOutputLag, exportOutputs } from "./metrics.ts";
import type { SinkMetrics } from "./metrics.ts";
import { Outputs } from "./output/outputs.ts";
import type { FileSystem } from "./disk/file-system.ts";
import { nodeFileSystem } from "./disk/node-file-system.ts";
import { exportRowMetrics, RowLimitAlerts } from "./row-limit-alerts.ts";
import { storeFolder } from "./store/folder.ts";
import { openStore } from "./store/open.ts";
import type { Store, StoreOptions } from "./store/store.ts";
import { exportSheets } from "./sheet-metrics.ts";
import { sinkStatus } from "./status.ts";
import { exportDiskFull, exportStoreMetrics } from "./store-metrics.ts";
import { PublishAndFlush } from "./publish-and-flush.ts";
import { VentilatorLink } from "./delivery/ventilator-link.ts";

export interface SinkOptions {
  readonly logger: Logger;
  readonly registry: Registry;
  /** Gets what the sink says at /status. */
  readonly status?: StatusBoard;
  /** Keys for tcp; without them it stays on this host. */
  readonly security?: Security;
  /** This machine's disk when absent. */
  readonly files?: FileSystem;
  /** How long a full disk of the store or of an output is waited for; for ever when absent. */
  readonly spaceWaitMs?: number;
  /** Gives a start up that waits for disk space. */
  readonly signal?: AbortSignal;
  /** Told what holds the start up, in a few words; null when it is over. */
  readonly onHeldUp?: (reason: string | null) => void;
}

export interface Sink {
  readonly storeId: string;
  /** Where it takes partials, with the real port. */
  readonly results: string;
  /** The store's durable balance sheets. */
  sheets(): Promise<Sheets>;
  /** The store takes partials, and a ventilator has answered. */
  readonly isReady: boolean;
  /** Why it is not ready, in a few words; null when it is. */
  readonly notReadyReason: string | null;
  /** Settles when the sink was stopped; rejects with what ended it otherwise. */
  readonly ended: Promise<void>;
  /** Commits, publishes, flushes and closes, within `cluster.drain_timeout`. Rejects when a part of that fails. */
  stop(): Promise<void>;
}

/**
 * Opens the store, binds the results and connects to the ventilator.
 * @throws StartAbandoned; LogmillError of the store, `address_unusable`, `insecure_address`, `config_invalid`.
 */
export async function startSink(config: Config, options: SinkOptions): Promise<Sink> {
  const files = options.files ?? nodeFileSystem;
  const { logger, registry, security = thisHostOnly, spaceWaitMs = Infinity } = options;
  const folder = storeFolder(config);
  const metrics = createSinkMetrics(registry);
  const groups = new GroupMetrics(metrics);
  // The store reports to a sink that is made after it; nothing is submitted before.
  let sink: RunningSink | null = null;
  const storeOptions: StoreOptions = {
    onDurable: (batches) => sink?.answers.durable(batches),
    onRefused: (batch, refusal) => sink?.answers.refused(batch, refusal),
    watch: groups,
    onState: (state) => {
      logStoreState(state, logger);
      space.on(state);
    },
    onNotes: (notes) => notes.forEach((note) => logger.warn(note)),
  };
  const space = new SpacePatience(folder, spaceWaitMs, (error) => sink?.giveUp(error));
  const wait: SpaceWait = { ...options, files, folder, space, isOn: false };
  exportDiskFull(registry, () => sink?.isWaitingForSpace ?? wait.isOn);
  const store = await openWhenThereIsSpace(() => openStore(files, config, storeOptions), wait);
  let results: Pull | null = null;
  try {
    groups.know(await store.summaries());
    const outputs = new Outputs(files, store, config);
    outputs.prepare();
    results = await bindPull(config.cluster.results, security.server("results"));
    const running = new RunningSink(config, options, { store, outputs, results, metrics });
    sink = running;
    const plan = planFingerprint(config.plan);
    options.status?.provide(() => sinkStatus(plan, store, running.isGreeted));
    exportSheets(registry, () => store.sheets());
    exportStoreMetrics(registry, { store, isGreeted: () => running.isGreeted });
    return running;
  } catch (error) {
    await results?.close();
    await store.close();
    throw error;
  }
}

interface SinkParts {
  readonly store: Store;
  readonly outputs: Outputs;
  readonly results: Pull;
  readonly metrics: SinkMetrics;
}

class RunningSink implements Sink {
  readonly ended: Promise<void>;
  readonly answers: Answers;
  readonly #store: Store;
  readonly #results: Pull;
  readonly #metrics: SinkMetrics;
  readonly #outputs: Outputs;
  readonly #links: readonly VentilatorLink[];
  readonly #publishing: PublishAndFlush;
  readonly #inTime: (work: Promise<void>) => Promise<void>;
  #isStopping = false;
  #fail: (error: unknown) => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(
    config: Config,
    options: SinkOptions,
    { store, outputs, results, metrics }: SinkParts,
  ) {
    const { logger, registry, security = thisHostOnly, spaceWaitMs = Infinity } = options;
    const plan = planFingerprint(config.plan);
    const incarnation = randomBytes(8).readBigUInt64LE();
    const sessions = new Sessions(plan);
    this.#store = store;
    this.#results = results;
    this.#metrics = metrics;
    this.#outputs = outputs;
    this.#inTime = (work) => inTime(work, config.cluster.drainTimeoutMs, logger);
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    const rowLimitAlerts = new RowLimitAlerts(store, logger);
    exportRowMetrics(registry, store);
    const publishParts = { store, outputs, rowLimitAlerts, metrics, logger, spaceWaitMs };
    this.#publishing = new PublishAndFlush(publishParts, config.store.flushIntervalMs, this.#fail);
    const { storeId } = store;
    this.answers = new Answers({
      ...{ storeId, sessions, metrics, logger },
      offer: (link, message) => this.#links[link]?.offer(message),
      onMerged: () => {
        this.#publishing.touch();
        outputs.touch();
      },
    });
    const intake: IntakeParts = { store, sessions, answers: this.answers, metrics, logger };
    exportOutputLag(registry, () => this.#publishing.lagSeconds);
    outputs.watch = exportOutputs(registry, outputs.names, (name) => outputs.lagSeconds(name));
    const requests = new RequestHandler({
      ...{ store, sessions, publishing: this.#publishing, logger, incarnation },
      deadLetter: (link, header) => takeDeadLetter(header, link, intake),
      send: (link, message) => this.#links[link]?.send(message) ?? Promise.resolve(false),
    });
    const about = { store: storeId, incarnation, plan };
    const hello: AckMessage = { type: "sink_hello", version: protocolVersion, ...about };
    this.#links = [config.cluster.acks].map((endpoint, link) =>
      this.#connect(endpoint, hello, link, {
        requests,
        logger,
        security: security.client("ventilator"),
      }),
    );
    // What ended the sink is told by `ended`; the sockets are given back all the same.
    this.ended.catch(() => this.stop().catch(() => undefined));
    void store.failure.then(this.#fail);
    // Not before a ventilator is known: whatever came first would be a stranger's, and dropped.
    requests.greeted.then(() => takeIn(results, intake)).catch(this.#fail);
  }

  get storeId(): string {
    return this.#store.storeId;
  }

  get results(): string {
    return this.#results.endpoint;
  }

  sheets(): Promise<Sheets> {
    return this.#store.sheets();
  }

  get isReady(): boolean {
    return this.notReadyReason === null;
  }

  get notReadyReason(): string | null {
    const { kind } = this.#store.state;
    if (kind === "failed" || kind === "closed") return `the store is ${kind}`;
    if (this.isWaitingForSpace) return waitingForSpace;
    return this.isGreeted ? null : "waiting for a ventilator";
  }

  get isWaitingForSpace(): boolean {
    return this.#store.state.kind === "full" || this.#publishing.isWaitingForSpace;
  }

  /** A ventilator has answered. */
  get isGreeted(): boolean {
    return this.#links.some((link) => link.isGreeted);
  }

  /** Ends the sink, as its own failures do. */
  giveUp(error: LogmillError): void {
    this.#fail(error);
  }

  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      await this.#inTime(this.#close()).then(this.#end, this.#fail);
    }
    await this.ended;
  }

  /** A question that the end has cut short is asked again of the next sink. */
  readonly #onUnanswered = (error: unknown): void => {
    if (!this.#isStopping) this.#fail(error);
  };

  async #close(): Promise<void> {
    await this.#results.close();
    try {
      await this.#publishing.close();
    } finally {
      this.#outputs.close();
      await this.#store.close();
      await Promise.all(this.#links.map((link) => link.close()));
    }
  }

  #connect(
    endpoint: string,
    hello: AckMessage,
    link: number,
    parts: {
      readonly requests: RequestHandler;
      readonly logger: Logger;
      readonly security: ClientSecurity;
    },
  ): VentilatorLink {
    const { requests, logger, security } = parts;
    const handlers = {
      logger,
      onMessage: (message: LedgerMessage) =>
        void requests.answer(link, message).catch(this.#onUnanswered),
      onDropped: (error: LogmillError) => {
        this.#metrics.dropped.inc({ reason: error.code });
        logger.warn({ err: error, endpoint }, "dropped a message from a ventilator");
      },
      onOverflow: () => this.#metrics.unsent.inc(),
      isBusy: () => this.answers.areDue,
    };
    const connected = new VentilatorLink(endpoint, hello, handlers, security);
    connected.ended.catch(this.#fail);
    return connected;
  }
}
