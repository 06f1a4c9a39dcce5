// Files in which some lines say how others are read: however they are cut into ranges, what the ranges count together
// is what the file counts as one, and as the plain implementation has it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  preambleKindOf,
  preamblesWithin,
  scanFor,
} from "../../src/shared/model/format/preamble.ts";
import { addSourceSheets, emptySourceSheet } from "../../src/shared/model/sheet.ts";
import type { Format, Plan, SummaryDefinition } from "../../src/shared/model/plan.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { mergedRows, partialOf, sideBySide } from "../support/agreement.ts";
import { criFormat, criPartsLog } from "../support/cri-lines.ts";
import { dockerFormat, dockerPartsLog } from "../support/docker-lines.ts";
import { precedingIn } from "../support/preceding.ts";
import { headerFormat, headerLog, w3cFormat, w3cLog } from "../support/w3c-lines.ts";
import { zeekFormat, zeekLog } from "../support/zeek-lines.ts";

const kernel = loadKernel(13);

function planOf(format: Format): Plan {
  const summary = (name: string, dimensions: readonly string[]): SummaryDefinition => ({
    ...{ name, dimensions, from: ["s"], timestamp: "timestamp", timezone: "UTC" },
    granularity: "hour",
    metrics: [{ name: "n", type: "count" }],
  });
  const others = format.type === "w3c" ? [summary("agents", ["user_agent", "ip"])] : [];
  return {
    version: 1,
    timezone: "Europe/Berlin",
    sources: [{ name: "s", maxLineBytes: format.type === "docker" ? 220 : 120, format }],
    summaries: [summary("statuses", ["status"]), ...others],
  };
}

describe.each([
  { format: w3cFormat, log: w3cLog },
  { format: headerFormat, log: headerLog },
  { format: zeekFormat, log: zeekLog },
  { format: dockerFormat, log: dockerPartsLog },
  { format: criFormat, log: criPartsLog },
])("a file in the format $format.type whose lines say how others are read", ({ format, log }) => {
  const plan = planOf(format);
  const kind = preambleKindOf(format)!;

  it("counts as the plain implementation has it", () => {
    fc.assert(
      fc.property(log, fc.constantFrom(1, 2, 7, 2048), (lines, vectorLines) => {
        const content = Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
        const text = content.subarray(content.indexOf("\xef\xbb\xbf", 0, "latin1") === 0 ? 3 : 0);
        const partial = partialOf(compilePlan(kernel, plan, { vectorLines }), plan, text);
        const { expected, actual } = sideBySide(plan, partial, text);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("counts the same in any ranges, each with what precedes it", () => {
    const compiled = compilePlan(kernel, plan, { vectorLines: 8 });
    fc.assert(
      fc.property(log, fc.array(fc.nat(30), { maxLength: 4 }), (lines, places) => {
        const bytesOf = (some: readonly string[]): Buffer =>
          Buffer.from(some.map((line) => `${line}\n`).join(""), "latin1");
        const whole = bytesOf(lines);
        const cuts = [
          ...new Set([0, ...places.filter((at) => at < lines.length), lines.length]),
        ].sort((a, b) => a - b);
        const pieces = cuts.slice(1).map((to, index) => {
          const from = cuts[index]!;
          const before = precedingIn(
            format,
            lines.slice(0, from).map((line) => `${line}\n`),
          );
          const preamble = Buffer.from(before, "latin1");
          return partialOf(compiled, plan, bytesOf(lines.slice(from, to)), {
            isBeginning: from === 0,
            preamble,
          });
        });
        const all = partialOf(compiled, plan, whole, { isBeginning: true });
        expect(mergedRows(plan, pieces)).toEqual(mergedRows(plan, [all]));
        const sheets = pieces.map(({ source }) => source!);
        expect(sheets.reduce((a, b) => addSourceSheets(a, b), emptySourceSheet)).toEqual(
          addSourceSheets(emptySourceSheet, all.source!),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("has its preamble found whatever pieces it is read in, and for whatever a range is cut into", () => {
    fc.assert(
      fc.property(log, fc.array(fc.nat(40), { maxLength: 30 }), fc.nat(30), (lines, steps, at) => {
        const ended = lines.map((line) => `${line}\n`);
        const content = Buffer.from(ended.join(""), "latin1");
        const scan = scanFor(kind, null);
        let from = 0;
        for (const step of steps) {
          scan.add(content.subarray(from, from + step));
          from = Math.min(content.length, from + step);
        }
        scan.add(content.subarray(from));
        expect(Buffer.from(scan.preamble).toString("latin1")).toBe(precedingIn(format, ended));

        const start = Math.min(at, lines.length);
        const offset = Buffer.from(ended.slice(0, start).join(""), "latin1").length;
        const known = Buffer.from(precedingIn(format, ended.slice(0, start)), "latin1");
        const preambleOf = preamblesWithin(new Map([["s", kind]]), {
          ...{ source: "s", from: offset, preamble: known },
        });
        ended.slice(start).forEach((line, index) => {
          const { preamble = Buffer.alloc(0) } = preambleOf(Buffer.from(line, "latin1"));
          const before = precedingIn(format, ended.slice(0, start + index));
          expect(Buffer.from(preamble).toString("latin1")).toBe(before);
        });
      }),
      { numRuns: 300 },
    );
  });
});
