import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../src/shared/model/definition-key.ts";
import * as layout from "../../src/shared/kernel/assembly/parse-layout.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { decodePartial } from "../../src/shared/table/partial-codec.ts";
import type { DecodedPartial } from "../../src/shared/model/partial.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { roomForPayload, summarise } from "../../src/worker/core/summarise.ts";
import { keysOf, mergedRows, partialOf, sideBySide } from "../support/agreement.ts";
import {
  accessContent,
  accessPlan,
  adsContent,
  adsPlan,
  adsPlanOf,
} from "../support/summarise-cases.ts";

const kernel = loadKernel(1);

function expectAgreement(plan: Plan, vectorLines: number, content: Uint8Array): void {
  const partial = partialOf(compilePlan(kernel, plan, { vectorLines }), plan, content);
  const { expected, actual } = sideBySide(plan, partial, content);
  expect(actual).toEqual(expected);
}

const vectorSizes = fc.constantFrom(1, 2, 7, 16, 50, 2048);
const accessPlans = fc.constantFrom(accessPlan("common"), accessPlan("combined"));

describe("summarise", () => {
  it("agrees with the oracle on hostile rsyslog lines with CSV bodies", () => {
    const names = fc.subarray(["campaigns", "hosts", "all"]);
    const plans = fc
      .tuple(names, fc.constantFrom(120, 300, 5000))
      .map((args) => adsPlanOf(...args));
    fc.assert(
      fc.property(plans, adsContent, vectorSizes, (plan, content, size) => {
        expectAgreement(plan, size, content);
      }),
      { numRuns: 150 },
    );
  });

  it("agrees with the oracle where lines lie across windows and are longer than one", () => {
    const longLine = fc
      .tuple(fc.constantFrom("x", ",", "é"), fc.nat(3 * layout.windowBytes))
      .map(([unit, count]) => `2011-06-30T00:00:00Z h EVT_V1 click,u,${unit.repeat(count)},,,,1\n`);
    const contents = fc
      .tuple(adsContent, adsContent, longLine, fc.nat(20))
      .map(([before, after, line, times]) =>
        Buffer.concat([...Array<Buffer>(times).fill(before), Buffer.from(line), after, before]),
      );
    const plans = fc.constantFrom(300, 30_000, 200_000).map((bytes) => adsPlanOf(["all"], bytes));
    fc.assert(
      fc.property(plans, contents, vectorSizes, (plan, content, size) => {
        expectAgreement(plan, size, content);
      }),
      { numRuns: 40 },
    );
  });

  it("agrees with the oracle on hostile access logs", () => {
    fc.assert(
      fc.property(accessPlans, accessContent, vectorSizes, (plan, content, size) => {
        expectAgreement(plan, size, content);
      }),
      { numRuns: 200 },
    );
  });

  it("adds up to the same tables wherever the content is split at line ends", () => {
    const compiled = compilePlan(kernel, adsPlan);
    const cuts = fc.array(fc.nat(200), { maxLength: 5 });
    fc.assert(
      fc.property(adsContent, cuts, (content, wanted) => {
        const ends = [...content.entries()].flatMap(([at, byte]) => (byte === 10 ? [at + 1] : []));
        const places = new Set(wanted.map((cut) => ends[cut % Math.max(ends.length, 1)] ?? 0));
        const borders = [0, ...[...places].sort((a, b) => a - b), content.length];
        const parts = borders.slice(1).map((to, index) => content.subarray(borders[index], to));
        const partials = parts.map((part) => partialOf(compiled, adsPlan, part));
        const whole = partialOf(compiled, adsPlan, content);
        expect(mergedRows(adsPlan, partials)).toEqual(mergedRows(adsPlan, [whole]));
        const lines = partials.reduce((sum, { source }) => sum + source!.lines, 0);
        expect(lines).toBe(whole.source!.lines);
      }),
      { numRuns: 100 },
    );
  });

  it("judges lines the same whatever summaries a batch is for", () => {
    const compiled = compilePlan(kernel, adsPlan);
    const keys = fc.subarray([...keysOf(adsPlan)]);
    fc.assert(
      fc.property(adsContent, keys, (content, wanted) => {
        const whole = partialOf(compiled, adsPlan, content);
        const { bytes } = summarise(compiled, "ads", content, "lines", content.length, wanted);
        const part = decodePartial(bytes);
        expect(part.source).toEqual(wanted.includes(balanceKey) ? whole.source : null);
        const isWanted = ({ summary }: { readonly summary: string | null }): boolean =>
          wanted.includes(summary ?? balanceKey);
        expect(part.summaries).toEqual(whole.summaries!.filter(isWanted));
        expect(part.samples).toEqual(whole.samples.filter(isWanted));
        const text = ({ summary, bucketStart, frame }: DecodedPartial["tables"][number]): string =>
          `${summary} ${bucketStart} ${Buffer.from(frame).toString("hex")}`;
        const expected = whole.tables.filter(({ summary }) => wanted.includes(summary));
        expect(part.tables.map(text)).toEqual(expected.map(text));
      }),
      { numRuns: 100 },
    );
  });

  it("gives the same bytes whatever the kernel did before, and wherever the payload lies", () => {
    const first = compilePlan(loadKernel(123), adsPlan);
    const second = compilePlan(loadKernel(456), adsPlan);
    fc.assert(
      fc.property(adsContent, adsContent, (before, content) => {
        partialOf(first, adsPlan, before);
        const placed = roomForPayload(second, content.length);
        placed.set(content);
        const [copied, inPlace] = [
          summarise(first, "ads", content, "lines", content.length, keysOf(adsPlan)),
          summarise(second, "ads", placed, "lines", content.length, keysOf(adsPlan)),
        ];
        expect(Buffer.compare(copied.bytes, inPlace.bytes)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
