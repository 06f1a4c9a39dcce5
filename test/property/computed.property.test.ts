// Laws of computed fields: what a worker computes is what the plain implementation says, whatever the cuts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { mergedRows, partialOf, sideBySide } from "../support/agreement.ts";
import { computedPlans } from "../support/computed-plans.ts";
import { adsContent } from "../support/summarise-cases.ts";

const kernel = loadKernel(1);
const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";

/** With a line feed behind its last line. */
function endedBy(content: Buffer): Buffer {
  const isEnded = content.length === 0 || content.at(-1) === 0x0a;
  return isEnded ? content : Buffer.concat([content, Buffer.from("\n")]);
}

const vectorSizes = fc.constantFrom(1, 2, 7, 16, 50, 2048);

describe("computed fields and functions in conditions", () => {
  it("agree with the oracle on hostile lines, whatever the size of vectors", () => {
    fc.assert(
      fc.property(computedPlans, adsContent, vectorSizes, (plan, content, vectorLines) => {
        const compiled = compilePlan(kernel, plan, { vectorLines });
        const { expected, actual } = sideBySide(plan, partialOf(compiled, plan, content), content);
        expect(actual).toEqual(expected);
      }),
      { numRuns: isFull ? 1500 : 80 },
    );
  });

  it("give the same rows wherever the content is cut", () => {
    fc.assert(
      fc.property(computedPlans, adsContent, adsContent, (plan, before, behind) => {
        const compiled = compilePlan(kernel, plan);
        const whole = Buffer.concat([endedBy(before), behind]);
        const parts = [endedBy(before), behind].map((part) => partialOf(compiled, plan, part));
        expect(mergedRows(plan, parts)).toEqual(
          mergedRows(plan, [partialOf(compiled, plan, whole)]),
        );
      }),
      { numRuns: isFull ? 300 : 30 },
    );
  });
});
