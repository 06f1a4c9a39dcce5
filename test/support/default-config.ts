// A configuration of which every option has its default, for tests that make one of their own by hand: what
// they do not care about, they spread. So an option that is new is new in the schema alone.

import type { Config, FileSource, SummaryConfig } from "../../src/shared/config/config.ts";
import { parseConfig } from "../../src/shared/config/load.ts";
import type { Plan } from "../../src/shared/model/plan.ts";

const least = `
sources:
  web: { type: file, include: ["logs/*"], format: { type: common } }
summaries:
  hits: { from: [web], metrics: { n: { type: count } } }
`;

export const defaultConfig: Config = parseConfig(least, "/default/logmill.yaml", {});

/** A source of access logs, `common`, in `logs/`. */
export const defaultSource = defaultConfig.sources[0] as FileSource;

/** Summaries of a plan as a configuration has them. */
export function configured(summaries: Plan["summaries"]): readonly SummaryConfig[] {
  return summaries.map((summary) => ({ ...defaultConfig.summaries[0]!, ...summary }));
}
