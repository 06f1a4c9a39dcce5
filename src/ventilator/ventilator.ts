// The ventilator: reads the sources, cuts them into batches, hands these to workers on credit, and
// keeps each until the sink has acknowledged it. Its states, as it goes through them:
//
//   greeting     Sockets are bound and files are listed. A sink says hello, and is told the session.
//   ledger       The sink is asked what it has merged. Nothing is sent before that is known, because
//                the ledger is the only memory that outlives this process.
//   identifying  Each file is matched to a source of the ledger by what it holds, and what of it is
//                missing becomes its work.
//   sending      Of each pool one file after the other is read and cut; reading waits while the flight is full.
//   waiting      Everything has been sent. What is not acknowledged yet is sent again where needed.
//                Without `once` it stays here, looks for new and grown files every two seconds, and
//                goes back to identifying or sending.
//   finishing    Once all is acknowledged, the sink is asked to publish. Whatever turns up meanwhile
//                is done first.
//   done         The sink has answered. Workers are told that nothing more will come.
//
// A sink that comes back with the same store is asked for its ledger again: what it lacks of the
// flight goes out anew at once. A sink with another store, after the first is gone, begins a new
// session: the flight is dropped and every file identified again. A worker that is lost changes
// nothing but the flight. A second sink beside a living one is refused.
//
// Invariants: a batch is in the flight, or merged, or it is work. No payload is written to after it
// was sent. Timers are monotonic, and do not count this process's own absences.

import { limits } from "../shared/base/limits.ts";
import type { Config } from "../shared/config/config.ts";
import type { Sheets } from "../shared/model/sheet.ts";
import { bindRouter } from "../shared/net/router.ts";
import { thisHostOnly } from "../shared/net/security.ts";
import type { Security } from "../shared/net/security.ts";
import { sendReport, type ProgressReport } from "../shared/process/role-report.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { FlightBatch, Presence } from "./batch/batch.ts";
import { Failure, mismatch } from "./fatal-errors.ts";
import { loadTables } from "./load-tables.ts";
import { unfinishedLines } from "./source/file/last-line.ts";
import { uncountedAmong } from "./source/file/uncounted-files.ts";
import { reportLocations } from "./planning/report-locations.ts";
import type { SinkAction } from "./sink-link/core/sink-link.ts";
import { wire, type Resources, type Wiring } from "./wiring.ts";

export interface VentilatorOptions {
  /** End when everything that is there now is acknowledged; otherwise follow the files. */
  readonly once: boolean;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Gets what the ventilator says at /status. */
  readonly status?: StatusBoard;
  /** Keys for tcp; without them it binds on this host only. */
  readonly security?: Security;
  /** Pause between two looks for new and grown files; two seconds when absent. */
  readonly rescanMs?: number;
}

export interface VentilatorOutcome {
  /** False when it was stopped before everything was acknowledged and published. */
  readonly isComplete: boolean;
  /** Inputs that could not be read to their end, each one sentence. */
  readonly problems: readonly string[];
}

export interface Ventilator {
  /** Where workers and sinks connect to, with the real ports. */
  readonly tasks: string;
  readonly acks: string;
  /** A sink is connected and alive. */
  readonly isReady: boolean;
  /** Settles when the work is done (`once`) or it was stopped; rejects with what ended it. */
  readonly ended: Promise<VentilatorOutcome>;
  /** Cuts nothing more, waits for what is under way within `cluster.drain_timeout`, and ends. */
  stop(): Promise<void>;
}

/**
 * Binds the sockets and begins.
 * @throws LogmillError `address_unusable`, `insecure_address`, `config_invalid`.
 */
export async function startVentilator(
  config: Config,
  options: VentilatorOptions,
): Promise<Ventilator> {
  const tables = loadTables(config.tables);
  const { tasks: tasksEndpoint, acks: acksEndpoint } = config.cluster;
  const { security = thisHostOnly } = options;
  const tasks = await bindRouter(tasksEndpoint, security.server("tasks"));
  try {
    const acks = await bindRouter(acksEndpoint, security.server("acks"));
    return new RunningVentilator(config, options, { tasks, acks, tables });
  } catch (error) {
    await tasks.close();
    throw error;
  }
}

const tickMs = 100;

type Finished = Extract<SinkAction, { type: "finished" }>;
/** What the session with the sink does not do by itself. */
type SinkAnswer = Exclude<SinkAction, { type: "send" | "refused" }>;

class RunningVentilator implements Ventilator {
  readonly tasks: string;
  readonly acks: string;
  readonly ended: Promise<VentilatorOutcome>;
  readonly #options: VentilatorOptions;
  readonly #drainTimeoutMs: number;
  readonly #failure = new Failure();
  readonly #catalog: Wiring["catalog"];
  readonly #planning: Wiring["planning"];
  readonly #readers: Wiring["readers"];
  readonly #backPressure: Wiring["backPressure"];
  readonly #dispatcher: Wiring["dispatcher"];
  readonly #sink: Wiring["sink"];
  readonly #problems: Wiring["problems"];
  readonly #beginSession: Wiring["beginSession"];
  readonly #close: Wiring["close"];
  /** Notified whenever there may be work, room, or nothing left. */
  readonly #notifier: Wiring["notifier"];
  #ticks = 0;
  #isStopping = false;
  #sheetsBefore: Sheets | null = null;
  #finished: Finished | null = null;

  constructor(config: Config, options: VentilatorOptions, resources: Resources) {
    this.tasks = resources.tasks.endpoint;
    this.acks = resources.acks.endpoint;
    this.#options = options;
    this.#drainTimeoutMs = config.cluster.drainTimeoutMs;
    const onSink = (action: SinkAnswer): void => this.#onSink(action);
    const wiring = wire(config, options, resources, this.#failure, onSink);
    this.#catalog = wiring.catalog;
    this.#planning = wiring.planning;
    this.#readers = wiring.readers;
    this.#backPressure = wiring.backPressure;
    this.#dispatcher = wiring.dispatcher;
    this.#sink = wiring.sink;
    this.#notifier = wiring.notifier;
    this.#problems = wiring.problems;
    this.#beginSession = wiring.beginSession;
    this.#close = wiring.close;
    this.ended = this.#run();
  }

  get isReady(): boolean {
    return this.#sink.isThere;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#dispatcher.pause();
    this.#stopReading();
    await this.ended;
  }

  get #isIdle(): boolean {
    const isAllRead = this.#planning.isSettled && !this.#catalog.hasWork;
    return isAllRead && this.#dispatcher.flight.batches === 0;
  }

  async #run(): Promise<VentilatorOutcome> {
    const { workers } = this.#dispatcher;
    for (const loop of [workers.listen(), this.#sink.listen(), this.#planning.run()]) {
      loop.catch(this.#failure.fail);
    }
    const ticks = setInterval(() => this.#tick(), tickMs);
    try {
      return await Promise.race([this.#work(), this.#failure.promise]);
    } finally {
      clearInterval(ticks);
      this.#stopReading();
      await this.#close();
    }
  }

  #stopReading(): void {
    this.#backPressure.close();
    this.#planning.stop();
    this.#notifier.notify();
  }

  async #work(): Promise<VentilatorOutcome> {
    while (!this.#isStopping) {
      this.#readers.look();
      if (this.#readers.areResting && this.#options.once && this.#isIdle) {
        if (await this.#finish()) return { isComplete: true, problems: this.#problems() };
      } else {
        await this.#notifier.wait();
      }
    }
    await this.#readers.stop();
    await this.#drain();
    return { isComplete: false, problems: this.#problems() };
  }

  /** Asks the sink to publish; false when there is something to do again before it has. */
  async #finish(): Promise<boolean> {
    this.#reportLocations();
    this.#finished = null;
    this.#sink.on({ type: "want_finish" });
    const isWaiting = (): boolean => this.#isIdle && !this.#isStopping && this.#finished === null;
    while (isWaiting()) await this.#notifier.wait();
    const finished = this.#finished as Finished | null;
    if (finished === null || !this.#isIdle) return false;
    sendReport({
      type: "done",
      progress: this.#progress(),
      sheetsBefore: this.#sheetsBefore ?? finished.sheets,
      sheets: finished.sheets,
      examples: finished.examples,
      outputs: finished.outputs,
      uncounted: uncountedAmong(this.#catalog.files, finished.uncounted),
      unfinished: unfinishedLines(this.#catalog.files),
      lostLines: this.#planning.lostLines,
      problems: this.#problems(),
    });
    await this.#dispatcher.workers.drain();
    return true;
  }

  /** Waits for what is under way, while anybody is there who could acknowledge it. */
  async #drain(): Promise<void> {
    const deadlineMs = performance.now() + this.#drainTimeoutMs;
    while (this.#dispatcher.underWay > 0 && this.#sink.isThere) {
      if (performance.now() >= deadlineMs) break;
      await this.#notifier.wait(tickMs);
    }
  }

  #tick(): void {
    this.#ticks += 1;
    this.#dispatcher.tick();
    this.#sink.on({ type: "tick" });
    if ((this.#ticks * tickMs) % limits.heartbeatIntervalMs === 0) this.#reportLocations();
    sendReport(this.#progress());
  }

  #onSink(action: SinkAnswer): void {
    const { logger } = this.#options;
    const dispatcher = this.#dispatcher;
    switch (action.type) {
      case "greeted":
        logger.info({ store: action.store }, "a sink has greeted");
        if (action.isNewStore) {
          const words =
            "the sink has come back with another store; everything it lacks is sent again";
          logger.error({ store: action.store }, words);
          // What was acknowledged is not in it.
          this.#beginSession();
        }
        dispatcher.on({ type: "sink_greeted", store: action.store });
        dispatcher.on({ type: "sink_heard" });
        break;
      case "silent":
        logger.warn("the sink is silent; reading goes on until the flight is full");
        dispatcher.on({ type: "sink_silent" });
        break;
      case "heard":
        dispatcher.on({ type: "sink_heard" });
        break;
      case "busy":
        dispatcher.on({ type: "sink_busy" });
        break;
      case "ledger_asked":
        this.#planning.ledgerAsked();
        break;
      case "ledger": {
        this.#sheetsBefore ??= action.sheets;
        const view = this.#planning.ledgerArrived(action.sources);
        const presenceOf = ({ header }: FlightBatch): Presence => view.presenceOf(header);
        dispatcher.on({ type: "ledger", presenceOf });
        break;
      }
      case "answer":
        dispatcher.on(action.message);
        break;
      case "finished":
        this.#finished = action;
        this.#notifier.notify();
        break;
      case "stop":
        this.#failure.fail(mismatch(action.code));
        break;
    }
  }

  #reportLocations(): void {
    reportLocations(this.#catalog, this.#dispatcher.flight, this.#sink);
  }

  #progress(): ProgressReport {
    const { stats, flight } = this.#dispatcher;
    return stats.progress(this.#catalog.totals(), flight.batches);
  }
}
