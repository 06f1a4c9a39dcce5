// What workers are told of a configuration: how lines are read and what is kept of them, nothing of
// paths, endpoints and outputs. So moving a file or an output leaves the plan's fingerprint as it is.

import type { Config } from "../model/config.ts";
import type { Plan } from "../model/plan.ts";

export function makePlan(config: Pick<Config, "timezone" | "sources" | "summaries">): Plan {
  return {
    version: 1,
    timezone: config.timezone,
    sources: config.sources.map(({ name, format, maxLineBytes }) => ({
      name,
      format,
      maxLineBytes,
    })),
    summaries: config.summaries.map((summary) => ({
      ...summary,
      metrics: summary.metrics.filter((metric) => metric.type !== "derived"),
    })),
  };
}
