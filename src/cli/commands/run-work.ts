// What `logmill run` does: all roles on this host over the files of a configuration, once, with a
// progress bar, and at the end what became of every line.

import { availableParallelism } from "node:os";
import { errorTable } from "../../shared/base/errors.ts";
import type { Config } from "../../shared/config/config.ts";
import { systemClock } from "../../shared/runtime/clock.ts";
import { createLogger } from "../../shared/runtime/logger.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { expectWritableDataDir } from "../run/data-folder.ts";
import { runPipeline } from "../run/pipeline.ts";
import { runJson } from "../screens/run-json.ts";
import { allRejected, uncountedFiles } from "../screens/all-rejected.ts";
import type { DoneReport } from "../screens/done-report.ts";
import type { PipelineEnd } from "../run/pipeline.ts";
import { ProgressBar } from "../screens/progress.ts";
import { cutShortExitCode, signalExitCode } from "../signal-exit-code.ts";

/** The options, as the work gets them. */
export interface RunArguments {
  /** Path of the configuration. */
  readonly config: string;
  /** Worker processes; the number of cores when absent. */
  readonly workers: number | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
}

/** Returns the exit code: 0 all acknowledged, 1 some input could not be read, 130 interrupted. */
export async function runOnce(args: RunArguments): Promise<number> {
  let config: Config | null = null;
  const end = await runWithProgress({
    workers: args.workers,
    isQuiet: args.quiet ?? false,
    loadConfig: async () => {
      const { loadConfig } = await import("../../shared/config/load.ts");
      config = loadConfig(args.config, process.env);
      expectWritableDataDir(config.dataDir);
      return config;
    },
  });
  if (end.kind === "stopped") return reportStopped(end);
  const seconds = performance.now() / 1000;
  if (args.json === true) {
    process.stdout.write(`${JSON.stringify(runJson(end.report, seconds))}\n`);
  } else if (args.quiet !== true) await printResult(config!, end.report, seconds);
  return reportProblems(end.report);
}

/** Runs a pipeline with the progress bar and log on standard error. */
export async function runWithProgress(options: {
  readonly workers: number | undefined;
  readonly isQuiet: boolean;
  readonly loadConfig: () => Promise<Config>;
}): Promise<PipelineEnd> {
  const style = terminalStyle(process.stderr, process.env);
  // TERM=dumb can not draw over a line.
  const canDraw = process.stderr.isTTY && process.env["TERM"] !== "dumb" && !options.isQuiet;
  const bar = canDraw ? new ProgressBar(process.stderr, style, systemClock) : null;
  const write = (text: string): void => {
    if (bar === null) process.stderr.write(text);
    else bar.write(text);
  };
  try {
    return await runPipeline({
      workers: options.workers ?? availableParallelism(),
      // Starts and ends of roles are of no interest to who runs a command, unless asked for.
      logger: createLogger({ role: "run", level: "warn", write }),
      onErrorOutput: bar === null ? null : write,
      onProgress: (report) => bar?.update(report),
      loadConfig: options.loadConfig,
    });
  } finally {
    bar?.end();
  }
}

/** Says how to go on after an interruption, and returns the exit code. */
export function reportStopped(end: Extract<PipelineEnd, { kind: "stopped" }>): number {
  process.stderr.write(
    `logmill: stopped by ${end.signal}; what was acknowledged is kept, run again for more\n`,
  );
  return end.cutShortBy === null ? signalExitCode(end.signal) : cutShortExitCode(end.cutShortBy);
}

/** Names the inputs that could not be read to their end, and returns the exit code. */
export function reportProblems(report: DoneReport): number {
  const { problems: found, sheets, sheetsBefore, uncounted } = report;
  const problems = [...found, ...allRejected(sheetsBefore, sheets), ...uncountedFiles(uncounted)];
  for (const problem of problems) process.stderr.write(`logmill: ${problem}\n`);
  return problems.length === 0 ? 0 : errorTable.source_unreadable.exitCode;
}

async function printResult(config: Config, report: DoneReport, seconds: number): Promise<void> {
  const { renderOutputs, renderRun, renderSummaries } = await import("../screens/run-result.ts");
  const style = terminalStyle(process.stdout, process.env);
  process.stdout.write(renderRun(report, seconds, style));
  process.stdout.write(await renderSummaries(config, style));
  process.stdout.write(renderOutputs(report.outputs, process.cwd(), style));
}
