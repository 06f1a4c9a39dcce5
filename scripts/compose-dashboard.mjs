// What the Prometheus of a cluster answers to the dashboard of deploy/grafana, and how it is itself.

import { readFileSync } from "node:fs";

const dashboardFile = new URL("../deploy/grafana/dashboards/logmill.json", import.meta.url);

/**
 * Asks every query of every panel.
 * @param {import("./compose-cluster.mjs").ComposeCluster} cluster
 * @returns the number of queries, those without a sample, targets that are scraped, rules that are evaluated
 */
export async function askDashboard(cluster) {
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync(dashboardFile, "utf8"));
  const { panels } = /** @type {{ panels: { targets?: { expr: string }[] }[] }} */ (parsed);
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  /** @type {string[]} */
  const silent = [];
  for (const query of queries) {
    const path = `/api/v1/query?query=${encodeURIComponent(query)}`;
    const { result } = /** @type {{ result: unknown[] }} */ (await cluster.prometheus(path));
    if (result.length === 0) silent.push(query);
  }
  const { activeTargets } = /** @type {{ activeTargets: { health: string }[] }} */ (
    await cluster.prometheus("/api/v1/targets?state=active")
  );
  const { groups } = /** @type {{ groups: { rules: { health: string }[] }[] }} */ (
    await cluster.prometheus("/api/v1/rules")
  );
  return {
    queries: queries.length,
    silent,
    targetsUp: activeTargets.filter(({ health }) => health === "up").length,
    soundRules: groups.flatMap(({ rules }) => rules).filter(({ health }) => health === "ok").length,
  };
}
