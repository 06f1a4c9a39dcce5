// The ventilator: reads the sources, cuts them into batches, hands these to workers on credit, and
// keeps each until the sink has acknowledged it. Its states, as it goes through them:
//
//   greeting     Sockets are bound and files are listed. A sink says hello, and is told the session.
//   ledger       The sink is asked what it has merged. Nothing is sent before that is known, because
//                the ledger is the only memory that outlives this process.
//   identifying  Each file is matched to a source of the ledger by what it holds, and what of it is
//                missing becomes its work.
//   sending      One file after the other is read and cut; reading waits while the flight is full.
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
import type { Config } from "../shared/model/config.ts";
import { bindRouter, type Router } from "../shared/net/router.ts";
import { thisHostOnly, type Security } from "../shared/net/security.ts";
import type { Logger } from "../shared/runtime/logger.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import type { StatusBoard } from "../shared/runtime/http/status-board.ts";
import { sendReport, type ProgressReport } from "../shared/process/role-report.ts";
import type { Balance } from "../shared/model/partial.ts";
import type { FlightAction } from "./delivery/core/flight-events.ts";
import type { FlightBatch, Presence } from "./batch/batch.ts";
import type { SinkAction } from "./sink-link/core/sink-link.ts";
import { mismatch } from "./fatal-errors.ts";
import { actOnFlight } from "./perform-actions.ts";
import { sayHints } from "./planning/report-locations.ts";
import { assemble, newSession, type Parts, type Routers } from "./wiring.ts";

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
 * @throws LogmillError `address_unusable`, `insecure_address`.
 */
export async function startVentilator(
  config: Config,
  options: VentilatorOptions,
): Promise<Ventilator> {
  // The sockets report connections that end to a ventilator that is made after them.
  let ventilator: RunningVentilator | null = null;
  const { security = thisHostOnly } = options;
  const bind = (socket: "tasks" | "acks"): Promise<Router> => {
    const handlers = { onDisconnect: () => ventilator?.onDisconnect(socket) };
    return bindRouter(config.cluster[socket], handlers, security.server(socket));
  };
  const tasks = await bind("tasks");
  try {
    const acks = await bind("acks");
    ventilator = new RunningVentilator(config, options, { tasks, acks });
    return ventilator;
  } catch (error) {
    await tasks.close();
    throw error;
  }
}

const tickMs = 100;

type Sheets = Readonly<Record<string, Balance>>;
type Finished = Extract<SinkAction, { type: "finished" }>;

class RunningVentilator implements Ventilator {
  readonly tasks: string;
  readonly acks: string;
  readonly ended: Promise<VentilatorOutcome>;
  readonly #options: VentilatorOptions;
  readonly #parts: Parts;
  readonly #drainTimeoutMs: number;
  #ticks = 0;
  #isStopping = false;
  #balanceBefore: Sheets | null = null;
  #finished: Finished | null = null;
  #fail: (error: unknown) => void = () => undefined;

  constructor(config: Config, options: VentilatorOptions, routers: Routers) {
    this.tasks = routers.tasks.endpoint;
    this.acks = routers.acks.endpoint;
    this.#options = options;
    this.#drainTimeoutMs = config.cluster.drainTimeoutMs;
    this.#parts = assemble(config, options, routers, {
      onFlight: (action) => this.#onFlight(action),
      onSink: (action) => this.#onSink(action),
    });
    this.ended = this.#run();
  }

  get isReady(): boolean {
    return this.#parts.sink.isThere;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#parts.dispatcher.pause();
    this.#stopReading();
    await this.ended;
  }

  onDisconnect(socket: "tasks" | "acks"): void {
    if (socket === "tasks") this.#parts.dispatcher.probe();
    else this.#parts.sink.probe();
  }

  get #isIdle(): boolean {
    const { planning, catalog, dispatcher } = this.#parts;
    return planning.isSettled && !catalog.hasWork && dispatcher.flight.batches === 0;
  }

  async #run(): Promise<VentilatorOutcome> {
    const { dispatcher, sink, planning, letters } = this.#parts;
    const failure = new Promise<never>((_, reject) => (this.#fail = reject));
    const loops = [dispatcher.listen(), sink.listen(), planning.run()];
    for (const loop of loops) loop.catch(this.#fail);
    const ticks = setInterval(() => this.#tick(), tickMs);
    try {
      return await Promise.race([this.#work(), failure]);
    } finally {
      clearInterval(ticks);
      this.#stopReading();
      await Promise.all([dispatcher.close(), sink.close(), letters.close()]);
    }
  }

  #stopReading(): void {
    this.#parts.intake.close();
    this.#parts.planning.stop();
    this.#parts.pulse.beat();
  }

  async #work(): Promise<VentilatorOutcome> {
    const { catalog, reader, pulse } = this.#parts;
    while (!this.#isStopping) {
      const file = catalog.next();
      if (file !== null) {
        await reader.read(file);
        catalog.done();
      } else if (this.#options.once && this.#isIdle) {
        if (await this.#finish()) return { isComplete: true, problems: this.#problems() };
      } else {
        await pulse.wait();
      }
    }
    await this.#drain();
    return { isComplete: false, problems: this.#problems() };
  }

  /** Asks the sink to publish; false when there is something to do again before it has. */
  async #finish(): Promise<boolean> {
    this.#hint();
    this.#finished = null;
    this.#parts.sink.on({ type: "want_finish" });
    const isWaiting = (): boolean => this.#isIdle && !this.#isStopping && this.#finished === null;
    while (isWaiting()) await this.#parts.pulse.wait();
    const finished = this.#finished as Finished | null;
    if (finished === null || !this.#isIdle) return false;
    sendReport({
      type: "done",
      progress: this.#progress(),
      balanceBefore: this.#balanceBefore ?? finished.balance,
      balance: finished.balance,
      outputs: finished.outputs,
      unfinished: this.#parts.catalog.unfinished(),
      problems: this.#problems(),
    });
    await this.#parts.dispatcher.drain();
    return true;
  }

  /** Waits for what is under way, while anybody is there who could acknowledge it. */
  async #drain(): Promise<void> {
    const { dispatcher, sink, pulse } = this.#parts;
    const deadlineMs = performance.now() + this.#drainTimeoutMs;
    while (dispatcher.underWay > 0 && sink.isThere) {
      if (performance.now() >= deadlineMs) break;
      await pulse.wait(tickMs);
    }
  }

  #tick(): void {
    this.#ticks += 1;
    this.#parts.dispatcher.tick();
    this.#parts.sink.on({ type: "tick" });
    if ((this.#ticks * tickMs) % limits.heartbeatIntervalMs === 0) this.#hint();
    sendReport(this.#progress());
  }

  #onFlight(action: Exclude<FlightAction, { type: "send" }>): void {
    actOnFlight(action, this.#parts, this.#fail);
  }

  /** What the run has not got through. */
  #problems(): string[] {
    return [...this.#parts.problems.list(), ...this.#parts.bisection.problems()];
  }

  #onSink(action: Exclude<SinkAction, { type: "send" | "refused" }>): void {
    const { logger } = this.#options;
    const { dispatcher, planning, pulse } = this.#parts;
    switch (action.type) {
      case "greeted":
        logger.info({ store: action.store }, "a sink has greeted");
        if (action.isNewStore) this.#beginAnew(action.store);
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
      case "ledger_asked":
        planning.ledgerAsked();
        break;
      case "ledger": {
        this.#balanceBefore ??= action.balance;
        const view = planning.ledgerArrived(action.sources);
        const presenceOf = ({ header }: FlightBatch): Presence => view.presenceOf(header);
        dispatcher.on({ type: "ledger", presenceOf });
        break;
      }
      case "answer":
        dispatcher.on(action.message);
        break;
      case "finished":
        this.#finished = action;
        pulse.beat();
        break;
      case "stop":
        this.#fail(mismatch(action.code));
        break;
    }
  }

  /** The store is another one: what it lacks is everything, and what was acknowledged is not in it. */
  #beginAnew(store: string): void {
    this.#options.logger.error(
      { store },
      "the sink has come back with another store; everything it lacks is sent again",
    );
    const session = newSession();
    this.#parts.planning.beginAnew();
    this.#parts.maker.begin(session);
    this.#parts.dispatcher.begin(session.id);
    this.#parts.sink.on({ type: "session", session });
  }

  #hint(): void {
    const { catalog, dispatcher, sink } = this.#parts;
    sayHints(catalog, dispatcher.flight, sink);
  }

  #progress(): ProgressReport {
    const { tally, catalog, dispatcher } = this.#parts;
    return tally.progress(catalog.totals(), dispatcher.flight.batches);
  }
}
