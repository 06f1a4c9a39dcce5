// The page of metrics is generated from the code, what it lists is what Prometheus's own linter finds
// good, and rules and dashboard ask for nothing else.

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { generatedMetricsPage } from "../../scripts/generate-docs.mjs";
import {
  metricModules,
  sinkMetrics,
  ventilatorMetrics,
  workerMetrics,
} from "../../scripts/metrics-page.mjs";
import * as connections from "../../src/shared/net/connection-tally.ts";
import type { Registry } from "../../src/shared/runtime/metrics.ts";
import * as routes from "../../src/shared/runtime/http/role-routes.ts";
import * as runtime from "../../src/shared/runtime/metrics.ts";
import * as sink from "../../src/sink/metrics.ts";
import * as rows from "../../src/sink/row-limit-alerts.ts";
import * as sheets from "../../src/sink/sheet-metrics.ts";
import * as store from "../../src/sink/store-metrics.ts";
import * as embedded from "../../src/sink/store/embedded/store-numbers.ts";
import * as ventilator from "../../src/ventilator/metrics.ts";
import * as worker from "../../src/worker/metrics.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const shared = { ...runtime, ...connections, ...routes };
const sinks = { ...sink, ...rows, ...sheets, ...store, ...embedded };
const modules = { ...shared, ...ventilator, ...worker, ...sinks };
const read = (path: string): string => readFileSync(`${root}/${path}`, "utf8");

const registries: readonly [role: string, registry: Registry][] = [
  ["ventilator", ventilatorMetrics(modules)],
  ["worker", workerMetrics(modules)],
  ["sink", sinkMetrics(modules)],
];

test("the page of metrics is fresh", async () => {
  expect(read("docs/metrics.md"), "run node scripts/generate-docs.mjs").toBe(
    await generatedMetricsPage(modules),
  );
});

test("no module makes a metric that the page does not know of", () => {
  const makers = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .filter((path) => /\bnew (Counter|Gauge|Histogram)\b/.test(read(`src/${path}`)));
  expect(metricModules).toEqual(expect.arrayContaining(makers));
  // What such a module offers to a registry is called by the page's script, by its name.
  const script = read("scripts/metrics-page.mjs");
  const offers = makers.flatMap((path) => {
    const functions = read(`src/${path}`).matchAll(/^export function (\w+)\(\s*registry\b/gm);
    return Array.from(functions, (match) => match[1]!);
  });
  expect(offers.length).toBeGreaterThanOrEqual(makers.length);
  expect(offers.filter((name) => !new RegExp(`^  (return )?${name}\\(`, "m").test(script))).toEqual(
    [],
  );
});

describe("rules and dashboard", () => {
  const known = new Set(
    registries.flatMap(([, registry]) => registry.getMetricsAsArray().map(({ name }) => name)),
  );
  const rules = read("deploy/prometheus/rules.yml");
  const recorded = new Set([...rules.matchAll(/record: (\S+)/g)].map((match) => match[1]!));

  test.each(["deploy/prometheus/rules.yml", "deploy/grafana/dashboards/logmill.json"])(
    "ask for metrics that there are: %s",
    (path) => {
      const asked = [...read(path).matchAll(/\blogmill[_:][a-z0-9_:]+/g)].map(([name]) => name);
      const strange = asked.filter((name) => {
        const family = name.replace(/_(bucket|sum|count)$/, "");
        return !known.has(name) && !known.has(family) && !recorded.has(name);
      });
      expect(strange).toEqual([]);
      expect(asked.length).toBeGreaterThan(20);
    },
  );
});

/** Names that promtool refuses stay for one release beside their new ones. */
function withoutOldNames(text: string): string {
  const lines = text.split("\n");
  return lines
    .filter((line) => !/logmill_sink_summary_(rows|overflown_buckets)/.test(line))
    .join("\n");
}

describe("promtool", () => {
  const { status } = spawnSync("promtool", ["--version"]);
  const isHere = status === 0;
  if (!isHere) process.stderr.write("promtool is not installed; its checks are skipped\n");

  test.skipIf(!isHere).each(registries)("finds the metrics of a %s good", async (_, registry) => {
    const result = spawnSync("promtool", ["check", "metrics"], {
      input: withoutOldNames(await registry.metrics()),
      encoding: "utf8",
    });
    expect(result.stderr + result.stdout).toBe("");
    expect(result.status).toBe(0);
  });

  test.skipIf(!isHere)("sees every alert fire when it should, and not otherwise", () => {
    const result = spawnSync("promtool", ["test", "rules", "deploy/prometheus/rules.test.yml"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(result.stderr + result.stdout).toContain("SUCCESS");
    expect(result.status).toBe(0);
  });
});
