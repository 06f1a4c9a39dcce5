import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  NameMaker,
  parseTemplate,
  placeholdersOf,
} from "../../../../src/shared/model/key-template.ts";

const named = (template: string, ...values: readonly (string | Uint8Array)[]): string =>
  new NameMaker(parseTemplate(template), { bucket: "2011-06-20", summary: "s" }, ["a", "b"])
    .make(values.map((value) => Buffer.from(value)))
    .toString("latin1");

const faultsOf = (template: string): string =>
  parseTemplate(template)
    .faults.map(({ index, problem }) => `${index} ${problem}`)
    .join("; ");

describe("a template of keys", () => {
  it.each([
    ["daily:country:{bucket}", "daily:country:2011-06-20"],
    ["{bucket}", "2011-06-20"],
    ["{summary}:{bucket}:{a}", "s:2011-06-20:x:%"],
    ["{a}:{bucket}", "x%3A%25:2011-06-20"],
    ["{a}/{b}", "x:%25/y"],
    ["é{b}é", "\u00c3\u00a9y\u00c3\u00a9"],
    ["{a}:{a}", "x%3A%25:x:%"],
  ])("%s makes %s of the values x:% and y", (template, name) => {
    expect(faultsOf(template)).toBe("");
    expect(named(template, "x:%", "y")).toBe(name);
  });

  it("keeps bytes that are no text", () => {
    expect(named("{a}:{b}", Uint8Array.of(0xff, 0x3a, 0), Uint8Array.of(0x3a, 0x80))).toBe(
      "\xff%3A\0::\x80",
    );
  });

  it.each([
    ["{a}{b}", "3 nothing is between {a} and {b}"],
    ["{bucket}-{a}", "8 - may be a part of the {bucket} before it"],
    ["{summary}s{bucket}", "9 s may be a part of the {summary} before it"],
    ["{a}%{b}", "3 % cannot be told from the {a} before it"],
    ["{a}é{b}", "3 é cannot be told from the {a} before it"],
    ["{a", "0 a { is alone"],
    ["x}:{a}", "1 a } is alone"],
    ["{{a}}", "0 a { is alone; 4 a } is alone"],
  ])("%s is refused: %s", (template, faults) => {
    expect(faultsOf(template)).toBe(faults);
  });

  it("knows its values, each once", () => {
    expect(placeholdersOf(parseTemplate("{b}:{bucket}:{b}:{a}"))).toEqual(["b", "bucket", "a"]);
  });

  it("without faults never gives two rows one name", () => {
    const literal = fc.stringMatching(/^[:%x-]{0,2}$/u);
    const template = fc
      .tuple(literal, literal, literal)
      .map(([before, between, behind]) => `${before}{a}${between}{b}${behind}`)
      .filter((text) => parseTemplate(text).faults.length === 0);
    const value = fc.stringMatching(/^[:%x2-]{0,4}$/u);
    const row = fc.tuple(value, value);
    fc.assert(
      fc.property(template, row, row, (text, one, other) => {
        fc.pre(one.join("\n") !== other.join("\n"));
        expect(named(text, ...one)).not.toBe(named(text, ...other));
      }),
      { numRuns: 2000 },
    );
  });
});
