// Processes that are killed, stopped and started again, as a service manager would: whatever ends is
// started anew after its pause, until it is told to rest. Logs go to files, one for each process.

import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { programPath } from "../support/programs.ts";

/** A role that ends by itself is started again after this; kills have their own pause. */
const restartAfterMs = 200;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const living = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
// A signal alone would end this process without its last words.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** It does not outlive this process, however that ends. */
export function leashed<T extends ChildProcess>(child: T): T {
  living.add(child);
  child.once("exit", () => living.delete(child));
  return child;
}

/** One role that shall be running, and the process that is it at the moment. */
export class Slot {
  name;
  starts = 0;
  /** When the living process was started, on the monotonic clock. */
  startedAtMs = 0;
  /** Ends that nobody asked for, each with the log that tells why. */
  ownDeaths: string[] = [];
  #child: ChildProcess | null = null;
  #args;
  #folder;
  #log = "";
  #isWanted = true;
  #pauseMs = restartAfterMs;
  #isExpected = false;
  #continueTimer: NodeJS.Timeout | null = null;
  #exit: Promise<Exit> = Promise.resolve({ code: 0, signal: null });
  #onStart;

  /** @param folder of the logs */
  constructor(
    name: string,
    args: readonly string[],
    folder: string,
    onStart: (slot: Slot) => void,
  ) {
    this.name = name;
    this.#args = args;
    this.#folder = folder;
    this.#onStart = onStart;
    this.#start();
  }

  get isRunning() {
    return this.#child !== null;
  }

  /** Address of the role's metrics, once it has said so. */
  get http(): string | null {
    if (this.#child === null) return null;
    const match = /"http":"([^"]+)"[^\n]*"serving"/.exec(readFileSync(this.#log, "utf8"));
    return match?.[1] ?? null;
  }

  /**
   * Ends the process; it is away for so long.
   * @returns whether there was one
   */
  end(signal: "SIGKILL" | "SIGTERM", pauseMs: number): boolean {
    if (this.#child === null) return false;
    this.#pauseMs = pauseMs;
    this.#isExpected = true;
    this.#continue();
    this.#child.kill(signal);
    return true;
  }

  /**
   * Stands still for so long.
   * @returns whether there was anybody to do so
   */
  stop(forMs: number, onContinue: () => void): boolean {
    if (this.#child === null || this.#continueTimer !== null) return false;
    this.#child.kill("SIGSTOP");
    this.#continueTimer = setTimeout(() => {
      this.#continue();
      onContinue();
    }, forMs);
    return true;
  }

  /** Continues, if it stands still. */
  #continue() {
    if (this.#continueTimer === null) return;
    clearTimeout(this.#continueTimer);
    this.#continueTimer = null;
    this.#child?.kill("SIGCONT");
  }

  /** Nobody starts it again. Ends it in order and returns how it ended. */
  async rest(withinMs: number): Promise<Exit> {
    this.#isWanted = false;
    this.end("SIGTERM", 0);
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), withinMs);
    const exit = await this.#exit;
    clearTimeout(timer);
    return exit;
  }

  /** Nobody starts it again, and it is gone at once. */
  abandon() {
    this.#isWanted = false;
    this.#continue();
    this.#child?.kill("SIGKILL");
  }

  #start() {
    this.starts += 1;
    this.startedAtMs = performance.now();
    this.#pauseMs = restartAfterMs;
    this.#isExpected = false;
    this.#log = join(this.#folder, `${this.name.replace(" ", "-")}.${this.starts}.log`);
    const log = openSync(this.#log, "w");
    const child = leashed(
      spawn(process.execPath, [programPath, ...this.#args], {
        stdio: ["ignore", log, log],
        env: {
          LOGMILL_LOG_LEVEL: "info",
          ...process.env,
          LOGMILL_LOG_FORMAT: "json",
          NO_COLOR: "1",
        },
      }),
    );
    closeSync(log);
    this.#child = child;
    this.#exit = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        void this.#onExit({ code, signal });
        resolve({ code, signal });
      });
    });
    this.#onStart(this);
  }

  async #onExit({ code, signal }: Exit) {
    this.#child = null;
    if (this.#continueTimer !== null) clearTimeout(this.#continueTimer);
    this.#continueTimer = null;
    // A worker goes home with code 0 when its ventilator drains; it is started again like all others.
    if (!this.#isExpected && (code !== 0 || !this.name.startsWith("worker"))) {
      this.ownDeaths.push(`${this.name} ended with ${signal ?? code} by itself: ${this.#log}`);
    }
    await sleep(this.#pauseMs);
    if (this.#isWanted) this.#start();
  }
}

/** Runs a command of logmill to its end. */
export function logmill(
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = leashed(
    spawn(process.execPath, [programPath, ...args], { stdio: ["ignore", "pipe", "pipe"] }),
  );
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
