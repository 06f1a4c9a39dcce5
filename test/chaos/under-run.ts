// Chaos under `logmill run`: its supervisor starts again what is killed below it, and whoever started
// it starts it again when it is killed itself. A run reads what is there and ends, so the load grows
// between two runs, and the quiet phase is one more run that nobody disturbs.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { programPath } from "../support/programs.ts";
import { SheetWatch, type ChaosOptions, type ChaosOutcome } from "./apart.ts";
import { leashed, logmill } from "./processes.ts";
import { makeSchedule, type Fault } from "./random.ts";
import { Recovery, faultName } from "./recovery.ts";

interface LogRecord {
  msg: string;
  child?: string;
  childPid?: number;
  batches?: number;
  redelivered?: number;
  duplicates?: number;
}

const workers = 3;
const linesARun = 150_000;
const linesAWrite = 2_000;

/** One `logmill run` and its children, as its log tells of them. */
class SupervisedRun {
  /** Pids by the names that the supervisor gives. */
  pids = new Map<string, number>();
  batches = 0;
  redelivered = 0;
  duplicates = 0;
  #child;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  isOver = false;
  /** The supervisor has said that a role dies too often, as it should when it is killed that often. */
  isGivenUp = false;
  #rest = "";
  #onStart;

  /** @param log path */
  constructor(config: string, log: string, onStart: (name: string) => void) {
    this.#onStart = onStart;
    const args = ["run", "-c", config, "--workers", `${workers}`, "--json"];
    this.#child = leashed(
      spawn(process.execPath, [programPath, ...args], {
        stdio: ["ignore", "ignore", "pipe"],
        env: { ...process.env, LOGMILL_LOG_LEVEL: "debug", LOGMILL_LOG_FORMAT: "json" },
      }),
    );
    const file = createWriteStream(log);
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => {
      file.write(text);
      this.#read(text);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => {
        this.isOver = true;
        file.end();
        resolve({ code, signal });
      });
    });
  }

  kill() {
    this.#child.kill("SIGKILL");
  }

  #read(text: string) {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.includes("the run was given up")) this.isGivenUp = true;
      if (!line.startsWith("{")) continue;
      const record = JSON.parse(line) as LogRecord;
      if (record.child !== undefined && record.childPid !== undefined) {
        this.pids.set(record.child, record.childPid);
        this.#onStart(record.child);
      }
      if (record.msg !== "progress") continue;
      this.batches = record.batches ?? 0;
      this.redelivered = record.redelivered ?? 0;
      this.duplicates = record.duplicates ?? 0;
    }
  }
}

class Chaos {
  kills = 0;
  stops = 0;
  redelivered = 0;
  duplicates = 0;
  recovery = new Recovery();
  faults: string[] = [];
  #options;
  #runs = 0;
  /** What each child comes back from. */
  #away = new Map<string, string>();

  constructor(options: ChaosOptions) {
    this.#options = options;
  }

  /** Runs once over what is there, and does what falls due meanwhile. */
  async run(schedule: Fault[], passedMs: () => number) {
    this.#runs += 1;
    const { config, logs } = this.#options;
    const number = this.#runs;
    this.#away.clear();
    const log = join(logs, `run.${number}.log`);
    const run = new SupervisedRun(config, log, (name) => {
      const kind = this.#away.get(name);
      this.#away.delete(name);
      if (kind !== undefined) this.recovery.back(kind, number, false);
    });
    let isKilled = false;
    while (!run.isOver) {
      this.recovery.observe(number, run.batches);
      const fault = schedule[0];
      if (fault !== undefined && fault.atMs <= passedMs() && run.batches > 0) {
        schedule.shift();
        if (fault.victim === "run") {
          run.kill();
          isKilled = true;
          this.kills += 1;
        } else this.#inflict(fault, run, number);
      }
      await sleep(20);
    }
    const { code, signal } = await run.ended;
    this.redelivered += run.redelivered;
    this.duplicates += run.duplicates;
    // Try again: a sink of a killed run that stands still has the store until it goes on.
    const isRefused = code === 75;
    if (code !== 0 && !isKilled && !isRefused && !run.isGivenUp)
      this.faults.push(`run ${number} ended with ${signal ?? code}: ${log}`);
    if (isKilled) this.recovery.back("kill -9 of the supervisor", number + 1, true);
  }

  #inflict({ kind, victim, pick, forMs }: Fault, run: SupervisedRun, number: number) {
    const name = victim === "worker" ? `worker ${1 + Math.floor(pick * workers)}` : victim;
    const pid = run.pids.get(name);
    if (pid === undefined || this.#away.has(name)) return;
    const title = faultName(kind === "stop" ? "stop" : "kill", victim);
    if (!signal(pid, kind === "stop" ? "SIGSTOP" : "SIGKILL")) return;
    if (kind === "kill") {
      this.kills += 1;
      this.#away.set(name, title);
      return;
    }
    this.stops += 1;
    setTimeout(() => {
      signal(pid, "SIGCONT");
      this.recovery.back(title, number, false);
    }, forMs);
  }
}

/** @returns whether it was there */
function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

export async function chaosUnderRun(options: ChaosOptions): Promise<ChaosOutcome> {
  const { durationMs, convergeWithinMs, config, load, random } = options;
  const schedule = makeSchedule(random, durationMs, "run");
  const chaos = new Chaos(options);
  const sheet = new SheetWatch(config, load);
  const startMs = performance.now();
  while (performance.now() - startMs < durationMs) {
    for (let lines = 0; lines < linesARun; lines += linesAWrite) load.write(linesAWrite);
    await chaos.run(schedule, () => performance.now() - startMs);
    await sheet.look();
  }
  load.finish();
  const quietAtMs = performance.now();
  const { code, stderr } = await logmill(["run", "-c", config, "--quiet"]);
  const convergedMs = Math.round(performance.now() - quietAtMs);
  if (code !== 0) chaos.faults.push(`the quiet run ended with ${code}: ${stderr}`);
  await sheet.look();
  const { kills, stops, redelivered, duplicates, recovery } = chaos;
  return {
    ...{ kills, stops, terms: 0, workersMax: workers, redelivered, duplicates },
    ...{ looks: sheet.looks, faults: [...sheet.faults, ...chaos.faults] },
    convergedMs: convergedMs > convergeWithinMs ? null : convergedMs,
    recovery: recovery.summary(),
  };
}
