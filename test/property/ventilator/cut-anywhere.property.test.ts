// The law of ranges: they end where records end. For every place at which a file may have been cut
// off when it was read, reading that much first and all of it afterwards counts the same lines as
// reading all of it once. A line that is still being written is nobody's before it has ended.

import { appendFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FileRuns, type FileRunOptions } from "../../support/file-runs.ts";
import { Bench, hits } from "../../support/ventilator-fixture.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const numRuns = isFull ? 150 : 12;
const lineBytesMax = 24;
const batchBytesMax = 32;

/** Short and long lines, empty ones, one over the limit of a batch, carriage returns; endings are rare. */
const line = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z ]{0,12}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{20,26}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z]{30,70}$/) },
  { weight: 1, arbitrary: fc.constantFrom("", "\r", "a\r", "\0\0", "\0a", `${"\0".repeat(40)}b`) },
);
const content = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 8 }), fc.boolean())
  .map(([lines, isEnded]) => lines.join("\n") + (isEnded ? "\n" : ""))
  .filter((text) => text.length > 0);

/** Without holes, of which the end of a file can be a part. */
const plain = content.filter((text) => !text.includes("\0"));

function newBench(lastLine: "wait" | "count" = "wait"): Bench {
  return new Bench({ batchBytesMax, maxLineBytes: lineBytesMax, lastLine });
}

async function linesOfOneRun(bench: Bench, file: string, bytes: Uint8Array): Promise<string[]> {
  bench.write(file, bytes);
  const runs = new FileRuns(() => bench.config);
  await runs.run();
  rmSync(bench.write(file, ""));
  return runs.lines;
}

interface TwoRuns {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

/** Reads what precedes the cut, then all of it: in two runs, or in one that follows. */
async function linesOfTwo(
  bench: Bench,
  file: string,
  bytes: Uint8Array,
  cut: number,
  { isOnce = true, isByReference = false }: FileRunOptions,
): Promise<TwoRuns> {
  const runs = new FileRuns(() => bench.config);
  const path = bench.write(file, bytes.subarray(0, cut));
  const first = runs.begin({ isOnce, isByReference });
  await first.look();
  appendFileSync(path, bytes.subarray(cut));
  const second = isOnce ? runs.begin({ isOnce, isByReference }) : first;
  await second.look();
  rmSync(path);
  return { lines: runs.lines, problems: second.problems.list() };
}

it.each<[string, FileRunOptions]>([
  ["by value", {}],
  ["by reference", { isByReference: true }],
  ["followed by value", { isOnce: false }],
  ["followed by reference", { isOnce: false, isByReference: true }],
])(
  "a plain file that is read %s in two pieces counts as if it were read in one",
  async (_, how) => {
    const bench = newBench();
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        const bytes = Buffer.from(text);
        const whole = await linesOfOneRun(bench, "a.log", bytes);
        for (let cut = 0; cut <= bytes.length; cut += 1) {
          const two = await linesOfTwo(bench, "a.log", bytes, cut, how);
          expect({ cut, ...two }).toEqual({ cut, lines: whole, problems: [] });
        }
      }),
      { numRuns },
    );
  },
);

it("lines that a followed file gains after a back-fill was planned and before it is opened are counted", async () => {
  const bench = newBench();
  const runs = new FileRuns(() => bench.config);
  const path = bench.write("a.log", "one\ntwo\n");
  await runs.run();
  bench.configure({ summaries: [hits, { ...hits, name: "more", dimensions: ["status"] }] });
  const followed = runs.begin({ isOnce: false });
  await followed.look(() => appendFileSync(path, "three\n"));
  await followed.look();
  expect(runs.lines).toEqual(["one", "one", "three", "two", "two"]);
});

it("a gzip file that is read in two pieces counts as if it were read in one, or says that it does not", async () => {
  const bench = newBench();
  await fc.assert(
    fc.asyncProperty(fc.array(plain, { minLength: 1, maxLength: 2 }), async (members) => {
      const packed = members.map((text) => gzipSync(text));
      const bytes = Buffer.concat(packed);
      const whole = await linesOfOneRun(bench, "a.gz", bytes);
      for (let cut = 0; cut <= bytes.length; cut += 1) {
        const { lines, problems } = await linesOfTwo(bench, "a.gz", bytes, cut, {});
        const [first = "", next = ""] = members;
        const goesOn = !/[\n\0]$/.test(first) && !/^(\r?\n|$)/.test(next);
        if (cut === packed[0]!.length && goesOn) {
          expect(problems.join()).toMatch(/has gone on since/);
          continue;
        }
        const counted = { cut, lines: lines.map(withoutEnd), problems };
        expect(counted).toEqual({ cut, lines: whole.map(withoutEnd), problems: [] });
      }
    }),
    { numRuns },
  );
});

it("a last line that was counted as whole and goes on is said, and nothing of its rest counts", async () => {
  const bench = newBench("count");
  await fc.assert(
    fc.asyncProperty(plain, async (text) => {
      const bytes = Buffer.from(text);
      for (let cut = 1; cut < bytes.length; cut += 1) {
        const { lines, problems } = await linesOfTwo(bench, "a.log", bytes, cut, {});
        const counted = text.slice(0, cut);
        if (counted.endsWith("\n") || /^\r?\n/.test(text.slice(cut))) {
          const whole = linesOf(text).sort().map(withoutEnd);
          expect({ cut, problems }).toEqual({ cut, problems: [] });
          expect({ cut, lines: lines.map(withoutEnd) }).toEqual({ cut, lines: whole });
          continue;
        }
        expect({ cut, problems: problems.length }).toEqual({ cut, problems: 1 });
        expect(problems[0]).toMatch(/has gone on since/);
        const rest = text.slice(cut);
        const behind = rest.includes("\n") ? rest.slice(rest.indexOf("\n") + 1) : "";
        const expected = [...linesOf(counted), ...linesOf(behind)].sort();
        expect({ cut, lines }).toEqual({ cut, lines: expected });
      }
    }),
    { numRuns },
  );
});

function linesOf(text: string): string[] {
  return text.split("\n").slice(0, text.endsWith("\n") || text === "" ? -1 : undefined);
}

/** A carriage return may have come after the line was counted. */
function withoutEnd(text: string): string {
  return text.replace(/\r$/, "");
}
