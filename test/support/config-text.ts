// Configurations for tests: a good one to start from, and what is wrong with a bad one.

import { ConfigError, renderFault } from "../../src/shared/config/diagnostics.ts";
import { parseConfig } from "../../src/shared/config/load.ts";
import type { Environment } from "../../src/shared/config/variables.ts";

/** The least that a configuration must have, with two sources to refer to. */
export const leastConfig = `
sources:
  ads:
    type: file
    include: ["ads.log"]
    format:
      type: rsyslog
      payloads:
        V1: { type: csv, fields: [event, user, campaign, "", revenue] }
        V2: { type: csv, fields: [event, user, _, country] }
  web: { type: file, include: ["access.log"], format: { type: combined } }
summaries:
  totals: { from: [ads], metrics: { events: { type: count } } }
`.trimStart();

/** The faults of a text as `line:column: option: problem; fix`, in order. */
export function faultsOf(text: string, env: Environment = {}): readonly string[] {
  try {
    parseConfig(text, "logmill.yaml", env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults.map((fault) => renderFault("", fault).slice(1));
  }
}

/** The good configuration with one more summary, whose options are given in flow style. */
export function withSummary(options: string): string {
  return `${leastConfig}  tested: { ${options} }\n`;
}

/** The faults of a summary as problems without their places. */
export function summaryFaults(options: string): readonly string[] {
  return faultsOf(withSummary(options)).map((fault) =>
    fault.replace(/^\d+:\d+: summaries\.tested\.?/, ""),
  );
}
