// Processes that are killed, stopped and started again, as a service manager would: whatever ends is
// started anew after its pause, until it is told to rest. Logs go to files, one for each process.

import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** A role that ends by itself is started again after this; kills have their own pause. */
const restartAfterMs = 200;

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null }} Exit */

/** @type {Set<import("node:child_process").ChildProcess>} */
const living = new Set();
process.on("exit", () => {
  for (const child of living) child.kill("SIGKILL");
});
// A signal alone would end this process without its last words.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** It does not outlive this process, however that ends. @template {import("node:child_process").ChildProcess} T @param {T} child @returns {T} */
export function leashed(child) {
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
  /** Ends that nobody asked for, each with the log that tells why. @type {string[]} */
  ownDeaths = [];
  /** @type {import("node:child_process").ChildProcess | null} */
  #child = null;
  #args;
  #folder;
  #log = "";
  #isWanted = true;
  #pauseMs = restartAfterMs;
  #isExpected = false;
  /** @type {NodeJS.Timeout | null} */
  #continueTimer = null;
  /** @type {Promise<Exit>} */
  #exit = Promise.resolve({ code: 0, signal: null });
  #onStart;

  /** @param {string} name @param {readonly string[]} args @param {string} folder of the logs @param {(slot: Slot) => void} onStart */
  constructor(name, args, folder, onStart) {
    this.name = name;
    this.#args = args;
    this.#folder = folder;
    this.#onStart = onStart;
    this.#start();
  }

  get isRunning() {
    return this.#child !== null;
  }

  /** Address of the role's metrics, once it has said so. @returns {string | null} */
  get http() {
    if (this.#child === null) return null;
    const match = /"http":"([^"]+)"[^\n]*"serving"/.exec(readFileSync(this.#log, "utf8"));
    return match?.[1] ?? null;
  }

  /** Ends the process; it is away for so long. @param {"SIGKILL" | "SIGTERM"} signal @param {number} pauseMs @returns {boolean} whether there was one */
  end(signal, pauseMs) {
    if (this.#child === null) return false;
    this.#pauseMs = pauseMs;
    this.#isExpected = true;
    this.#continue();
    this.#child.kill(signal);
    return true;
  }

  /** Stands still for so long. @param {number} forMs @param {() => void} onContinue @returns {boolean} whether there was anybody to do so */
  stop(forMs, onContinue) {
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

  /** Nobody starts it again. Ends it in order and returns how it ended. @param {number} withinMs @returns {Promise<Exit>} */
  async rest(withinMs) {
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
      spawn(process.execPath, [program, ...this.#args], {
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

  /** @param {Exit} exit */
  async #onExit({ code, signal }) {
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

/** Runs a command of logmill to its end. @param {readonly string[]} args @returns {Promise<{ code: number | null, stdout: string, stderr: string }>} */
export function logmill(args) {
  const child = leashed(
    spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"] }),
  );
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
