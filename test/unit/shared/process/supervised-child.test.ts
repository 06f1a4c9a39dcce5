// A child that is kept running, with processes that exist on paper only and a clock that is turned by
// hand: what happens to it in any order, and what must hold whatever happens.

import type { ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SupervisedChild } from "../../../../src/shared/process/supervised-child.ts";
import type { ChildDeath } from "../../../../src/shared/process/supervised-child.ts";
import { keepingLogger } from "../../../support/silent-logger.ts";

/** A process on paper: it says nothing and lives until `exit`. */
class PaperProcess extends EventEmitter {
  readonly pid: number | undefined;
  connected = true;
  isAlive = true;
  readonly signals: string[] = [];
  readonly received: object[] = [];

  constructor(pid?: number) {
    super();
    this.pid = pid;
  }

  send(message: object): void {
    this.received.push(message);
  }

  kill(signal: string): boolean {
    this.signals.push(signal);
    if (signal === "SIGKILL") this.exit(null, "SIGKILL");
    return true;
  }

  exit(code: number | null, signal: string | null = null): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.connected = false;
    this.emit("close", code, signal);
  }
}

interface Trial {
  readonly child: SupervisedChild;
  readonly processes: PaperProcess[];
  readonly deaths: ChildDeath[];
  readonly messages: unknown[];
  readonly log: ReturnType<typeof keepingLogger>;
  readonly present: () => PaperProcess;
  readonly hasEnded: () => boolean;
}

/** @param onDeath what its owner says of deaths; that it is to be started again when absent. */
function trial(
  onDeath: (death: ChildDeath, child: SupervisedChild) => string | null = () => "died",
): Trial {
  const processes: PaperProcess[] = [];
  const deaths: ChildDeath[] = [];
  const messages: unknown[] = [];
  const log = keepingLogger();
  const child: SupervisedChild = new SupervisedChild({
    name: "worker 1",
    logger: log,
    clock: { nowMs: () => Date.now(), wallMs: () => Date.now() },
    fork: () => {
      const paper = new PaperProcess(processes.length + 1);
      processes.push(paper);
      return paper as unknown as ChildProcess;
    },
    askToEnd: (running) => void running.kill("SIGTERM"),
    onMessage: (message) => messages.push(message),
    onDeath: (death) => {
      deaths.push(death);
      return onDeath(death, child);
    },
  });
  let hasEnded = false;
  void child.ended.then(() => (hasEnded = true));
  const present = (): PaperProcess => processes.at(-1)!;
  return { child, processes, deaths, messages, log, present, hasEnded: () => hasEnded };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a supervised child", () => {
  it("is started again after each death, later each time", async () => {
    const { child, processes, present, log } = trial();
    child.start();
    for (const [deaths, waitMs] of [100, 200, 400].entries()) {
      present().exit(3);
      await vi.advanceTimersByTimeAsync(waitMs - 1);
      expect(processes).toHaveLength(deaths + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(processes).toHaveLength(deaths + 2);
    }
    const warnings = log.records.filter(({ level }) => level === "warn");
    expect(warnings.map(({ message }) => message)[0]).toBe(
      "worker 1 died; starting it again in 100 ms",
    );
  });

  it("that had begun with its work says so when it dies, and its successor has not", () => {
    const { child, deaths, present } = trial();
    child.start();
    child.hasBegun();
    present().exit(null, "SIGSEGV");
    vi.advanceTimersByTime(100);
    present().exit(1);
    expect(deaths.map(({ how, hasWorked }) => [how, hasWorked])).toEqual([
      ["SIGSEGV", true],
      ["exit code 1", false],
    ]);
  });

  it("that could not even be started died of that", () => {
    const { child, deaths, present } = trial();
    child.start();
    Object.assign(present(), { pid: undefined });
    present().emit("error", Object.assign(new Error("spawn"), { code: "EAGAIN" }));
    present().exit(-11);
    expect(deaths[0]?.how).toBe("could not be started: EAGAIN");
  });

  it("is heard until its channel is closed, which is after its exit", () => {
    const { child, messages, present } = trial();
    child.start();
    present().emit("exit", 0, null);
    present().emit("message", "last words");
    present().exit(0);
    expect(messages).toEqual(["last words"]);
  });

  it("is asked once to end, however often it is stopped, and killed when its time is over", async () => {
    const { child, log, present, hasEnded } = trial();
    child.start();
    void child.stop(5_000);
    void child.stop(1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(present().signals).toEqual(["SIGTERM"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(present().signals).toEqual(["SIGTERM", "SIGKILL"]);
    expect(hasEnded()).toBe(true);
    expect(log.records.some(({ message }) => message.includes("did not drain"))).toBe(true);
  });

  it("has ended at once when it is stopped between two processes", async () => {
    const { child, processes, present } = trial();
    child.start();
    present().exit(3);
    await child.stop(5_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(processes).toHaveLength(1);
  });

  it("stays ended when its owner stops it in answer to its death", async () => {
    const { child, processes, present } = trial((_, dead) => {
      void dead.stop(1_000);
      return "died";
    });
    child.start();
    present().exit(3);
    await child.ended;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(processes).toHaveLength(1);
  });

  it("has one process at most, and none after its end, whatever happens in which order", async () => {
    const step = fc.oneof(
      fc.record({ what: fc.constant("exit" as const), code: fc.constantFrom(0, 1, 3) }),
      fc.record({
        what: fc.constantFrom("begun" as const, "kill" as const, "expect end" as const),
      }),
      fc.record({ what: fc.constant("stop" as const), withinMs: fc.constantFrom(1, 1_000) }),
      fc.record({ what: fc.constant("wait" as const), ms: fc.constantFrom(1, 99, 500, 20_000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { child, processes, present, hasEnded } = trial(({ code }) =>
          code === 0 ? null : "died",
        );
        child.start();
        for (const each of steps) {
          if (each.what === "exit") present().exit(each.code);
          if (each.what === "begun") child.hasBegun();
          if (each.what === "kill") child.kill();
          if (each.what === "expect end") child.expectEnd();
          if (each.what === "stop") void child.stop(each.withinMs);
          if (each.what === "wait") await vi.advanceTimersByTimeAsync(each.ms);
          await vi.advanceTimersByTimeAsync(0);
          const alive = processes.filter(({ isAlive }) => isAlive).length;
          expect(alive).toBeLessThanOrEqual(1);
          if (hasEnded()) expect(alive).toBe(0);
        }
        const started = processes.length;
        void child.stop(1_000);
        await vi.advanceTimersByTimeAsync(60_000);
        expect(hasEnded()).toBe(true);
        expect(processes).toHaveLength(started);
        expect(present().isAlive).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
