// The resolved configuration from checked options: absolute paths, units in the names, expressions
// in place of their texts.

import { dirname, resolve } from "node:path";
import type { Config, OutputConfig, SourceConfig, SummaryConfig } from "../model/config.ts";
import { makeFormat } from "./make-format.ts";
import { storedKindNamed } from "../metric/kinds.ts";
import { makePlan } from "./make-plan.ts";
import type { Expression, MetricDefinition } from "../model/plan.ts";
import type { ConfigOptions } from "./schema.ts";
import { expressionKey } from "./summary-references.ts";

type SummaryOptions = ConfigOptions["summaries"][string];
type MetricOptions = SummaryOptions["metrics"][string];

/** @param path absolute path of the file, in whose folder relative paths begin. */
export function makeConfig(
  path: string,
  options: ConfigOptions,
  expressions: ReadonlyMap<string, Expression>,
): Config {
  const folder = dirname(path);
  const { cluster, store } = options;
  const config = {
    path,
    dataDir: resolve(folder, options.data_dir),
    timezone: options.timezone,
    cluster: {
      tasks: cluster.tasks,
      results: cluster.results,
      acks: cluster.acks,
      batch: { maxBytes: cluster.batch.max_bytes },
      maxInFlight: cluster.max_in_flight,
      ackTimeoutMs: cluster.ack_timeout,
      batchTimeoutMs: cluster.batch_timeout,
      drainTimeoutMs: cluster.drain_timeout,
      security: { keys: absolute(folder, cluster.security.keys) },
    },
    sources: Object.entries(options.sources).map(([name, source]) => makeSource(name, source)),
    summaries: Object.entries(options.summaries).map(([name, summary]) =>
      makeSummary(name, options.timezone, summary, expressions),
    ),
    outputs: makeOutputs(folder, options),
    store: { liveBytesMax: store.live_max_bytes, flushIntervalMs: store.flush_interval },
    http: makeHttp(folder, options.http),
  };
  return deepFreeze({ ...config, plan: makePlan(config) });
}

function makeSource(name: string, source: ConfigOptions["sources"][string]): SourceConfig {
  const { type, include, exclude, max_line_bytes: maxLineBytes } = source;
  const { follow_links: followLinks, last_line: lastLine } = source;
  const format = makeFormat(source.format);
  return { name, type, include, exclude, format, maxLineBytes, followLinks, lastLine };
}

function makeSummary(
  name: string,
  timezone: string,
  summary: SummaryOptions,
  expressions: ReadonlyMap<string, Expression>,
): SummaryConfig {
  const { from, timestamp, granularity, dimensions, max_rows: maxRows, metrics } = summary;
  const path = ["summaries", name];
  return {
    name,
    from,
    timestamp,
    granularity,
    timezone,
    dimensions,
    maxRows,
    ...whereAt(path, expressions),
    metrics: Object.entries(metrics).map(([metric, options]) =>
      makeMetric(metric, options, [...path, "metrics", metric], expressions),
    ),
  };
}

function makeMetric(
  name: string,
  options: MetricOptions,
  path: readonly string[],
  expressions: ReadonlyMap<string, Expression>,
): SummaryConfig["metrics"][number] {
  if (options.type === "derived") {
    const expression = expressions.get(expressionKey([...path, "expr"]))!;
    return { name, type: "derived", expression };
  }
  const kind = storedKindNamed(options.type)!;
  // The options of a kind are the members of its definitions.
  const definition = { ...options, name, type: kind.words[0], ...whereAt(path, expressions) };
  return definition as MetricDefinition;
}

function makeHttp(folder: string, options: ConfigOptions["http"]): Config["http"] {
  const { host, port, token_file: tokenFile } = options;
  return { host, port, tokenFile: absolute(folder, tokenFile) };
}

function absolute(folder: string, path: string | undefined): string | null {
  return path === undefined ? null : resolve(folder, path);
}

function makeOutputs(folder: string, options: ConfigOptions): readonly OutputConfig[] {
  return Object.entries(options.outputs).map(([name, output]) => ({
    ...output,
    name,
    summaries: output.summaries ?? Object.keys(options.summaries),
    path: resolve(folder, output.path),
  }));
}

function whereAt(
  path: readonly string[],
  expressions: ReadonlyMap<string, Expression>,
): { readonly where?: Expression } {
  const where = expressions.get(expressionKey([...path, "where"]));
  return where === undefined ? {} : { where };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
