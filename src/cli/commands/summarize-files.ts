// What `logmill summarize` does: the ordinary pipeline, on a configuration made of the command line,
// into a store that is thrown away afterwards unless it is to be kept.

import { rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { limits } from "../../shared/base/limits.ts";
import { isTimezone } from "../../shared/model/timezone.ts";
import type { Config } from "../../shared/config/config.ts";
import { commandSignals, listenForStop, type StopSignal } from "../../shared/runtime/lifecycle.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { makeTemporaryFolder } from "../run/temporary-folder.ts";
import { cutShortExitCode } from "../signal-exit-code.ts";
import { candidateNamed } from "../recognise/candidates.ts";
import { expectReadable } from "../recognise/file-head.ts";
import { questionsOf } from "../recognise/questions.ts";
import { readAs, recogniseFormat, type Recognised } from "../recognise/recognise-format.ts";
import { checkReadable } from "./readable-files.ts";
import { keepStandardInput } from "./standard-input.ts";
import { reportProblems, reportStopped, runWithProgress } from "./run-work.ts";

/** The options, as the work gets them. */
export interface SummarizeArguments {
  readonly files: readonly string[];
  /** Recognised when absent. */
  readonly format: string | undefined;
  /** Rows of the tables that can be long. */
  readonly top: number;
  readonly timezone: string;
  readonly workers: number | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
  /** Folder of the tables; a temporary one when absent. */
  readonly keep: string | undefined;
}

/** What stands for standard input among the files. */
const standardInput = "-";

/**
 * Returns the exit code.
 * @throws LogmillError `usage`, `source_unreadable` before anything is read.
 */
export async function summarize(args: SummarizeArguments): Promise<number> {
  if (!isTimezone(args.timezone)) {
    throw new LogmillError(
      "usage",
      `--timezone: "${args.timezone}" is no time zone; write UTC or a name such as Europe/Paris`,
    );
  }
  const { files, keep } = args;
  if (keep !== undefined && files.includes(standardInput)) {
    throw new LogmillError(
      "usage",
      "standard input is read once; leave out --keep, or write it to a file and name that",
    );
  }
  const named = files.filter((file) => file !== standardInput);
  checkReadable(named);
  const folder = keep ?? makeTemporaryFolder("logmill-summarize-");
  // What is said of standard input names this file.
  const input = files.includes(standardInput) ? join(folder, "standard-input") : null;
  try {
    const begun = await begin(args.format, named, input);
    if (typeof begun === "number") return begun;
    const { format } = begun;
    return await summarizeInto(resolve(folder), { ...args, files: named }, { format, input });
  } finally {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Keeps standard input and finds the format; the exit code where a signal ended it. */
async function begin(
  asked: string | undefined,
  named: readonly string[],
  input: string | null,
): Promise<{ readonly format: Recognised } | number> {
  const stop = listenForStop(process, () => undefined, commandSignals);
  try {
    if (input !== null) {
      const options = { bytesMax: limits.standardInputBytesMax, signal: stop.signal };
      const { isEnded } = await keepStandardInput(process.stdin, input, options);
      if (!isEnded) process.stderr.write("logmill: standard input ends without a line feed\n");
    }
    const paths = input === null ? named : [...named, input];
    await expectReadable(paths);
    // Files without a line are of any format.
    const format =
      (asked === undefined ? await recogniseFormat(paths, input) : null) ??
      (await readAs(candidateNamed(asked ?? "combined"), paths));
    stop.signal.throwIfAborted();
    return { format };
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    const signal = stop.signal.reason as StopSignal;
    const done = input === null ? "files were looked at" : "standard input was read";
    process.stderr.write(`logmill: stopped by ${signal} while ${done}\n`);
    return cutShortExitCode(signal);
  } finally {
    stop.dispose();
  }
}

async function summarizeInto(
  folder: string,
  args: SummarizeArguments,
  { format, input }: { readonly format: Recognised; readonly input: string | null },
): Promise<number> {
  const questions = questionsOf(format);
  let config: Config | null = null;
  const end = await runWithProgress({
    workers: args.workers,
    isQuiet: args.quiet ?? false,
    loadConfig: async () => {
      const { summarizeConfig } = await import("../recognise/summarize-config.ts");
      return (config = summarizeConfig(folder, { ...args, format, questions, input }));
    },
  });
  if (end.kind === "stopped") return reportStopped(end);
  const seconds = performance.now() / 1000;
  const { summaryJson, renderSummary } = await import("../screens/summary-report.ts");
  const shown = { format: format.name, questions, top: args.top };
  const style = terminalStyle(process.stdout, process.env);
  const text =
    args.json === true
      ? await summaryJson(config!, end.report, shown)
      : await renderSummary(config!, end.report, { ...shown, seconds, style });
  process.stdout.write(text);
  return reportProblems(end.report);
}
