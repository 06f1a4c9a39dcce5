// The configuration that `logmill summarize` runs with: the files and standard input as sources of one format,
// and what an operator asks of them first.

import { resolve } from "node:path";
import type { Config, SourceConfig } from "../../shared/config/config.ts";
import { parseConfig } from "../../shared/config/load.ts";
import { asWritten } from "./as-written.ts";
import type { Candidate } from "./candidate.ts";
import { summariesOf, type Questions } from "./questions.ts";

/** Name of the source that standard input is. */
const inputSource = "standard_input";

/** @param folder where the store goes. */
export function summarizeConfig(
  folder: string,
  args: {
    readonly files: readonly string[];
    /** The file in which standard input is kept; null where it is not read. */
    readonly input: string | null;
    readonly format: Candidate;
    readonly questions: Questions;
    readonly timezone: string;
    readonly keep: string | undefined;
  },
): Config {
  const from = [
    ...(args.files.length > 0 ? ["web"] : []),
    ...(args.input === null ? [] : [inputSource]),
  ];
  const options = {
    data_dir: folder,
    timezone: args.timezone,
    sources: Object.fromEntries(
      from.map((name) => [
        name,
        { type: "file", include: ["none"], format: asWritten(args.format.options) },
      ]),
    ),
    summaries: summariesOf(args.questions, from),
  };
  // JSON is YAML; so the defaults and checks of every configuration hold for this one.
  const config = parseConfig(JSON.stringify(options), resolve("summarize"), {});
  // Put in afterwards: names of files may hold what a configuration would take for a variable.
  const include = args.files.map((file) => resolve(file));
  // Whoever names a file on the command line means it, wherever it leads.
  // What is not kept is read once, so a last line without its line feed is all there is of it.
  const lastLine = args.keep === undefined ? ("count" as const) : ("wait" as const);
  const named = { include, followLinks: true, lastLine };
  const sources = config.sources.map((source): SourceConfig => {
    if (source.name !== inputSource) return { ...source, ...named };
    const { name, format, maxLineBytes, computed, where } = source;
    return {
      name,
      format,
      maxLineBytes,
      computed,
      ...(where !== undefined && { where }),
      type: "stdin",
      path: resolve(args.input!),
      lastLine: "count",
    };
  });
  return { ...config, sources };
}
