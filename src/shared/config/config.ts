// The configuration as roles get it: the options of the file, complete, with units in their names, frozen, and
// what follows from them. The types are the schema's, so an option is written once. No code below `cli/` reads YAML
// or the environment; of this folder, roles may import types and nothing that is loaded.

import type { TableSource } from "../lookup/table-source.ts";
import type { Expression, Plan } from "../model/plan.ts";
import type { ConfigOptions } from "./schema.ts";
import { withTables } from "./table-references.ts";
import type { Tables } from "./tables.ts";

/** What the model defines is so already. */
type Frozen<T> = T extends Expression | string | number | boolean | null
  ? T
  : { readonly [Key in keyof T]: Frozen<T[Key]> };

export type FileSource = Frozen<ConfigOptions["sources"][number]>;

/** What has come on standard input; no configuration file has it, since only commands read that. */
export interface StdinSource extends Pick<
  FileSource,
  "name" | "format" | "maxLineBytes" | "lastLine" | "computed" | "where"
> {
  readonly type: "stdin";
  /** The file in which it is kept. */
  readonly path: string;
}

export type SourceConfig = FileSource | StdinSource;

/** A summary with its derived metrics in their place among the stored ones. */
export type SummaryConfig = Frozen<ConfigOptions["summaries"][number]> & {
  readonly timezone: string;
};

export type OutputConfig = Frozen<ConfigOptions["outputs"][number]> & {
  readonly summaries: readonly string[];
};
/** Lines, and the rows that they must give. */
export type TestConfig = Frozen<ConfigOptions["tests"][number]>;

export type CsvOutput = Extract<OutputConfig, { readonly type: "csv" }>;
/** What outputs that keep a file for each bucket have in common. */
export type FileOutput = Pick<CsvOutput, "name" | "summaries" | "path">;
export type RedisOutput = Extract<OutputConfig, { readonly type: "redis" }>;

export type ClusterConfig = Config["cluster"];

export interface Config extends Frozen<
  Omit<ConfigOptions, "sources" | "summaries" | "outputs" | "lookups">
> {
  /** Absolute path of the file it came from. */
  readonly path: string;
  readonly sources: readonly SourceConfig[];
  readonly summaries: readonly SummaryConfig[];
  readonly outputs: readonly OutputConfig[];
  readonly plan: Plan;
  /** What the plan looks values up in, of the files of `lookups` and of those that calls name. */
  readonly tables: readonly TableSource[];
}

/**
 * @param path absolute path of the file.
 * @param tables that its expressions name
 */
export function makeConfig(path: string, written: ConfigOptions, tables: Tables): Config {
  const { timezone } = written;
  const { sources, summaries: all } = withTables(
    { sources: written.sources, summaries: written.summaries },
    tables,
  );
  const options = { ...written, sources };
  const summaries = all.map((summary) => ({ ...summary, timezone }));
  const names = summaries.map(({ name }) => name);
  const outputs = options.outputs.map((output) => ({
    ...output,
    summaries: output.summaries ?? names,
  }));
  const config = { ...options, path, summaries, outputs, tables: tables.sources };
  return deepFreeze({ ...config, plan: makePlan(config) });
}

/**
 * What workers are told of a configuration: how lines are read and what is kept of them, nothing of
 * paths, endpoints and outputs. So moving a file or an output leaves the plan's fingerprint as it is.
 */
function makePlan(config: Pick<Config, "timezone" | "sources" | "summaries">): Plan {
  return {
    version: 1,
    timezone: config.timezone,
    sources: config.sources.map(({ name, format, maxLineBytes, computed, where }) => ({
      name,
      format,
      maxLineBytes,
      ...(computed.length > 0 && { computed }),
      ...(where !== undefined && { where }),
    })),
    summaries: config.summaries.map((summary) => ({
      ...summary,
      metrics: summary.metrics.filter((metric) => metric.type !== "derived"),
    })),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
