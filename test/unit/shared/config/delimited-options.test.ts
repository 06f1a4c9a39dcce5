// Options of delimited columns and of W3C's logs: what is refused, and what becomes of the rest.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFormat = (format: string): string =>
  leastConfig.replace("format: { type: combined }", `format: { ${format} }`);

const problems = (text: string): string =>
  faultsOf(text)
    .map((fault) => fault.replace(/^\d+:\d+: sources\.web\.format\.?/, ""))
    .join("\n");

describe("columns", () => {
  it.each([
    [
      "columns: [a, b, a]",
      "columns[2]: the column a is there twice; rename one of them, or write _",
    ],
    ["columns: [a, _], header: true", "columns[1]: names no column, and with a header those that"],
    [
      'columns: [a], delimiter: ""',
      'delimiter: must be one character that no value has, such as ","',
    ],
    ["columns: [a], delimiter: ab", "delimiter: must be one character that no value has"],
    ["columns: [a], delimiter: x", "delimiter: must be one character that no value has"],
    ["columns: [a], quote: single", "quote: must be double or none"],
    [
      'columns: [a], missing: [""]',
      "missing[0]: is empty, and an empty value is missing in any case",
    ],
    ["columns: [a], header: 1", "header: must be true or false"],
    ["columns: []", "columns: must not be empty"],
    ["w3c: { fields: [a] }", "w3c.fields: is no option; there is more"],
  ])("%s is refused", (format, fault) => {
    expect(problems(withFormat(format))).toContain(fault);
  });

  it.each([
    ["columns: [a, _, '', b], delimiter: \"\\t\"", { delimiter: "\t" }],
    ["columns: [a, b], header: true", { header: true }],
    ["columns: [a], header: false", {}],
    ["w3c: {}", { type: "w3c", more: [] }],
    ["w3c: { more: [x-a] }, timestamp: { from: [date-local, time-local] }", { more: ["x-a"] }],
  ])("%s is read", (format, expected) => {
    const { sources } = parseConfig(withFormat(format), "logmill.yaml", {}).plan;
    expect(sources[1]!.format).toMatchObject(expected);
    if (!("header" in expected)) expect(sources[1]!.format).not.toHaveProperty("header");
  });
});
