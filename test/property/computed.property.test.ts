// Laws of computed fields: what a worker computes is what the plain implementation says, whatever the cuts.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { partialOf, sideBySide } from "../support/agreement.ts";
import { computedPlans } from "../support/computed-plans.ts";
import { adsContent } from "../support/summarise-cases.ts";

const kernel = loadKernel(1);
const vectorSizes = fc.constantFrom(1, 2, 7, 16, 50, 2048);

describe("computed fields and functions in conditions", () => {
  it("agree with the oracle on hostile lines, whatever the size of vectors", () => {
    fc.assert(
      fc.property(computedPlans, adsContent, vectorSizes, (plan, content, vectorLines) => {
        const compiled = compilePlan(kernel, plan, { vectorLines });
        const { expected, actual } = sideBySide(plan, partialOf(compiled, plan, content), content);
        expect(actual).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});
