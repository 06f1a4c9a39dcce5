// What `logmill summarize` does: the ordinary pipeline, on a configuration made of the command line,
// into a store that is thrown away afterwards unless it is to be kept.

import { accessSync, constants, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { LogmillError } from "../../shared/base/errors.ts";
import { isTimezone } from "../../shared/model/timezone.ts";
import type { Config } from "../../shared/model/config.ts";
import type { AccessLogType } from "../../shared/model/plan.ts";
import { terminalStyle } from "../../shared/text/terminal-table.ts";
import { recogniseFormat } from "./recognise-format.ts";
import { reportProblems, reportStopped, runWithProgress } from "./run-work.ts";

export interface SummarizeArguments {
  readonly files: readonly string[];
  /** Recognised when absent. */
  readonly format: AccessLogType | undefined;
  /** Rows of the tables that can be long. */
  readonly top: number;
  readonly timezone: string;
  readonly workers: number | undefined;
  readonly json: boolean | undefined;
  readonly quiet: boolean | undefined;
  /** Folder of the tables; a temporary one when absent. */
  readonly keep: string | undefined;
}

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
  checkReadable(args.files);
  // Files without a line are of any format.
  const format = args.format ?? recogniseFormat(args.files) ?? "combined";
  const folder = args.keep ?? mkdtempSync(join(tmpdir(), "logmill-summarize-"));
  try {
    return await summarizeInto(resolve(folder), args, format);
  } finally {
    if (args.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function summarizeInto(
  folder: string,
  args: SummarizeArguments,
  format: AccessLogType,
): Promise<number> {
  let config: Config | null = null;
  const end = await runWithProgress({
    workers: args.workers,
    isQuiet: args.quiet ?? false,
    loadConfig: async () => {
      const { accessLogConfig } = await import("./access-log-config.ts");
      return (config = accessLogConfig(folder, { ...args, format }));
    },
  });
  if (end.kind === "stopped") return reportStopped(end);
  const seconds = performance.now() / 1000;
  const { accessLogJson, renderAccessLog } = await import("../screens/access-log-report.ts");
  const style = terminalStyle(process.stdout, process.env);
  const text =
    args.json === true
      ? await accessLogJson(config!, end.report, { format, top: args.top })
      : await renderAccessLog(config!, end.report, { format, top: args.top, seconds, style });
  process.stdout.write(text);
  return reportProblems(end.report.problems);
}

/** A misspelt name is said before the pipeline starts, all of them at once. */
function checkReadable(files: readonly string[]): void {
  const faults = files.flatMap((file) => {
    try {
      if (statSync(file).isDirectory()) return [`${file} is a folder; name the files in it`];
      accessSync(file, constants.R_OK);
      return [];
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return [
        code === "ENOENT" ? `there is no file ${file}` : `${file} can not be read (${code ?? ""})`,
      ];
    }
  });
  if (faults.length > 0) throw new LogmillError("source_unreadable", faults.join("\n  "));
}
