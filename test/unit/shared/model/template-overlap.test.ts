import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NameMaker, parseTemplate } from "../../../../src/shared/model/key-template.ts";
import { canOverlap } from "../../../../src/shared/model/template-overlap.ts";

const overlap = (one: string, other: string): boolean =>
  canOverlap(parseTemplate(one), parseTemplate(other));

describe("two templates", () => {
  it.each([
    ["visits:{bucket}", "orders:{bucket}"],
    ["v:{bucket}", "v:{bucket}:x"],
    ["v:{bucket}", "v:{bucket}:{a}"],
    ["{a}:v:{bucket}", "{a}:n:{bucket}"],
    ["{a}:{bucket}", "{a}:v:{bucket}"],
  ])("%s and %s never give one name", (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([false, false]);
  });

  it.each([
    ["v:{bucket}", "v:{bucket}"],
    ["v:{bucket}:{country}", "v:{bucket}:{city}"],
    ["v:{bucket}:{country}", "v:{bucket}:{country}:{city}"],
    ["v:{bucket}:{country}", "v:{bucket}:all"],
    ["{a}", "v:{bucket}"],
    ["{a}:x:{bucket}", "{a}:{b}:{bucket}"],
    ["{bucket}", "2011-{bucket}"],
  ])("%s and %s may give one name", (one, other) => {
    expect([overlap(one, other), overlap(other, one)]).toEqual([true, true]);
  });

  it("that give one name are known to", () => {
    const literal = fc.stringMatching(/^[:x]{0,2}$/u);
    const template = fc
      .tuple(literal, fc.constantFrom("{a}", "{bucket}", ""), literal, fc.constantFrom("{b}", ""))
      .map((pieces) => pieces.join(""))
      .filter((text) => text !== "" && parseTemplate(text).faults.length === 0);
    const value = fc.stringMatching(/^[:x]{0,2}$/u);
    const bucket = fc.constantFrom("x", "1", "xx");
    const name = fc.record({ template, values: fc.tuple(value, value), bucket });
    const made = (one: { template: string; values: string[]; bucket: string }): string =>
      new NameMaker(parseTemplate(one.template), { bucket: one.bucket }, ["a", "b"])
        .make(one.values.map((text) => Buffer.from(text)))
        .toString();
    fc.assert(
      fc.property(name, name, (one, other) => {
        if (made(one) !== made(other)) return;
        expect(overlap(one.template, other.template)).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});
