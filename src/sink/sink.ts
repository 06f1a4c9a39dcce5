// The sink's shell. It owns the store, takes partials in, and tells each ventilator what became of
// its batches.
//
//   PULL :5556 ─► intake ─► store (group commit) ─► onDurable ─► one `ack` per session
//   DEALER to each ventilator's :5557: hello, beats, ledger, hints, finish
//
// - An `ack` leaves only from `onDurable`, or for what was durable before.
// - `finish` is answered when everything submitted is durable, the outputs are published and the
//   store is flushed. It may be asked again after a reconnect and is then answered again.
// - Between finishes, the outputs are published and the store is flushed on a timer, so that files
//   of an endless stream keep up and a restart has little to replay.
// - When the store fails the sink ends at once without a word: the next one is exact again.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LogmillError } from "../shared/base/errors.ts";
import type { Config } from "../shared/config/config.ts";
import { planFingerprint } from "../shared/config/fingerprint.ts";
import { bindPull } from "../shared/net/pull.ts";
import type { Pull } from "../shared/net/pull.ts";
import { protocolVersion } from "../shared/protocol/messages.ts";
import type { AckMessage, LedgerMessage } from "../shared/protocol/messages.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { Balance } from "../shared/table/partial.ts";
import { acknowledge } from "./core/ack.ts";
import { ledgerParts } from "./core/ledger-parts.ts";
import { Sessions } from "./core/sessions.ts";
import { takeIn } from "./intake.ts";
import { createSinkMetrics, exportStoreMetrics } from "./metrics.ts";
import type { SinkMetrics } from "./metrics.ts";
import { Outputs } from "./outputs.ts";
import type { FileSystem } from "./store/file-system.ts";
import { nodeFileSystem } from "./store/node-file-system.ts";
import { Store } from "./store/store.ts";
import type { DurableBatch } from "./store/store.ts";
import { VentilatorLink } from "./ventilator-link.ts";

export interface SinkOptions {
  readonly logger: Logger;
  readonly registry: Registry;
  /** This machine's disk when absent. */
  readonly files?: FileSystem;
}

export interface Sink {
  readonly storeId: string;
  /** The store's durable sheet, by source name. */
  readonly balance: Readonly<Record<string, Balance>>;
  /** Where it takes partials, with the real port. */
  readonly results: string;
  /** The store takes partials, and a ventilator has answered. */
  readonly isReady: boolean;
  /** Settles when the sink was stopped; rejects with what ended it otherwise. */
  readonly ended: Promise<void>;
  /** Commits what is here, publishes, flushes and closes. Rejects when a part of that fails. */
  stop(): Promise<void>;
}

/**
 * Opens the store, binds the results and connects to the ventilator.
 * @throws LogmillError of the store, `address_unusable`, `config_invalid`.
 */
export async function startSink(config: Config, options: SinkOptions): Promise<Sink> {
  const files = options.files ?? nodeFileSystem;
  // The store reports to a sink that is made after it; nothing is submitted before.
  let sink: RunningSink | null = null;
  const store = await Store.open(files, join(config.dataDir, "store"), config.plan.summaries, {
    liveBytesMax: config.store.liveBytesMax,
    onDurable: (batches) => sink?.onDurable(batches),
    onState: (state) => options.logger.info({ state: state.kind }, `the store is ${state.kind}`),
  });
  try {
    const outputs = new Outputs(files, store, config);
    const results = await bindPull(config.cluster.results);
    sink = new RunningSink(config, options, { store, outputs, results });
    return sink;
  } catch (error) {
    await store.close();
    throw error;
  }
}

interface SinkParts {
  readonly store: Store;
  readonly outputs: Outputs;
  readonly results: Pull;
}

type Finish = Extract<LedgerMessage, { readonly type: "finish" }>;

class RunningSink implements Sink {
  readonly ended: Promise<void>;
  readonly #parts: SinkParts;
  readonly #logger: Logger;
  readonly #metrics: SinkMetrics;
  readonly #sessions: Sessions;
  readonly #links: readonly VentilatorLink[];
  readonly #incarnation = randomBytes(8).readBigUInt64LE();
  readonly #upkeep: NodeJS.Timeout;
  /** Finishes being worked on, as `link/request`. */
  readonly #finishing = new Set<string>();
  /** Something was merged since the outputs were published last. */
  #isDirty = false;
  #isStopping = false;
  #fail: (error: unknown) => void = () => undefined;
  #stopped: () => void = () => undefined;

  constructor(config: Config, options: SinkOptions, parts: SinkParts) {
    const { store, results } = parts;
    const plan = planFingerprint(config.plan);
    this.#parts = parts;
    this.#logger = options.logger;
    this.#sessions = new Sessions(plan);
    this.#metrics = createSinkMetrics(options.registry);
    exportStoreMetrics(options.registry, store, () => this.#isGreeted);
    this.ended = new Promise((resolve, reject) => {
      this.#stopped = resolve;
      this.#fail = reject;
    });
    const hello: AckMessage = {
      type: "sink_hello",
      version: protocolVersion,
      store: store.storeId,
      incarnation: this.#incarnation,
      plan,
    };
    this.#links = [config.cluster.acks].map((endpoint, link) =>
      this.#connect(endpoint, hello, link),
    );
    void store.failure.then(this.#fail);
    takeIn(results, {
      store,
      sessions: this.#sessions,
      metrics: this.#metrics,
      logger: this.#logger,
      say: (link, message) => this.#links[link]?.say(message),
    }).catch(this.#fail);
    this.#upkeep = setInterval(() => void this.#keepUp(), config.store.flushIntervalMs);
  }

  get storeId(): string {
    return this.#parts.store.storeId;
  }

  get balance(): Readonly<Record<string, Balance>> {
    return this.#parts.store.balance();
  }

  get results(): string {
    return this.#parts.results.endpoint;
  }

  get isReady(): boolean {
    return this.#parts.store.state.kind === "open" && this.#isGreeted;
  }

  get #isGreeted(): boolean {
    return this.#links.some((link) => link.isGreeted);
  }

  /** The store's callback: the only place from which new acknowledgements leave. */
  onDurable(batches: readonly DurableBatch[]): void {
    const metrics = this.#metrics;
    for (const { duplicate, lines } of batches) {
      metrics.partials.inc({ result: duplicate ? "duplicate" : "merged" });
      if (duplicate) continue;
      metrics.lines.inc(lines);
      this.#isDirty = true;
    }
    for (const ack of acknowledge(this.storeId, batches)) {
      const session = this.#sessions.find(ack.session);
      if (session === undefined) {
        metrics.unsaid.inc();
        continue;
      }
      metrics.acks.inc();
      this.#links[session.link]?.say(ack);
    }
  }

  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      clearInterval(this.#upkeep);
      await this.#close().then(this.#stopped, this.#fail);
    }
    await this.ended;
  }

  async #close(): Promise<void> {
    const { store, outputs, results } = this.#parts;
    await results.close();
    try {
      await store.settle();
      if (this.#isDirty) await outputs.publish();
    } finally {
      await store.close();
      await Promise.all(this.#links.map((link) => link.close()));
    }
  }

  #connect(endpoint: string, hello: AckMessage, link: number): VentilatorLink {
    const connected = new VentilatorLink(endpoint, hello, {
      onMessage: (message) => this.#onMessage(link, message),
      onDropped: (error) => {
        this.#metrics.dropped.inc({ reason: error.code });
        this.#logger.warn({ err: error, endpoint }, "dropped a message from a ventilator");
      },
      onOverflow: () => this.#metrics.unsaid.inc(),
    });
    connected.ended.catch(this.#fail);
    return connected;
  }

  #onMessage(link: number, message: LedgerMessage): void {
    switch (message.type) {
      case "ventilator_hello":
        this.#greeted(link, message);
        break;
      case "ledger_request":
        void this.#sendLedger(link, message.request).catch(this.#fail);
        break;
      case "hint":
        this.#parts.store.hint(message.identity, message.hint);
        break;
      case "finish":
        void this.#finish(link, message).catch(this.#fail);
        break;
      case "ventilator_beat":
        break;
    }
  }

  #greeted(link: number, hello: Extract<LedgerMessage, { type: "ventilator_hello" }>): void {
    const { session, isNew } = this.#sessions.greet(link, hello);
    if (!isNew) return;
    const fields = { ventilator: session.ventilator, session: session.session.toString(16) };
    if (session.hasOurPlan) this.#logger.info(fields, "greeted a ventilator");
    else {
      this.#logger.error(
        { ...fields, plan: hello.plan },
        "a ventilator works by another plan, and what it sends is refused; start both roles with one configuration",
      );
    }
  }

  async #sendLedger(link: number, request: number): Promise<void> {
    const { store } = this.#parts;
    const balance = store.balance();
    const parts = ledgerParts(store.ledger());
    for (const [index, sources] of parts.entries()) {
      const more = index < parts.length - 1;
      const part = { request, store: store.storeId, incarnation: this.#incarnation, more };
      await this.#links[link]?.tell({ type: "ledger", ...part, sources, balance });
    }
  }

  async #finish(link: number, { request }: Finish): Promise<void> {
    const key = `${link}/${request}`;
    if (this.#finishing.has(key)) return;
    this.#finishing.add(key);
    try {
      const { store } = this.#parts;
      await store.settle();
      const outputs = await this.#publish();
      await store.flush();
      await this.#links[link]?.tell({
        type: "finished",
        request,
        balance: store.balance(),
        outputs,
      });
    } finally {
      this.#finishing.delete(key);
    }
  }

  async #publish(): Promise<string[]> {
    this.#isDirty = false;
    try {
      const paths = await this.#parts.outputs.publish();
      this.#metrics.publishes.inc({ result: "ok" });
      return paths;
    } catch (error) {
      this.#isDirty = true;
      this.#metrics.publishes.inc({ result: "failed" });
      throw error;
    }
  }

  /** On a timer: what fails here is reported and tried again at the next turn. */
  async #keepUp(): Promise<void> {
    if (!this.#isDirty) return;
    try {
      await this.#publish();
      await this.#parts.store.flush();
    } catch (error) {
      // A failed store ends the sink by itself.
      if (error instanceof LogmillError) this.#logger.error({ err: error }, "outputs fell behind");
      else this.#fail(error);
    }
  }
}
