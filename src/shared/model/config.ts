// The resolved configuration: what `load.ts` returns after defaults, variables and checks. Frozen,
// complete, with units in the names; no code below `cli/` reads YAML or the environment.

import type { Expression, Format, MetricDefinition, Plan, SummaryDefinition } from "./plan.ts";

/** How lines are read, wherever they come from. */
interface SourceOptions {
  readonly name: string;
  readonly format: Format;
  readonly maxLineBytes: number;
  /** What bytes behind the last line feed are: a line that is still being written, or a whole one. */
  readonly lastLine: "wait" | "count";
}

export interface FileSource extends SourceOptions {
  readonly type: "file";
  /** Glob patterns, absolute or relative to the configuration file's folder. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether files may be read that links lead to outside of the folder of their pattern. */
  readonly followLinks: boolean;
}

/** What has come on standard input; no configuration file has it, since only commands read that. */
export interface StdinSource extends SourceOptions {
  readonly type: "stdin";
  /** The file in which it is kept. */
  readonly path: string;
}

export type SourceConfig = FileSource | StdinSource;

interface DerivedMetric {
  readonly name: string;
  readonly type: "derived";
  /** Arithmetic over the metrics of the same summary. */
  readonly expression: Expression;
}

/** A summary with its derived metrics in their place among the stored ones. */
export interface SummaryConfig extends Omit<SummaryDefinition, "metrics"> {
  readonly metrics: readonly (MetricDefinition | DerivedMetric)[];
}

/** What outputs that keep a file for each bucket have in common. */
export interface FileOutput {
  readonly name: string;
  readonly summaries: readonly string[];
  /** Template with `{summary}` and `{bucket}`, resolved against the configuration file's folder. */
  readonly path: string;
}

export interface CsvOutput extends FileOutput {
  readonly type: "csv";
  /** Whether estimates have columns with their bounds. */
  readonly bounds: boolean;
  /** Whether the bucket is a column, too. */
  readonly bucket: boolean;
}

interface JsonlOutput extends FileOutput {
  readonly type: "jsonl";
}

export type OutputConfig = CsvOutput | JsonlOutput;

export interface ClusterConfig {
  readonly tasks: string;
  readonly results: string;
  readonly acks: string;
  readonly batch: { readonly maxBytes: number };
  readonly maxInFlight: number;
  readonly ackTimeoutMs: number;
  readonly batchTimeoutMs: number;
  readonly drainTimeoutMs: number;
  /** Absolute path of the folder of CURVE keys; null without one. */
  readonly security: { readonly keys: string | null };
}

export interface Config {
  /** Absolute path of the file it came from. */
  readonly path: string;
  /** Absolute. The store is `<dataDir>/store`, dead letters `<dataDir>/dead-letter`. */
  readonly dataDir: string;
  readonly timezone: string;
  readonly cluster: ClusterConfig;
  readonly sources: readonly SourceConfig[];
  readonly summaries: readonly SummaryConfig[];
  readonly outputs: readonly OutputConfig[];
  readonly store: { readonly liveBytesMax: number; readonly flushIntervalMs: number };
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Absolute path of the file with the bearer token; null without one. */
    readonly tokenFile: string | null;
  };
  /** What workers are sent; made from the rest by `makePlan`. */
  readonly plan: Plan;
}
