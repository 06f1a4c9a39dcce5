// A copy of the tree, in which mutants are tried out one after the other while the tree itself stays
// as it is.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { kernelCompiler, kernelFile, kernelSource } from "../../scripts/kernel.mjs";
import type { TestedMutant } from "./catalog.ts";
import { mutate } from "./mutant.ts";

interface VitestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

export type Outcome =
  | { readonly kind: "passed" }
  | { readonly kind: "caught"; readonly by: string }
  | { readonly kind: "broken"; readonly why: string };

/** A mutant that makes a test wait for ever is caught by the wait. */
const testTimeoutMs = 60_000;
const runTimeoutMs = 300_000;

export class TreeCopy {
  readonly #folder = mkdtempSync(join(tmpdir(), "logmill-mutants-"));
  #child: ChildProcess | null = null;

  /** What git knows and what is new, as it is now, beside the same packages. */
  constructor(root: string) {
    const listed = spawnSync("git", ["ls-files", "-co", "--exclude-standard"], {
      cwd: root,
      encoding: "utf8",
    });
    for (const path of [...listed.stdout.trim().split("\n"), kernelFile]) {
      if (!lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile()) continue;
      mkdirSync(dirname(join(this.#folder, path)), { recursive: true });
      copyFileSync(join(root, path), join(this.#folder, path));
    }
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
  }

  /** Ends what runs in it, and removes it. */
  remove(): void {
    this.#killGroup();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Whether one of the mutant's tests notices it. */
  async tryOut(mutant: TestedMutant): Promise<Outcome> {
    const path = join(this.#folder, mutant.file);
    const original = readFileSync(path, "utf8");
    const mutated = mutate(original, mutant);
    if (mutated.kind === "lost") return { kind: "broken", why: mutated.why };
    const kernel = path.startsWith(kernelSource(this.#folder)) ? this.#kernel() : null;
    writeFileSync(path, mutated.code);
    try {
      if (kernel !== null && !(await this.#compileKernel())) {
        return { kind: "broken", why: "the kernel does not compile" };
      }
      // One file after the other: the first that notices is enough.
      for (const test of mutant.tests) {
        let outcome = await this.run([test]);
        // A test process that died by itself, as by an abort within libzmq, proves nothing either way.
        if (outcome.kind === "broken") outcome = await this.run([test]);
        if (outcome.kind !== "passed") return outcome;
      }
      return { kind: "passed" };
    } finally {
      writeFileSync(path, original);
      if (kernel !== null) writeFileSync(join(this.#folder, kernelFile), kernel);
    }
  }

  /** Runs files of tests, up to the first that fails. */
  async run(files: readonly string[]): Promise<Outcome> {
    const reportPath = join(this.#folder, "mutant-report.json");
    rmSync(reportPath, { force: true });
    const { status, isTimeout, output } = await this.#node([
      ...["node_modules/vitest/vitest.mjs", "run", ...files],
      ...["--bail=1", "--retry=0", `--testTimeout=${testTimeoutMs}`],
      ...["--reporter=json", `--outputFile=${reportPath}`],
    ]);
    if (isTimeout) return { kind: "caught", by: "a run that did not end" };
    if (!existsSync(reportPath)) return { kind: "broken", why: output };
    const { testResults } = JSON.parse(readFileSync(reportPath, "utf8")) as VitestReport;
    const failed = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .find((result) => result.status === "failed");
    if (failed !== undefined) return { kind: "caught", by: `"${failed.fullName}"` };
    if (status === 0) return { kind: "passed" };
    // Outside of any test: a file that cannot be loaded, or an error that nobody awaited.
    const message = testResults.map((result) => result.message).find((text) => text !== "");
    if (message === undefined && /Unhandled|Uncaught/.test(output)) {
      return { kind: "caught", by: "an error nobody awaited" };
    }
    return { kind: "broken", why: message ?? output.slice(0, 2000) };
  }

  #killGroup(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // All of it has ended.
    }
  }

  #kernel(): Buffer {
    return readFileSync(join(this.#folder, kernelFile));
  }

  /** What it computes is the same without what makes it quick, and it is compiled in a third of the time. */
  async #compileKernel(): Promise<boolean> {
    const { status } = await this.#node(kernelCompiler(this.#folder, ["-O0"]));
    return status === 0;
  }

  async #node(
    args: readonly string[],
  ): Promise<{ status: number | null; isTimeout: boolean; output: string }> {
    const env = { ...process.env };
    // Tests of a mutant are no evidence of anything that the program does.
    delete env["LOGMILL_EVIDENCE"];
    // In a group of its own: a test that spins for ever has to end with the process that started it.
    const child = spawn(process.execPath, args, { cwd: this.#folder, env, detached: true });
    this.#child = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    let isTimeout = false;
    const timer = setTimeout(() => {
      isTimeout = true;
      this.#killGroup();
    }, runTimeoutMs);
    const closed = once(child, "close");
    await once(child, "exit");
    clearTimeout(timer);
    // What it has left behind, which keeps its output open.
    this.#killGroup();
    await closed;
    this.#child = null;
    return { status: child.exitCode, isTimeout, output };
  }
}
