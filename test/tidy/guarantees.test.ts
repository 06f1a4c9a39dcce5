// The page of what was shown, and the script that writes it, have one structure. Figures are the
// business of the run that is named in the page.

import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { guarantees } from "../guarantees/guarantees.ts";
import { joined, renderPage, structureOf } from "../guarantees/render.ts";
import type { Evidence } from "../support/evidence.ts";

const occasion = { date: "today", commit: "0", machine: "this one", depth: "all" };

it("docs/guarantees.md has the structure that its generator gives it", () => {
  const page = readFileSync(new URL("../../docs/guarantees.md", import.meta.url), "utf8");
  expect(structureOf(page)).toEqual(structureOf(renderPage([], occasion)));
  expect(page).toMatch(/^- commit: \w{10}/m);
});

it("every guarantee names tests that exist, and the page says what they showed", () => {
  const missing = guarantees
    .flatMap(({ tests }) => tests)
    .filter((path) => !existsSync(new URL(`../${path}`, import.meta.url)));
  expect(missing).toEqual([]);
  const [first] = guarantees;
  const about = { part: "guarantees", fault: first!.title, expected: first!.says } as const;
  const page = renderPage([{ ...about, observed: first!.tests[0]!, runs: 7 }], occasion);
  expect(page).toContain(`[${first!.tests[0]!}](../test/${first!.tests[0]!}), `);
  expect(page).toContain(
    `[${first!.tests[1]!}](../test/${first!.tests[1]!}) (not part of this run)`,
  );
  expect(page).toContain("| 7 |");
});

it("equal faults are one row with their runs added up; nothing lost, nothing hidden", () => {
  const record = { part: "chaos", fault: "kill -9", expected: "exact", observed: "a" } as const;
  const records: Evidence[] = [
    { ...record, runs: 2, lost: 0, twice: 0 },
    { ...record, runs: 3, lost: 1, twice: 0, observed: "b" },
    { ...record, part: "disk", fault: "a | b", runs: 1 },
  ];
  expect(joined(records)).toHaveLength(2);
  expect(joined(records)[0]).toMatchObject({ runs: 5, lost: 1, twice: 0 });
  const page = renderPage(records, occasion);
  expect(page).toContain("| a \\| b | exact | a | 1 |");
  expect(page).toContain("| **lines lost** | **1** |");
});
