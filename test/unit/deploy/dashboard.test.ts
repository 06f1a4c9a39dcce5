// The dashboard as far as it can be checked without Grafana: panels that do not hide one another, under
// the rows of the three questions, with units, from the data source that is provisioned, with queries
// that Prometheus can read. That the queries have answers is seen by `npm run test:compose`, and that
// they ask for metrics that there are by test/golden/metrics-page.test.ts.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { tempFolder } from "../../support/temp-folder.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; h: number };
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
}

const folder = new URL("../../../deploy/grafana/", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, folder), "utf8");
const dashboard = JSON.parse(read("dashboards/logmill.json")) as {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
};
const { panels } = dashboard;
const rows = panels.filter(({ type }) => type === "row");
const graphs = panels.filter(({ type }) => type !== "row");
const queries = graphs.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** The row that a panel stands under. */
function rowOf({ gridPos }: Panel): string | undefined {
  return rows.filter((row) => row.gridPos.y < gridPos.y).at(-1)?.title;
}

describe("the dashboard", () => {
  it("has a number of its own for every panel", () => {
    expect(dashboard.uid).toBe("logmill");
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
  });

  it("asks the three questions, each with its graphs", () => {
    const titles = rows.map(({ title }) => title);
    expect(titles).toEqual(["Is it keeping up?", "Where is the bottleneck?", "Is it right?"]);
    const wanted: readonly (readonly string[])[] = [
      ["Lines per second", "Backlog", "In flight, of the limit", "Time to acknowledgement"],
      ["Workers", "Kernel by stage", "Sink by stage", "Reading waits for"],
      ["Rejected lines", "Share rejected and late", "Sent again, suppressed", "Balance"],
    ];
    wanted.forEach((names, index) => {
      const there = graphs.filter((panel) => rowOf(panel) === titles[index]);
      expect(there.map(({ title }) => title)).toEqual(expect.arrayContaining([...names]));
    });
  });

  it("lays no panel over another, and none beyond the edge", () => {
    const taken = new Map<string, string>();
    for (const { title, gridPos } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          const place = `${x},${y}`;
          expect(taken.get(place), `${title} lies at ${place}, too`).toBeUndefined();
          taken.set(place, title);
        }
      }
    }
  });

  it("asks the data source that is provisioned, and says in which unit", () => {
    const { datasources } = parse(read("provisioning/datasources/prometheus.yaml")) as {
      readonly datasources: readonly { readonly uid: string; readonly type: string }[];
    };
    const { uid, type } = datasources[0]!;
    for (const { title, datasource, fieldConfig, targets = [] } of graphs) {
      expect(datasource, title).toEqual({ type, uid });
      expect(fieldConfig?.defaults.unit, title).toBeTruthy();
      expect(targets.length, title).toBeGreaterThan(0);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).toBe(targets.length);
    }
  });

  it.skipIf(spawnSync("promtool", ["--version"]).status !== 0)("asks what Prometheus reads", () => {
    const path = join(tempFolder(), "rules.yml");
    const rules = queries.map((expr, index) => ({ record: `query:${index}`, expr }));
    writeFileSync(path, stringify({ groups: [{ name: "dashboard", rules }] }));
    const { stdout, stderr, status } = spawnSync("promtool", ["check", "rules", path], {
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
    expect(stdout).toContain(`${queries.length} rules found`);
  });
});
