// Runs the roles of one `logmill run` as child processes and ends them in order. How a child is kept
// running is in `supervised-child.ts`; here is what its words and its deaths mean.
//
// A child that reported `done` or was told to stop has ended when it exits; any other exit is a
// death. A child that reported `fatal` is not started again: what it said will not change. Nor is one
// that has died ten times in a row at its start.
//
// No orphan survives its supervisor, however that ends: children exit when the IPC channel closes
// (`supervised.ts`), and the operating system closes it. Signals of the terminal reach the whole
// process group at once, so children ignore them and wait to be told: the ventilator first.

import type { ChildProcess } from "node:child_process";
import { assert } from "../../shared/base/assert.ts";
import { errorTable, LogmillError } from "../../shared/base/errors.ts";
import type { ErrorCode } from "../../shared/base/errors.ts";
import { limits } from "../../shared/base/limits.ts";
import type { Config } from "../../shared/config/config.ts";
import { defaultPool } from "../../shared/model/pool.ts";
import type { RoleReport } from "../../shared/process/role-report.ts";
import { SupervisedChild } from "../../shared/process/supervised-child.ts";
import type { ChildDeath, SupervisionOptions } from "../../shared/process/supervised-child.ts";
import { roleProcess } from "./role-process.ts";
import type { RoleName, SupervisorMessage } from "./supervised-messages.ts";

type Start = Extract<SupervisorMessage, { readonly type: "start" }>;

/** What a child gets to end in, however long those before it took. */
const endingMsMin = 1_000;
/** Deaths in a row, at its start, after which a child is given up. */
const fastDeathsMax = 10;

interface RoleChild {
  readonly role: RoleName;
  readonly child: SupervisedChild;
  /** Which of its role it is, from 0. */
  readonly index: number;
}

export interface SupervisorOptions extends SupervisionOptions {
  readonly workers: number;
  /** A child's standard error, as it comes; null lets children write to this process's own. */
  readonly onErrorOutput: ((text: string) => void) | null;
  /** A process of this role begins, for the first time or again. */
  readonly onStart: (role: RoleName) => void;
  readonly onReport: (role: RoleName, report: RoleReport) => void;
  /** The run can not go on. Called at most once; children still have to be killed. */
  readonly onFailure: (error: LogmillError) => void;
  /** The program that children run; tests have another. */
  readonly entry?: string;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  #children: readonly RoleChild[];
  #start: Omit<Start, "pool"> | null = null;
  #pools: readonly string[] = [defaultPool];
  #isDone = false;
  #hasFailed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const workers = Array.from({ length: options.workers }, (_, index) => this.#newWorker(index));
    this.#children = [
      this.#newChild("ventilator", "ventilator"),
      ...workers,
      this.#newChild("sink", "sink"),
    ];
  }

  /** Starts the processes; they load their code while the configuration is still being read. */
  spawn(): void {
    // The sink first: it has the store to open, and everyone waits for its ledger.
    for (const { child } of [...this.#children].reverse()) child.start();
  }

  /**
   * Gives the children their work. The workers are dealt to the pools of the sources in turn; where there are
   * fewer than pools, more are started, so that each has one.
   * @param pools of the sources, each once
   */
  begin(config: Config, socketFolder: string, pools: readonly string[]): void {
    assert(this.#start === null, "a supervisor begins once");
    this.#start = { type: "start", config, socketFolder };
    this.#pools = pools;
    for (const each of this.#children) this.#tellStart(each);
    const { workers, logger } = this.#options;
    if (pools.length <= workers) return;
    logger.warn(
      { workers: pools.length },
      `${pools.length} workers are started in place of ${workers}: one for each of the pools ${pools.join(", ")}`,
    );
    const more = pools.slice(workers).map((_, index) => this.#newWorker(workers + index));
    this.#children = [...this.#children, ...more];
    for (const { child } of more) child.start();
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
      const leftMs = Math.max(endingMsMin, deadlineMs - this.#options.clock.nowMs());
      await Promise.all(this.#childrenOf(role).map((child) => child.stop(leftMs)));
    }
  }

  /** Ends the children now. */
  async kill(): Promise<void> {
    for (const { child } of this.#children) child.kill();
    await Promise.all(this.#children.map(({ child }) => child.ended));
  }

  #childrenOf(role: RoleName): SupervisedChild[] {
    return this.#children.filter((each) => each.role === role).map(({ child }) => child);
  }

  #newWorker(index: number): RoleChild {
    return this.#newChild("worker", `worker ${index + 1}`, index);
  }

  #tellStart({ child, index }: Pick<RoleChild, "child" | "index">): void {
    if (this.#start === null) return;
    const pool = this.#pools[index % this.#pools.length] ?? defaultPool;
    child.send({ ...this.#start, pool } satisfies SupervisorMessage);
  }

  #newChild(role: RoleName, name: string, index = 0): RoleChild {
    const child: SupervisedChild = new SupervisedChild({
      ...this.#options,
      name,
      fork: () => this.#fork(role),
      askToEnd: () => child.send({ type: "stop" } satisfies SupervisorMessage),
      onStart: () => {
        this.#options.onStart(role);
        this.#tellStart({ child, index });
      },
      onMessage: (report) => this.#onReport(role, child, report as RoleReport),
      onDeath: (death) => this.#onDeath(child, death),
    });
    return { role, child, index };
  }

  #fork(role: RoleName): ChildProcess {
    const { onErrorOutput, entry } = this.#options;
    const forked = roleProcess(role, { isPiped: onErrorOutput !== null, entry });
    forked.stderr?.setEncoding("utf8").on("data", (text: string) => onErrorOutput?.(text));
    return forked;
  }

  #onReport(role: RoleName, child: SupervisedChild, report: RoleReport): void {
    const { logger, onReport } = this.#options;
    if (report.type !== "progress") {
      logger.debug({ child: child.name }, `${child.name}: ${report.type}`);
    }
    if (report.type === "done") this.#setDone();
    if (report.type === "working") child.hasBegun();
    if (report.type === "fatal") {
      child.expectEnd();
      const code = report.code in errorTable ? (report.code as ErrorCode) : "internal";
      this.#fail(new LogmillError(code, report.message, { fields: { child: child.name } }));
      return;
    }
    onReport(role, report);
  }

  /** The ventilator has nothing left, and has told the workers: both end by themselves now. */
  #setDone(): void {
    this.#isDone = true;
    for (const { role, child } of this.#children) if (role !== "sink") child.expectEnd();
  }

  /** A death at work is no reason to give up: the ventilator looks after those. */
  #onDeath({ name }: SupervisedChild, { how, hasWorked, fastDeaths }: ChildDeath): string | null {
    if (hasWorked || fastDeaths < fastDeathsMax) return `died (${how})`;
    this.#fail(
      new LogmillError(
        "role_failed",
        `${name} died ${fastDeaths} times in a row (last: ${how}); the run was given ` +
          "up. What is acknowledged is durable: fix the cause, which is logged above, and run again.",
      ),
    );
    return null;
  }

  #fail(error: LogmillError): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(error);
  }
}
