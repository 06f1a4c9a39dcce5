// Laws of summaries of which a line may count in several rows: as the plain implementation says, whatever the cuts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { Plan, SummaryDefinition } from "../../src/shared/model/plan.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { mergedRows, partialOf, sideBySide } from "../support/agreement.ts";

const kernel = loadKernel(1);
const vectorSizes = fc.constantFrom(1, 2, 3, 7, 50, 2048);

const event = { op: "field", name: "event" } as const;
const isView = { op: "==", left: event, right: { op: "string", value: "view" } } as const;
const tagged: SummaryDefinition = {
  ...{ name: "tagged", from: ["s"], timestamp: "timestamp", granularity: "day", timezone: "UTC" },
  dimensions: ["event", "tags"],
  explode: { field: "tags" },
  metrics: [
    { name: "lines", type: "count" },
    { name: "views", type: "count", where: isView },
    { name: "amount", type: "sum", field: "amount", scale: 2, where: isView },
    { name: "latest", type: "last", field: "amount", scale: 2, where: isView },
    { name: "least", type: "min", field: "amount", scale: 2 },
    { name: "users", type: "hll", field: "user", log2m: 8, regwidth: 5 },
  ],
};

const plan: Plan = {
  ...{ version: 1, timezone: "UTC" },
  sources: [
    {
      ...{ name: "s", maxLineBytes: 60_000 },
      format: {
        type: "json",
        paths: [
          { field: "timestamp", steps: ["at"] },
          { field: "event", steps: ["event"] },
          { field: "amount", steps: ["amount"] },
          { field: "user", steps: ["user"] },
          { field: "whole", steps: ["tags"] },
          { field: "tags", steps: ["tags"], isList: true },
          { field: "second", steps: ["tags", 1] },
        ],
      },
    },
  ],
  summaries: [
    tagged,
    { ...tagged, name: "users", dimensions: ["user"], explode: { field: "user", delimiter: "||" } },
    { ...tagged, name: "views", dimensions: ["tags"], where: isView },
    { ...tagged, name: "all", dimensions: ["second", "tags", "whole"] },
  ],
};

const scalar = fc.constantFrom(
  ...['"a"', '"b"', '"a"', '"a,b"', '"[a]"', '""', "null", "1.50", "true", '"grün"'],
  ...['"\\u0061"', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\\\"', '"\\"]"', '"\\x41"', '"\\/\\n"'],
);
const blank = fc.constantFrom("", "", " ", "\t");
const spaced = (value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(blank, value, blank).map((parts) => parts.join(""));
const nested = fc.constantFrom("[]", '["a","b"]', '{"a":[1,"]"]}', "{}", '[[1,2],"x"]');
const elements = fc
  .array(spaced(fc.oneof({ weight: 5, arbitrary: scalar }, { weight: 1, arbitrary: nested })), {
    maxLength: 6,
  })
  .map((list) => `[${list.join(",")}]`);
const manyElements = fc
  .integer({ min: 50, max: 3000 })
  .map((count) => `[${Array.from({ length: count }, (_, index) => index % 1500).join(",")}]`);
const tags = fc.oneof(
  { weight: 12, arbitrary: elements },
  { weight: 3, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constantFrom("{}", "[ ]", "[[]]", "[") },
  { weight: 1, arbitrary: manyElements },
);
const users = fc.constantFrom("u1", "u1||u2", "||u1||", "", "u1||u1", "|u1|||", "u2");

const line = fc
  .tuple(
    fc.constantFrom("2011-06-20T10:00:00Z", "2011-06-21T10:00:00Z", "never"),
    fc.constantFrom("view", "click"),
    fc.constantFrom("1.5", "-2", '""', '"x"', "0.25"),
    users,
    fc.option(tags, { nil: null }),
  )
  .map(([at, event, amount, user, list]) => {
    const ofTags = list === null ? "" : `,"tags":${list}`;
    return `{"at":"${at}","event":"${event}","amount":${amount},"user":"${user}"${ofTags}}\n`;
  });
const lines = fc.array(line, { maxLength: 30, size: "max" });
const bytesOf = (text: readonly string[]): Buffer => Buffer.from(text.join(""));

describe("a summary with several values in a field", () => {
  it("agrees with the oracle on arrays of any form, whatever the size of vectors", () => {
    fc.assert(
      fc.property(lines, vectorSizes, (text, vectorLines) => {
        const content = bytesOf(text);
        const compiled = compilePlan(kernel, plan, { vectorLines });
        const { expected, actual } = sideBySide(plan, partialOf(compiled, plan, content), content);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("adds up to the same rows wherever the content is cut", () => {
    const compiled = compilePlan(kernel, plan, { vectorLines: 5 });
    fc.assert(
      fc.property(lines, fc.nat(30), (text, cut) => {
        const parts = [text.slice(0, cut), text.slice(cut)].map((part) =>
          partialOf(compiled, plan, bytesOf(part)),
        );
        const whole = partialOf(compiled, plan, bytesOf(text));
        expect(mergedRows(plan, parts)).toEqual(mergedRows(plan, [whole]));
      }),
      { numRuns: 40 },
    );
  });

  it("counts a line once for each different value, and one without a value for the empty one", () => {
    const rowsOf = (list: string): readonly string[] => {
      const text = `{"at":"2011-06-20T10:00:00Z","event":"view","user":"","tags":${list}}\n`;
      const views = { ...plan, summaries: [plan.summaries[2]!] };
      const partial = partialOf(compilePlan(kernel, views), views, Buffer.from(text));
      expect(partial.summaries![0]!.sheet).toMatchObject({ parsed: 1, counted: 1 });
      return mergedRows(views, [partial])["views"]!;
    };
    expect(rowsOf('["a","b","a",null,""]')).toHaveLength(2);
    for (const none of ["[]", "null", '""', "[null]"]) expect(rowsOf(none)).toHaveLength(1);
    expect(rowsOf("[]")).toEqual(rowsOf("null"));
    expect(rowsOf('"[1,2]"')).toHaveLength(1);
    expect(rowsOf("[1,2]")).toHaveLength(2);
  });
});
