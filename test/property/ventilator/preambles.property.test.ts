// What the ventilator sends with a range of a file whose lines say how others are read: whatever the range, and
// however the file came to it, it is what stands before the range in the file.

import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Format } from "../../../src/shared/model/plan.ts";
import { FileRuns, type FileRunOptions } from "../../support/file-runs.ts";
import { criFormat, criPartsLog } from "../../support/cri-lines.ts";
import { dockerFormat, dockerPartsLog } from "../../support/docker-lines.ts";
import { precedingIn } from "../../support/preceding.ts";
import { Bench } from "../../support/ventilator-fixture.ts";
import { headerFormat, headerLog, w3cFormat, w3cLog } from "../../support/w3c-lines.ts";
import { zeekFormat, zeekLog } from "../../support/zeek-lines.ts";

/** Records of Docker are longer than lines; in both, some are longer than a batch. */
const batchBytesMaxOf = (format: Format): number => (format.type === "docker" ? 240 : 150);

function newBench(format: Format): Bench {
  return new Bench({ batchBytesMax: batchBytesMaxOf(format), maxLineBytes: 100, format });
}

/** Lines of a content with their ends. */
const endedLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function expectPreceding(format: Format, runs: FileRuns, text: string): void {
  for (const { from, preamble } of runs.preambles) {
    expect({ from, preamble }).toEqual({
      from,
      preamble: precedingIn(format, endedLines(text.slice(0, from)), batchBytesMaxOf(format)),
    });
  }
}

const ways: readonly (readonly [string, FileRunOptions])[] = [
  ["by value", {}],
  ["by reference", { isByReference: true }],
  ["followed by reference", { isByReference: true, isOnce: false }],
];

describe.each([
  { format: w3cFormat, log: w3cLog },
  { format: headerFormat, log: headerLog },
  { format: zeekFormat, log: zeekLog },
  { format: dockerFormat, log: dockerPartsLog },
  { format: criFormat, log: criPartsLog },
])("a file in the format $format.type", ({ format, log }) => {
  const texts = log
    .filter((lines) => lines.some((line) => /[^\0 \t\r]/.test(line)))
    .map((lines) => lines.map((line) => `${line}\n`).join(""));

  it.each(ways)("that is read %s, and grows between two reads", async (_, how) => {
    const bench = newBench(format);
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(800), async (text, at) => {
        const bytes = Buffer.from(text, "latin1");
        const runs = new FileRuns(() => bench.config);
        const path = bench.write("a.log", bytes.subarray(0, at));
        const first = runs.begin(how);
        await first.look();
        appendFileSync(path, bytes.subarray(at));
        const second = how.isOnce === false ? first : runs.begin(how);
        await second.look();
        rmSync(path);
        expect(second.problems.list()).toEqual([]);
        expectPreceding(format, runs, text);
        expect(runs.lines.length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  it("that is read in part and then compressed", async () => {
    const bench = newBench(format);
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(800), async (text, at) => {
        const bytes = Buffer.from(text, "latin1");
        const runs = new FileRuns(() => bench.config);
        const path = bench.write("a.log", bytes.subarray(0, at));
        await runs.run();
        rmSync(path);
        writeFileSync(`${path}.gz`, gzipSync(bytes));
        const { problems } = await runs.run();
        rmSync(`${path}.gz`);
        expect(problems.list()).toEqual([]);
        expectPreceding(format, runs, text);
      }),
      { numRuns: 15 },
    );
  });
});

describe("a file with a header", () => {
  const rows = Array.from({ length: 40 }, (_, n) => `2014-05-01T10:00:${10 + n}Z,u${n},200\n`).join(
    "",
  );

  it.each([
    [
      "lacks columns",
      "time,user,code\n",
      "has no column timestamp, status in its header, which names time, user, code",
    ],
    [
      "is longer than one may be",
      `timestamp,user,status,${"x".repeat(17_000)}\n`,
      "has a header of more than 16384 bytes",
    ],
    [
      "has wrong quotes",
      'timestamp,user,"status\n',
      "has no column timestamp, user, status in its header, which names",
    ],
  ])("that %s is named and not counted", async (_, header, fault) => {
    for (const isByReference of [false, true]) {
      const bench = new Bench({
        batchBytesMax: batchBytesMaxOf(headerFormat),
        maxLineBytes: 100_000,
        format: headerFormat,
      });
      bench.write("good.log", `timestamp,user,status\n${rows}`);
      const bad = bench.write("bad.log", header + rows);
      const runs = new FileRuns(() => bench.config);
      const { problems } = await runs.run({ isByReference });
      expect(problems.list().join()).toContain(`${bad} ${fault}`);
      expect(runs.lines).toEqual(["timestamp,user,status", ...rows.trimEnd().split("\n")].sort());
    }
  });
});
