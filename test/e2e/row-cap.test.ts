// A cardinality explosion with a low `max_rows`: totals stay exact, the files are the same whatever
// the batches and the number of workers were, and the overflow row is one row, told from a real value.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AdsProject } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { runProgram } from "../support/program.ts";

const lines = 30_000;
const maxRows = 500;

function summaries(bound: number): Record<string, unknown> {
  return {
    flood: {
      from: ["ads"],
      dimensions: ["user", "event"],
      max_rows: bound,
      metrics: {
        events: { type: "count" },
        revenue: { type: "sum", field: "revenue", scale: 2 },
        least: { type: "min", field: "revenue", scale: 2 },
        campaigns: { type: "hll", field: "campaign" },
      },
    },
  };
}

/** Nearly every line has a user of its own; some are called like the overflow row. */
function floodLine(index: number): string {
  const odd = ["__overflow__", "___overflow__", "__proto__"][index % 1000];
  const user = odd ?? `u${index}`;
  const cents = (index % 100).toString().padStart(2, "0");
  const second = (index % 60).toString().padStart(2, "0");
  return `2011-06-30T12:00:${second}-07:00 h EVT_V1 click,${user},c${index % 40},p,s,i,0.${cents}\n`;
}

const content = Array.from({ length: lines }, (_, index) => floodLine(index)).join("");
const cents = Array.from({ length: lines }, (_, index) => index % 100).reduce((a, b) => a + b, 0);

interface FloodRow {
  readonly user: string;
  readonly event: string;
  readonly events: number;
  readonly cents: number;
}

function rowsOf(csv: string): FloodRow[] {
  return csv
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [user, event, events, revenue] = line.split(",") as [string, string, string, string];
      return { user, event, events: Number(events), cents: Math.round(Number(revenue) * 100) };
    });
}

async function floodedProject(name: string, batchBytesMax: string): Promise<AdsProject> {
  const project = new AdsProject({ batchBytesMax, summaries: summaries(maxRows) });
  const cut = content.indexOf("\n", content.length / 3) + 1;
  const parts = [content.slice(0, cut), content.slice(cut)];
  // The order of reading is that of the names.
  if (name === "reversed") parts.reverse();
  parts.forEach((part, index) => writeFileSync(join(project.logs, `part-${index}`), part));
  return Promise.resolve(project);
}

describe("more keys than max_rows", () => {
  it("leave totals exact and the files independent of order, batches and workers", async () => {
    const outcomes = new Set<string>();
    const ways = [
      ["ordered", "1MiB", "1"],
      ["reversed", "16KiB", "2"],
      ["ordered", "64KiB", "2"],
    ] as const;
    for (const [order, batch, workers] of ways) {
      const project = await floodedProject(order, batch);
      const report = await project.run("--workers", workers);
      expect(report).toMatchObject({ lines, accepted: lines, rejected: {} });
      outcomes.add(project.outputs().get("flood/2011-06-30.csv")!);
    }
    expect(outcomes.size).toBe(1);
    const rows = rowsOf([...outcomes][0]!);
    expect(rows.length).toBe(maxRows + 1);
    const last = rows.at(-1)!;
    expect(last).toMatchObject({ user: "__overflow__", event: "" });
    expect(rows.filter(({ user }) => user === "__overflow__")).toHaveLength(1);
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(lines);
    expect(rows.reduce((sum, row) => sum + row.cents, 0)).toBe(cents);
    // Every row that stays is complete.
    for (const row of rows.slice(0, -1)) if (/^u\d/.test(row.user)) expect(row.events).toBe(1);
    recordEvidence({
      part: "hostile input",
      fault: `cardinality explosion: ${lines} lines, nearly each with a key of its own, max_rows ${maxRows}`,
      expected: "totals exact, one overflow row, the same bytes for any order, batches and workers",
      observed: `${rows.length} rows, ${lines} lines counted, 1 distinct outcome`,
      runs: ways.length,
      lost: 0,
      twice: 0,
    });
  });

  it("that were put out stay so when max_rows is raised, and more go when it is lowered", async () => {
    const project = await floodedProject("ordered", "64KiB");
    await project.run();
    const before = project.outputs().get("flood/2011-06-30.csv");
    project.configure({ summaries: summaries(maxRows * 100) });
    await project.run();
    expect(project.outputs().get("flood/2011-06-30.csv")).toBe(before);
    project.configure({ summaries: summaries(100) });
    await project.run();
    const rows = rowsOf(project.outputs().get("flood/2011-06-30.csv")!);
    expect(rows.length).toBe(101);
    expect(rows.reduce((sum, row) => sum + row.events, 0)).toBe(lines);
  });

  it("are told in the log once, and a query on fewer dimensions has them in one row, last", async () => {
    const project = await floodedProject("ordered", "64KiB");
    const { stderr, exitCode } = await runProgram(["run", "-c", project.configPath]);
    expect(exitCode).toBe(0);
    expect(stderr.match(/more rows than max_rows/g)).toHaveLength(1);
    const ask = async (...args: string[]): Promise<string[]> => {
      const { stdout } = await runProgram([
        ...["query", "flood", "-c", project.configPath, "--format", "csv"],
        ...args,
      ]);
      return stdout.trimEnd().split("\n").slice(1);
    };
    const byEvent = await ask("--group-by", "event");
    expect(byEvent.map((line) => line.split(",")[0])).toEqual(["click", "__overflow__"]);
    const counts = byEvent.map((line) => Number(line.split(",")[1]));
    expect(counts[0]! + counts[1]!).toBe(lines);
    const total = await ask("--group-by", "day");
    expect(total.map((line) => line.split(",").slice(0, 2))).toEqual([["2011-06-30", `${lines}`]]);
    const top = await ask("--top", "3");
    expect(top.length).toBe(4);
    expect(top.at(-1)).toContain("__overflow__");
  });
});
