// The sink's shell. It owns the store, takes partials in, and tells each ventilator what became of
// its batches.
//
//   PULL :5556 ─► intake ─► store (group commit) ─► onDurable ─► one `ack` per session
//   DEALER to each ventilator's :5557: hello, beats, ledger, hints, finish
//
// - An `ack` leaves only from `onDurable`, or for what was durable before.
// - `finish` is answered when everything submitted is durable, the outputs are published and the
//   store is flushed. It may be asked again after a reconnect and is then answered again.
// - Between finishes the same is done on a timer, so that the files of an endless stream keep up
//   and a restart has little to replay.
// - When the store fails the sink ends at once without a word: the next one is exact again.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { LogmillError } from "../shared/base/errors.ts";
import type { Config } from "../shared/config/config.ts";
import { deadLetterKey, planFingerprint } from "../shared/model/definition-key.ts";
import { bindPull } from "../shared/net/pull.ts";
import type { Pull } from "../shared/net/pull.ts";
import { thisHostOnly, type ClientSecurity, type Security } from "../shared/net/security.ts";
import { protocolVersion } from "../shared/protocol/messages.ts";
import type { AckMessage, LedgerMessage } from "../shared/protocol/messages.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import type { Sheets } from "../shared/model/sheet.ts";
import { acknowledge } from "./delivery/core/ack.ts";
import { logStoreState, openWhenThereIsSpace, waitingForSpace } from "./await-store.ts";
import type { SpaceWait } from "./await-store.ts";
import { Sessions } from "./delivery/core/sessions.ts";
import { Desk } from "./delivery/ventilator-requests.ts";
import { inTime } from "./with-timeout.ts";
import { takeDeadLetter, takeIn } from "./delivery/partial-intake.ts";
import type { IntakeParts } from "./delivery/partial-intake.ts";
import { GroupMetrics } from "./group-metrics.ts";
import { createSinkMetrics, exportOutputLag } from "./metrics.ts";
import type { SinkMetrics } from "./metrics.ts";
import { Outputs } from "./output/outputs.ts";
import type { FileSystem } from "./disk/file-system.ts";
import { nodeFileSystem } from "./disk/node-file-system.ts";
import { exportRowMetrics, RowWatch } from "./row-limit-alerts.ts";
import { Store } from "./store/embedded/embedded-store.ts";
import type { DurableBatch, StoreOptions } from "./store/embedded/embedded-store.ts";
import { exportSheets } from "./sheet-metrics.ts";
import { sinkStatus } from "./status.ts";
import { exportDiskFull, exportStoreMetrics } from "./store-metrics.ts";
import { Upkeep } from "./publish-and-flush.ts";
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
  /** How long an output is waited for whose disk is full; for ever when absent. */
  readonly outputSpaceWaitMs?: number;
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
  readonly sheets: Sheets;
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
  const { logger, registry, security = thisHostOnly } = options;
  const folder = join(config.dataDir, "store");
  const metrics = createSinkMetrics(registry);
  const groups = new GroupMetrics(metrics);
  // The store reports to a sink that is made after it; nothing is submitted before.
  let sink: RunningSink | null = null;
  const storeOptions: StoreOptions = {
    liveBytesMax: config.store.liveBytesMax,
    onDurable: (batches) => sink?.onDurable(batches),
    watch: groups,
    onState: (state) => logStoreState(state, logger),
    onNotes: (notes) => notes.forEach((note) => logger.warn(note)),
  };
  const wait: SpaceWait = { ...options, files, folder, isOn: false };
  exportDiskFull(registry, () => sink?.isWaitingForSpace ?? wait.isOn);
  const open = (): Promise<Store> => Store.open(files, folder, config.plan, storeOptions);
  const store = await openWhenThereIsSpace(open, wait);
  groups.know(store.summaries());
  let results: Pull | null = null;
  try {
    const outputs = new Outputs(files, store, config);
    results = await bindPull(config.cluster.results, security.server("results"));
    const running = new RunningSink(config, options, { store, outputs, results, metrics });
    sink = running;
    const plan = planFingerprint(config.plan);
    options.status?.provide(() => sinkStatus(plan, store, running.isGreeted));
    exportSheets(registry, () => store.sheets());
    exportStoreMetrics(registry, {
      store,
      liveBytesMax: config.store.liveBytesMax,
      isGreeted: () => running.isGreeted,
      diskSpace: () => files.space(folder),
    });
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
  readonly #store: Store;
  readonly #results: Pull;
  readonly #metrics: SinkMetrics;
  readonly #sessions: Sessions;
  readonly #links: readonly VentilatorLink[];
  readonly #upkeep: Upkeep;
  readonly #inTime: (work: Promise<void>) => Promise<void>;
  #isStopping = false;
  #fail: (error: unknown) => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(
    config: Config,
    options: SinkOptions,
    { store, outputs, results, metrics }: SinkParts,
  ) {
    const { logger, registry, security = thisHostOnly, outputSpaceWaitMs = Infinity } = options;
    const plan = planFingerprint(config.plan);
    const incarnation = randomBytes(8).readBigUInt64LE();
    const sessions = new Sessions(plan);
    this.#store = store;
    this.#results = results;
    this.#metrics = metrics;
    this.#inTime = (work) => inTime(work, config.cluster.drainTimeoutMs, logger);
    this.#sessions = sessions;
    this.ended = new Promise((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
    });
    const rowWatch = new RowWatch(store, logger);
    exportRowMetrics(registry, store);
    const upkeepParts = { store, outputs, rowWatch, metrics, logger, outputSpaceWaitMs };
    this.#upkeep = new Upkeep(upkeepParts, config.store.flushIntervalMs, this.#fail);
    const say = (link: number, message: AckMessage): void => this.#links[link]?.offer(message);
    const intake: IntakeParts = { store, sessions, metrics, logger, say };
    exportOutputLag(registry, () => this.#upkeep.lagSeconds);
    const desk = new Desk({
      store,
      sessions,
      upkeep: this.#upkeep,
      logger,
      incarnation,
      bury: (link, header) => {
        if (!this.#isStopping) takeDeadLetter(header, link, intake);
      },
      tell: (link, message) => this.#links[link]?.send(message) ?? Promise.resolve(false),
    });
    const about = { store: store.storeId, incarnation, plan };
    const hello: AckMessage = { type: "sink_hello", version: protocolVersion, ...about };
    this.#links = [config.cluster.acks].map((endpoint, link) =>
      this.#connect(endpoint, hello, link, {
        desk,
        logger,
        security: security.client("ventilator"),
      }),
    );
    // What ended the sink is told by `ended`; the sockets are given back all the same.
    this.ended.catch(() => this.stop().catch(() => undefined));
    void store.failure.then(this.#fail);
    // Not before a ventilator is known: whatever came first would be a stranger's, and dropped.
    desk.greeted.then(() => takeIn(results, intake)).catch(this.#fail);
  }

  get storeId(): string {
    return this.#store.storeId;
  }

  get results(): string {
    return this.#results.endpoint;
  }

  get sheets(): Sheets {
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
    return this.#store.state.kind === "full" || this.#upkeep.isWaitingForSpace;
  }

  /** A ventilator has answered. */
  get isGreeted(): boolean {
    return this.#links.some((link) => link.isGreeted);
  }

  /** The store's callback: the only place from which new acknowledgements leave. */
  onDurable(batches: readonly DurableBatch[]): void {
    const metrics = this.#metrics;
    for (const { header, duplicate, lines } of batches) {
      metrics.partials.inc({ result: duplicate ? "duplicate" : "merged" });
      if (duplicate) continue;
      if (header.summaries.includes(deadLetterKey)) metrics.deadLetters.inc();
      metrics.lines.inc(lines);
      this.#upkeep.touch();
    }
    for (const ack of acknowledge(this.storeId, batches)) {
      const session = this.#sessions.find(ack.session);
      if (session === undefined) {
        metrics.unsaid.inc();
        continue;
      }
      metrics.acks.inc();
      this.#links[session.link]?.offer(ack);
    }
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
      await this.#upkeep.close();
    } finally {
      await this.#store.close();
      await Promise.all(this.#links.map((link) => link.close()));
    }
  }

  #connect(
    endpoint: string,
    hello: AckMessage,
    link: number,
    parts: { readonly desk: Desk; readonly logger: Logger; readonly security: ClientSecurity },
  ): VentilatorLink {
    const { desk, logger, security } = parts;
    const handlers = {
      logger,
      onMessage: (message: LedgerMessage) =>
        void desk.answer(link, message).catch(this.#onUnanswered),
      onDropped: (error: LogmillError) => {
        this.#metrics.dropped.inc({ reason: error.code });
        logger.warn({ err: error, endpoint }, "dropped a message from a ventilator");
      },
      onOverflow: () => this.#metrics.unsaid.inc(),
    };
    const connected = new VentilatorLink(endpoint, hello, handlers, security);
    connected.ended.catch(this.#fail);
    return connected;
  }
}
