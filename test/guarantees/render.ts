// The page `docs/guarantees.md` from what tests have written down. Every part of the table is there in
// every page, also when nothing was run, so that what was not shown is seen.

import type { Evidence } from "../support/evidence.ts";
import { guarantees, type Guarantee } from "./guarantees.ts";

export interface Occasion {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  /** What was run */
  readonly depth: string;
}

/** In the order of the page, with their headings */
const parts: readonly [Evidence["part"], string][] = [
  ["simulation", "Simulation"],
  ["fail-points", "Fail-points in real processes"],
  ["chaos", "Chaos over real processes"],
  ["disk", "Disk"],
  ["network", "Network"],
  ["poison", "Poison"],
  ["drain", "Drain and rolling restarts"],
  ["supervision", "Supervision"],
  ["security", "Security"],
  ["hostile input", "Hostile input"],
  ["mutants", "Mutants"],
];

/** What the runs of a part are, or those of it that were (not) held against an oracle */
const totals: readonly [string, Evidence["part"], boolean?][] = [
  ["simulated seeds", "simulation", true],
  ["faults in simulated seeds", "simulation", false],
  ["kills at fail-points", "fail-points"],
  ["kills, stops and restarts in chaos, and looks into the store meanwhile", "chaos"],
  ["faults of the disk, corruptions included", "disk"],
  ["faults of the network", "network"],
  ["poisoned batches", "poison"],
  ["drains and rolling restarts", "drain"],
  ["faults of supervision", "supervision"],
  ["attempts of strangers and thieves", "security"],
  ["hostile inputs", "hostile input"],
  ["mutants caught", "mutants"],
];

/** Equal faults are one row, whose runs are added up. */
export function joined(records: readonly Evidence[]): Evidence[] {
  const rows = new Map<
    string,
    {
      first: Evidence;
      observed: Set<string>;
      runs: number;
      lost: number;
      twice: number;
      isCounted: boolean;
    }
  >();
  for (const record of records) {
    const key = JSON.stringify([record.part, record.fault, record.expected]);
    const row = rows.get(key) ?? {
      ...{ first: record, observed: new Set(), runs: 0 },
      ...{ lost: 0, twice: 0, isCounted: false },
    };
    rows.set(key, row);
    row.observed.add(record.observed);
    row.runs += record.runs;
    row.lost += record.lost ?? 0;
    row.twice += record.twice ?? 0;
    row.isCounted ||= record.lost !== undefined || record.twice !== undefined;
  }
  return [...rows.values()].map(({ first, observed, runs, lost, twice, isCounted }) => {
    const { part, fault, expected } = first;
    const others = observed.size === 1 ? "" : ` (the first of ${observed.size} such observations)`;
    const row = { part, fault, expected, observed: `${first.observed}${others}`, runs };
    return isCounted ? { ...row, lost, twice } : row;
  });
}

/** @returns Markdown */
export function renderPage(
  records: readonly Evidence[],
  { date, commit, machine, depth }: Occasion,
): string {
  const rows = joined(records);
  const ofPart = (part: Evidence["part"]) => rows.filter((row) => row.part === part);
  const sum = (of: (row: Evidence) => number) => rows.reduce((total, row) => total + of(row), 0);
  const lines = [
    "# What was shown",
    "",
    "Written by `npm run guarantees` from what the tests saw when they ran; no figure is typed by hand. " +
      "A run in which any test fails writes no page; in one of several commands put together, a test that failed is missing. What is promised, and what is not, is in the [README](../README.md#delivery-guarantees); " +
      "how to run all of this is in [CONTRIBUTING](../CONTRIBUTING.md).",
    "",
    `- run: ${date}, ${depth}`,
    `- commit: ${commit}`,
    `- machine: ${machine}`,
    "",
    "## Totals",
    "",
    "| what | runs |",
    "| --- | ---: |",
    ...totals.map(([title, part, isCompared]) => {
      const runs = ofPart(part)
        .filter((row) => isCompared === undefined || (row.lost !== undefined) === isCompared)
        .reduce((total, row) => total + row.runs, 0);
      return `| ${title} | ${count(runs)} |`;
    }),
    `| **lines lost** | **${count(sum((row) => row.lost ?? 0))}** |`,
    `| **lines counted twice** | **${count(sum((row) => row.twice ?? 0))}** |`,
    "",
    "## Guarantees",
    "",
    "| guarantee | shown by | tests |",
    "| --- | --- | ---: |",
    ...guarantees.map((each) => guaranteeRow(each, records)),
  ];
  for (const [part, heading] of parts) {
    lines.push("", `## ${heading}`, "");
    const found = ofPart(part).sort((a, b) => (a.fault < b.fault ? -1 : 1));
    lines.push("| fault | expected | observed | runs |", "| --- | --- | --- | ---: |");
    if (found.length === 0) lines.push("| not part of this run | | | 0 |");
    for (const { fault, expected, observed, runs } of found) {
      lines.push(`| ${cell(fault)} | ${cell(expected)} | ${cell(observed)} | ${count(runs)} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** What the files of tests that were run observed; a file that was not run is named. */
function guaranteeRow({ title, says, tests }: Guarantee, records: readonly Evidence[]): string {
  const runsOf = (path: string): number =>
    records
      .filter(
        ({ part, fault, observed }) =>
          part === "guarantees" && fault === title && observed === path,
      )
      .reduce((total, { runs }) => total + runs, 0);
  const shown = tests.map((path) => {
    const link = `[${path}](../test/${path})`;
    return runsOf(path) > 0 ? link : `${link} (not part of this run)`;
  });
  const runs = tests.reduce((total, path) => total + runsOf(path), 0);
  return `| **${title}.** ${cell(says)} | ${shown.join(", ")} | ${count(runs)} |`;
}

/** Headings, heads of tables and the names of the totals: all but what a run found. */
export function structureOf(page: string): string[] {
  const titles = new Set(totals.map(([title]) => title));
  return page
    .split("\n")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .flatMap((line) => {
      if (line.startsWith("#")) return [line];
      const [, first = "", second = ""] = line.split("|").map((text) => text.trim());
      if (["fault", "what", "guarantee"].includes(first)) return [`${first}, ${second}`];
      if (first.startsWith("**") && first.includes(".**")) return [first];
      return titles.has(first) || first.startsWith("**lines") ? [first] : [];
    });
}

function count(number: number) {
  return number.toLocaleString("en");
}

function cell(text: string) {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");
}
