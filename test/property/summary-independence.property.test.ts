// A summary's numbers depend on its own definition and on the lines, never on which other summaries
// the configuration has, on their order, or on when they came.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { summaryKey } from "../../src/shared/model/definition-key.ts";
import type { Expression, Plan, SummaryDefinition } from "../../src/shared/model/plan.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { decodePartial } from "../../src/shared/table/partial-codec.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { summarise } from "../../src/worker/core/summarise.ts";
import { adsContent, adsPlan } from "../support/summarise-cases.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const kernel = loadKernel(1);

const field = (name: string): Expression => ({ op: "field", name });
const isEvent = (value: string): Expression => ({
  op: "==",
  left: field("event"),
  right: { op: "string", value },
});
const isAbove = (name: string, text: string): Expression => ({
  op: ">",
  left: field(name),
  right: { op: "number", text },
});
const conditions = fc.constantFrom<Expression | undefined>(
  undefined,
  isEvent("click"),
  isAbove("revenue", "0.5"),
  isAbove("extra", "0"),
  { op: "not", operand: isAbove("user", "1") },
  { op: "and", left: isEvent("view"), right: isAbove("size", "10") },
);

const metricBodies = fc.oneof(
  fc.constant({ type: "count" as const }),
  fc.record({
    type: fc.constantFrom("sum" as const, "min" as const, "max" as const),
    field: fc.constantFrom("revenue", "extra", "size", "user"),
    scale: fc.constantFrom(0, 2, 6),
  }),
  fc.record({
    type: fc.constant("hll" as const),
    field: fc.constantFrom("user", "extra", "campaign"),
    log2m: fc.constant(8),
    regwidth: fc.constant(5),
  }),
);
const metrics = fc.array(fc.tuple(metricBodies, conditions), { minLength: 1, maxLength: 3 });

const definitions = fc
  .record({
    timestamp: fc.constantFrom("timestamp", "timestamp", "timestamp", "user"),
    granularity: fc.constantFrom(
      "hour" as const,
      "day" as const,
      "week" as const,
      "month" as const,
    ),
    timezone: fc.constantFrom("UTC", "America/New_York"),
    dimensions: fc.subarray(["event", "campaign", "host", "extra"], { maxLength: 2 }),
    where: conditions,
    metrics,
  })
  .map(({ where, metrics: list, ...rest }): SummaryDefinition => ({
    ...rest,
    name: "s",
    from: ["ads"],
    ...(where === undefined ? {} : { where }),
    metrics: list.map(([body, condition], index) => ({
      ...body,
      name: `m${index}`,
      ...(condition === undefined ? {} : { where: condition }),
    })),
  }));

function planOf(summaries: readonly SummaryDefinition[]): Plan {
  return {
    ...adsPlan,
    summaries: summaries.map((each, index) => ({ ...each, name: `s${index}` })),
  };
}

/** What a batch adds to the summary that is named s0. */
function shareOf(plan: Plan, content: Uint8Array, wanted: readonly string[]): unknown {
  const compiled = compilePlan(kernel, plan, { vectorLines: 16 });
  const { bytes } = summarise(compiled, "ads", content, "lines", content.length, wanted);
  const key = summaryKey(plan.summaries.find(({ name }) => name === "s0")!);
  const { summaries, samples, tables } = decodePartial(bytes);
  const isOwn = ({ summary }: { readonly summary: string | null }): boolean => summary === key;
  return {
    sheet: summaries!.find(isOwn)!.sheet,
    samples: samples.filter(isOwn),
    tables: tables
      .filter(isOwn)
      .map(({ bucketStart, frame }) => `${bucketStart} ${Buffer.from(frame).toString("hex")}`),
  };
}

describe("a summary", () => {
  it(
    "has the same table, byte for byte, and the same sheet, whatever other summaries read its source",
    { timeout: isFull ? 3_600_000 : 300_000 },
    () => {
      fc.assert(
        fc.property(
          definitions,
          fc.array(definitions, { minLength: 1, maxLength: 3 }),
          adsContent,
          fc.boolean(),
          (one, others, content, isLast) => {
            const alone = planOf([one]);
            const together = planOf([one, ...others]);
            const ordered = isLast
              ? { ...together, summaries: [...together.summaries].reverse() }
              : together;
            const own = summaryKey(alone.summaries[0]!);
            const all = together.summaries.map(summaryKey);
            const expected = shareOf(alone, content, [own]);
            expect(shareOf(ordered, content, all)).toEqual(expected);
            // Added half-way, or filled in later: a batch is for this summary only.
            expect(shareOf(ordered, content, [own])).toEqual(expected);
          },
        ),
        { numRuns: isFull ? 50_000 : 10_000 },
      );
    },
  );
});
