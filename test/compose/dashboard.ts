// What the Prometheus of a cluster answers to the dashboard of deploy/grafana, and how it is itself.

import { readFileSync } from "node:fs";
import type { ComposeCluster } from "./cluster.ts";

const dashboardFile = new URL("../../deploy/grafana/dashboards/logmill.json", import.meta.url);

interface DashboardAnswers {
  readonly queries: number;
  /** Queries without a sample. */
  readonly silent: readonly string[];
  /** Targets that are scraped, and rules that are evaluated. */
  readonly targetsUp: number;
  readonly soundRules: number;
}

/** Asks every query of every panel. */
export async function askDashboard(cluster: ComposeCluster): Promise<DashboardAnswers> {
  const { panels } = JSON.parse(readFileSync(dashboardFile, "utf8")) as {
    readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  };
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  const silent: string[] = [];
  for (const query of queries) {
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    const { result } = (await cluster.prometheus(path)) as { readonly result: readonly unknown[] };
    if (result.length === 0) silent.push(query);
  }
  const { activeTargets } = (await cluster.prometheus("/api/v1/targets?state=active")) as {
    readonly activeTargets: readonly { readonly health: string }[];
  };
  const { groups } = (await cluster.prometheus("/api/v1/rules")) as {
    readonly groups: readonly { readonly rules: readonly { readonly health: string }[] }[];
  };
  return {
    queries: queries.length,
    silent,
    targetsUp: activeTargets.filter(({ health }) => health === "up").length,
    soundRules: groups.flatMap(({ rules }) => rules).filter(({ health }) => health === "ok").length,
  };
}
