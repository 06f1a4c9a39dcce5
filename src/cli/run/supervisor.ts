// Runs the roles of one `logmill run` as child processes, starts again those that die, and ends
// them in order.
//
// A child lives in one of four states:
//   running ── exits ──► waiting (back-off) ──► running
//   running ── told to stop ──► stopping ── exits ──► ended
// A child that reported `done` or was told to stop has ended when it exits; any other exit is a
// death. A child that reported `fatal` is not started again: what it said will not change.
//
// No orphan survives its supervisor, however that ends: children exit when the IPC channel closes
// (`supervised.ts`), and the operating system closes it. Signals of the terminal reach the whole
// process group at once, so children ignore them and wait to be told: the ventilator first.

import type { ChildProcess } from "node:child_process";
import { assert } from "../../shared/base/assert.ts";
import { errorTable, LogmillError } from "../../shared/base/errors.ts";
import type { ErrorCode } from "../../shared/base/errors.ts";
import { limits } from "../../shared/base/limits.ts";
import type { Config } from "../../shared/model/config.ts";
import type { Clock } from "../../shared/runtime/clock.ts";
import type { Logger } from "../../shared/runtime/logger.ts";
import type { RoleReport } from "../../shared/process/role-report.ts";
import { decideRestart, neverDied } from "./restart-policy.ts";
import type { RestartHistory } from "./restart-policy.ts";
import { roleProcess } from "./role-process.ts";
import type { RoleName, SupervisorMessage } from "./supervised-messages.ts";

/** What a child gets to end in, however long those before it took. */
const endingMsMin = 1_000;

interface Child {
  readonly role: RoleName;
  /** `sink`, `ventilator`, `worker 1`, … */
  readonly name: string;
  process: ChildProcess | null;
  startedAtMs: number;
  history: RestartHistory;
  /** A worker of which the present process has taken a batch. */
  hasWorked: boolean;
  restartTimer: NodeJS.Timeout | null;
  /** Set by `done` or a stop: the next exit is its end, not its death. */
  isEnding: boolean;
  readonly ended: Promise<void>;
  readonly end: () => void;
}

export interface SupervisorOptions {
  readonly workers: number;
  readonly logger: Logger;
  readonly clock: Clock;
  /** A child's standard error, as it comes; null lets children write to this process's own. */
  readonly onErrorOutput: ((text: string) => void) | null;
  /** A process of this role begins, for the first time or again. */
  readonly onStart: (role: RoleName) => void;
  readonly onReport: (role: RoleName, report: RoleReport) => void;
  /** The run can not go on. Called at most once; children still have to be killed. */
  readonly onFailure: (error: LogmillError) => void;
  /** The program that children run; tests have another. */
  readonly entry?: string;
  readonly decideRestart?: typeof decideRestart;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children: readonly Child[];
  #start: Extract<SupervisorMessage, { readonly type: "start" }> | null = null;
  #isDone = false;
  #hasFailed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const workers = Array.from({ length: options.workers }, (_, index) =>
      newChild("worker", `worker ${index + 1}`),
    );
    this.#children = [newChild("ventilator", "ventilator"), ...workers, newChild("sink", "sink")];
  }

  /** Starts the processes; they load their code while the configuration is still being read. */
  spawn(): void {
    // The sink first: it has the store to open, and everyone waits for its ledger.
    for (const child of [...this.#children].reverse()) this.#fork(child);
  }

  /** Gives the children their work. */
  begin(config: Config, socketFolder: string): void {
    assert(this.#start === null, "a supervisor begins once");
    this.#start = { type: "start", config, socketFolder };
    for (const child of this.#children) this.#tellStart(child);
  }

  /**
   * Ends the children in the order of the data: ventilator, workers, sink; all within the drain timeout.
   * Once all is done no data is left, and the sink need not wait for the others.
   */
  async stop(): Promise<void> {
    const { clock } = this.#options;
    const timeoutMs = this.#start?.config.cluster.drainTimeoutMs ?? limits.drainTimeoutMsDefault;
    const deadlineMs = clock.nowMs() + timeoutMs;
    const readers = (): Promise<void> => this.#stopRoles(["ventilator", "worker"], deadlineMs);
    const sink = (): Promise<void> => this.#stopRoles(["sink"], deadlineMs);
    if (this.#isDone) await Promise.all([readers(), sink()]);
    else await readers().then(sink);
  }

  async #stopRoles(roles: readonly RoleName[], deadlineMs: number): Promise<void> {
    for (const role of roles) {
      const children = this.#children.filter((child) => child.role === role);
      await Promise.all(children.map((child) => this.#stopChild(child, deadlineMs)));
    }
  }

  /** Ends the children now. */
  async kill(): Promise<void> {
    for (const child of this.#children) {
      this.#setEnding(child);
      child.process?.kill("SIGKILL");
    }
    await Promise.all(this.#children.map((child) => child.ended));
  }

  #fork(child: Child): void {
    const { logger, clock, onErrorOutput, entry } = this.#options;
    const process_ = roleProcess(child.role, { isPiped: onErrorOutput !== null, entry });
    child.process = process_;
    child.startedAtMs = clock.nowMs();
    child.restartTimer = null;
    process_.stderr?.setEncoding("utf8").on("data", (text: string) => onErrorOutput?.(text));
    process_.on("message", (report) => this.#onReport(child, report as RoleReport));
    // A message to a child that just died fails here; its `exit` says the same.
    // One that could not even be started has no other word than this error, and no exit code.
    let notStarted: string | null = null;
    process_.on("error", (error: NodeJS.ErrnoException) => {
      if (process_.pid === undefined)
        notStarted = `could not be started: ${error.code ?? error.message}`;
      logger.debug({ err: error, child: child.name }, "could not reach a child");
    });
    // Not `exit`: what the child said last may still lie in the channel, and decides what it means.
    process_.once("close", (code, signal) => {
      this.#onExit(child, notStarted ?? signal ?? `exit code ${code ?? "unknown"}`);
    });
    logger.info({ child: child.name, childPid: process_.pid }, `started ${child.name}`);
    this.#options.onStart(child.role);
    this.#tellStart(child);
  }

  #tellStart(child: Child): void {
    if (child.process !== null && this.#start !== null) tell(child.process, this.#start);
  }

  #onReport(child: Child, report: RoleReport): void {
    if (report.type !== "progress") {
      this.#options.logger.debug({ child: child.name }, `${child.name}: ${report.type}`);
    }
    if (report.type === "done") this.#setDone();
    if (report.type === "working") child.hasWorked = true;
    if (report.type === "fatal") {
      this.#setEnding(child);
      const code = report.code in errorTable ? (report.code as ErrorCode) : "internal";
      this.#fail(new LogmillError(code, report.message, { fields: { child: child.name } }));
      return;
    }
    this.#options.onReport(child.role, report);
  }

  /** The ventilator has nothing left, and has told the workers: both end by themselves now. */
  #setDone(): void {
    this.#isDone = true;
    for (const child of this.#children) if (child.role !== "sink") this.#setEnding(child);
  }

  #onExit(child: Child, how: string): void {
    child.process = null;
    const { logger, clock } = this.#options;
    if (child.isEnding) {
      logger.debug({ child: child.name, how }, `${child.name} has ended`);
      child.end();
      return;
    }
    const decide = this.#options.decideRestart ?? decideRestart;
    const { hasWorked } = child;
    child.hasWorked = false;
    const livedMs = clock.nowMs() - child.startedAtMs;
    const decision = decide(child.history, { livedMs, hasWorked });
    if (decision.kind === "give_up") {
      this.#setEnding(child);
      this.#fail(
        new LogmillError(
          "role_failed",
          `${child.name} died ${decision.deaths} times in a row (last: ${how}); the run was given ` +
            "up. What is acknowledged is durable: mend the cause, which is logged above, and run again.",
        ),
      );
      return;
    }
    child.history = decision.history;
    child.restartTimer = setTimeout(() => this.#fork(child), decision.afterMs);
    logger.warn(
      { child: child.name, how },
      `${child.name} died (${how}); starting it again in ${decision.afterMs} ms`,
    );
  }

  #fail(error: LogmillError): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(error);
  }

  async #stopChild(child: Child, deadlineMs: number): Promise<void> {
    this.#setEnding(child);
    if (child.process !== null) tell(child.process, { type: "stop" });
    const timer = setTimeout(
      () => {
        this.#options.logger.error(
          { child: child.name },
          `${child.name} did not drain; killing it`,
        );
        child.process?.kill("SIGKILL");
      },
      Math.max(endingMsMin, deadlineMs - this.#options.clock.nowMs()),
    );
    await child.ended;
    clearTimeout(timer);
  }

  #setEnding(child: Child): void {
    child.isEnding = true;
    if (child.restartTimer !== null) clearTimeout(child.restartTimer);
    child.restartTimer = null;
    if (child.process === null) child.end();
  }
}

function newChild(role: RoleName, name: string): Child {
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return {
    role,
    name,
    process: null,
    startedAtMs: 0,
    history: neverDied,
    hasWorked: false,
    restartTimer: null,
    isEnding: false,
    ended,
    end,
  };
}

function tell(child: ChildProcess, message: SupervisorMessage): void {
  if (child.connected) child.send(message);
}
