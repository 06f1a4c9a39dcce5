import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { Supervisor } from "../../../src/cli/run/supervisor.ts";
import type { SupervisorOptions } from "../../../src/cli/run/supervisor.ts";
import type { LogmillError } from "../../../src/shared/base/errors.ts";
import type { Config } from "../../../src/shared/config/config.ts";
import { waitAfterDeath } from "../../../src/shared/process/restart-backoff.ts";
import { systemClock } from "../../../src/shared/runtime/clock.ts";
import { createLogger } from "../../../src/shared/runtime/logger.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const entry = fileURLToPath(new URL("../../support/fake-role.mjs", import.meta.url));

/** What each role does at its first, second, … start; `serve` when the list has ended. */
type Script = Readonly<Partial<Record<"ventilator" | "worker" | "sink", readonly string[]>>>;

function supervise(
  script: Script,
  options: Partial<SupervisorOptions> = {},
  pools: readonly string[] = ["default"],
) {
  const log = join(tempFolder(), "log");
  writeFileSync(log, "");
  const events: string[] = [];
  const pids: number[] = [];
  const waiting = new Map<string, () => void>();
  const happened = (event: string): void => {
    events.push(event);
    waiting.get(event)?.();
  };
  let failure: LogmillError | null = null;
  const supervisor = new Supervisor({
    workers: 2,
    logger: createLogger({
      role: "test",
      level: "info",
      environment: { LOGMILL_LOG_FORMAT: "json" },
      write: (text) => {
        const record = JSON.parse(text) as { childPid?: number };
        if (record.childPid !== undefined) pids.push(record.childPid);
      },
    }),
    clock: systemClock,
    onErrorOutput: null,
    onStart: () => undefined,
    onReport: (role, report) => happened(`${role} ${report.type}`),
    onFailure: (error) => {
      failure = error;
      happened("failure");
    },
    entry,
    waitAfterDeath: (fastDeaths, death) => ({ ...waitAfterDeath(fastDeaths, death), afterMs: 1 }),
    ...options,
  });
  onTestFinished(() => supervisor.kill());
  supervisor.spawn();
  const cluster = { drainTimeoutMs: 20_000 };
  supervisor.begin({ fake: script, log, cluster } as unknown as Config, "", pools);
  return {
    supervisor,
    events,
    pids,
    failure: () => failure,
    /** What the roles did, as they wrote it themselves. */
    log: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    until: (event: string) =>
      new Promise<void>((resolve) => {
        if (events.includes(event)) resolve();
        else waiting.set(event, resolve);
      }),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("Supervisor", () => {
  it("starts every role and ends them in the order of the data", async () => {
    const run = supervise({});
    await Promise.all([
      run.until("ventilator ready"),
      run.until("worker ready"),
      run.until("sink ready"),
    ]);
    await run.supervisor.stop();
    const stops = run.log().filter((line) => line.endsWith("stops"));
    expect(stops).toEqual(["ventilator stops", "worker stops", "worker stops", "sink stops"]);
    expect(run.pids.filter(isAlive)).toEqual([]);
    expect(run.pids).toHaveLength(4);
  });

  it("starts again what dies or is killed, and gives it its work again", async () => {
    const run = supervise({ sink: ["die", "be killed"], ventilator: ["be killed"] });
    await Promise.all([run.until("sink ready"), run.until("ventilator ready")]);
    const starts = (role: string) => run.log().filter((line) => line === `${role} starts`).length;
    expect(starts("sink")).toBe(3);
    expect(starts("ventilator")).toBe(2);
    expect(run.failure()).toBeNull();
    await run.supervisor.stop();
  });

  it("leaves a role alone that is done, and hears what it said last", async () => {
    const run = supervise({ ventilator: ["done"] });
    await run.until("ventilator done");
    await run.supervisor.stop();
    expect(run.log().filter((line) => line === "ventilator starts")).toHaveLength(1);
  });

  it("fails with what a role says is fatal, and does not start it again", async () => {
    const run = supervise({ sink: ["fatal"] });
    await run.until("failure");
    expect(run.failure()).toMatchObject({ code: "store_locked", message: "locked" });
    await run.supervisor.kill();
    expect(run.log().filter((line) => line === "sink starts")).toHaveLength(1);
    expect(run.pids.filter(isAlive)).toEqual([]);
  });

  it("gives up on a role that dies ten times in a row", async () => {
    const run = supervise({ sink: new Array<string>(20).fill("die") });
    await run.until("failure");
    expect(run.failure()).toMatchObject({ code: "role_failed" });
    expect(run.failure()!.message).toContain("sink died 10 times in a row (last: exit code 3)");
    expect(run.log().filter((line) => line === "sink starts")).toHaveLength(10);
  });

  it("kills a role that does not listen", async () => {
    const run = supervise({ worker: ["hang", "hang"] });
    await run.until("sink ready");
    await run.supervisor.kill();
    expect(run.pids.filter(isAlive)).toEqual([]);
  });

  it("ends children that were never given work", async () => {
    const pids: number[] = [];
    const supervisor = new Supervisor({
      workers: 1,
      logger: createLogger({
        role: "test",
        environment: { LOGMILL_LOG_FORMAT: "json" },
        write: (text) => pids.push((JSON.parse(text) as { childPid: number }).childPid),
      }),
      clock: systemClock,
      onErrorOutput: null,
      onStart: () => undefined,
      onReport: () => undefined,
      onFailure: () => undefined,
      entry,
    });
    supervisor.spawn();
    await supervisor.kill();
    expect(pids).toHaveLength(3);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});
