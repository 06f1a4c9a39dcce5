// Starts the built program (`dist/`, so build first) or a script as a user would, and watches it: output,
// log as records, and every process that descends from it.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { onTestFinished } from "vitest";
import { programPath, typescriptFlags } from "./programs.ts";

export interface Finished {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of the program's log. */
export interface LogRecord {
  readonly level: string;
  readonly role: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export interface ProgramOptions {
  /** The script that is started, JavaScript or TypeScript; the built program when absent. */
  readonly script?: string;
  /** A command that runs it, with its arguments; it has to become the program (`exec`). */
  readonly prefix?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What comes on its standard input, which is closed behind it; nothing when absent. */
  readonly input?: Uint8Array;
  /** Started before the tests: there is no test at whose end it could be looked for. */
  readonly isInHook?: boolean;
}

const markName = "LOGMILL_TEST_MARK";

export class Program {
  readonly finished: Promise<Finished>;
  readonly records: LogRecord[] = [];
  readonly #mark = randomUUID();
  readonly #process: ChildProcess;
  #stdout = "";
  #stderr = "";
  #restOfLine = "";
  #waiting: (() => void)[] = [];
  #isFinished = false;

  /** Starts the program; whatever is left of it when the test ends is killed, and fails the test. */
  constructor(args: readonly string[], options: ProgramOptions = {}) {
    const script = options.script ?? programPath;
    const flags = script.endsWith(".ts") ? typescriptFlags : [];
    const command = [...(options.prefix ?? []), process.execPath, ...flags, script, ...args];
    this.#process = spawn(command[0]!, command.slice(1), {
      cwd: options.cwd,
      env: {
        ...process.env,
        LOGMILL_LOG_FORMAT: "json",
        NO_COLOR: "1",
        ...options.env,
        [markName]: this.#mark,
      },
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    this.#process.stdin?.end(options.input);
    this.#process.stdout!.setEncoding("utf8").on("data", (text: string) => (this.#stdout += text));
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => this.#onLog(text));
    this.finished = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (exitCode, signal) => {
        this.#isFinished = true;
        this.#wake();
        resolve({ exitCode, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
    if (options.isInHook !== true) onTestFinished(() => this.#killEverything());
  }

  get pid(): number {
    return this.#process.pid!;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** The first record, past or future, that the predicate accepts. */
  async record(accepts: (record: LogRecord) => boolean): Promise<LogRecord> {
    let seen = 0;
    for (;;) {
      for (; seen < this.records.length; seen += 1) {
        const record = this.records[seen]!;
        if (accepts(record)) return record;
      }
      if (this.#isFinished) throw new Error(`the program ended before that\n${this.#stderr}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Pids of the program and of everything that it started, directly or not. */
  processes(): number[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => hasMark(name, this.#mark))
      .map(Number);
  }

  /** Resolves when no process of the program lives any more. */
  async gone(withinMs = 10_000): Promise<void> {
    const deadlineMs = performance.now() + withinMs;
    while (this.processes().length > 0) {
      if (performance.now() > deadlineMs) {
        throw new Error(`processes ${this.processes().join(", ")} live on\n${this.#stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** For programs started in a hook: kills what is left of it, without complaint. */
  async killAll(): Promise<void> {
    await this.#killEverything().catch(() => undefined);
  }

  async #killEverything(): Promise<void> {
    const left = this.processes();
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It ended by itself in this moment.
      }
    }
    await this.finished;
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}\n${this.#stderr}`);
  }

  #onLog(text: string): void {
    this.#stderr += text;
    const lines = (this.#restOfLine + text).split("\n");
    this.#restOfLine = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("{")) this.records.push(JSON.parse(line) as LogRecord);
    }
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** Runs the program to its end and checks that nothing of it lives on. */
export async function runProgram(
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<Finished> {
  const program = new Program(args, options);
  const finished = await program.finished;
  await program.gone();
  return finished;
}

function hasMark(pid: string, mark: string): boolean {
  try {
    // A zombie has no environment, so it does not count.
    return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${markName}=${mark}`);
  } catch {
    return false;
  }
}
