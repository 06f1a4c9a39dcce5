// The option `timestamp` of formats: which forms are refused, and what of a change of it the store is told.

import { describe, expect, it } from "vitest";
import { planFingerprint } from "../../../../src/shared/model/definition-key.ts";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

function withTime(timestamp: string): string {
  return leastConfig.replace(
    "format: { type: combined }",
    `format: { type: combined, timestamp: { ${timestamp} } }`,
  );
}

function withColumnsTime(timestamp: string): string {
  return leastConfig.replace("  web:", `      timestamp: { ${timestamp} }\n  web:`);
}

const problems = (text: string): string =>
  faultsOf(text)
    .map((fault) => fault.replace(/^\d+:\d+: sources\.\w+\.format\.timestamp\.?/, ""))
    .join("\n");

describe("the form of a time", () => {
  it.each([
    "form: auto",
    "form: epoch_s",
    "form: rfc3164, year: 2015",
    'form: "yyyy/MM/dd HH:mm:ss"',
    'form: "EEE MMM dd HH:mm:ss[.ffffff] yyyy"',
    'form: "MMdd HH:mm:ss.ffffff", year: 2024',
    `form: "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"`,
    `form: "yyyy-MM-dd'T'HH:mm:ss[X]"`,
    'form: "M/d/yy h:mm a[ z]"',
  ])("%s is good", (options) => {
    expect(faultsOf(withTime(options))).toEqual([]);
  });

  it.each([
    [
      "form: rfc3164",
      'form: the form "rfc3164" has no year; add `year:` with the year of these logs',
    ],
    ["form: rfc3164, year: 1969", "year: must be a whole number from 1970 to 2261, not 1969"],
    ["form: epoch_ms, year: 2015", 'the form "epoch_ms" is epoch_ms, whose times have a year'],
    [
      "form: epoch_msec",
      'form: the form "epoch_msec" has e, which stands for nothing; did you mean epoch_ms?',
    ],
    ['form: "MMM dd HH:mm:ss"', "has no year; add `year:`"],
    ['form: "yyyy MMM dd", year: 2015', "has a year already; leave `year:` out"],
    ['form: "yyyy/dd HH:mm"', "has no month"],
    ['form: "yyyy/MM/dd mm"', "has no hour"],
    ['form: "yyyy/MM/dd HH:ss"', "has no minute"],
    ['form: "yyyy/MM/dd.ff"', "has no second"],
    ['form: "yyyy/MM/dd hh:mm"', "has hours to 12 without AM and PM; write HH, or add a"],
    ['form: "yyyy/MM/dd HH:mm a"', "has AM and PM without hours to 12; write hh"],
    ['form: "yyyy/MM/dd MMM"', "has the month twice"],
    ['form: "yyyyMd"', "has two numbers in a row, of which the first has no fixed length"],
    ['form: "yyyyMMdd HHmm[fff] ss"', "has a part in brackets that does not begin with a fixed"],
    ['form: "yyyy/MM/dd[ HH:mm]"', "has a part of the date or of the time in brackets"],
    [
      'form: "yyyy/MM/dd HH:mm:ss[ z] "',
      "has a part in brackets that begins as what follows it does",
    ],
    ['form: "[yyyy/MM/dd"', "has a bracket that is not closed"],
    ['form: "yyyy/MM/dd]"', "has a bracket ] without the other"],
    [`form: "yyyy/MM/dd 'at"`, "has a quote that is not closed"],
    ['form: "yyyy/MM/dd QQ"', "has QQ, which stands for nothing; use yyyy yy MMM"],
    [`form: "yyyy-MM-dd${" ".repeat(100)}"`, "has more than 100 characters"],
    ["form: constructor", "which stands for nothing"],
    ["from: [day]", "from[0]: there is no field day"],
    ["from: []", "from: must not be empty"],
  ])("%s is refused", (options, fault) => {
    expect(problems(withTime(options))).toContain(fault);
  });

  it.each([
    ["from: [event, user]", ""],
    ["from: [event]", ""],
    ["from: [event, event]", "from[1]: the field event is there twice; name the date and the time"],
    [
      "from: [timestamp, user]",
      "from[0]: timestamp is what the two fields make together; rename the field",
    ],
    ["from: [event, user, revenue]", "from: must have at most 2 items"],
  ])("%s of columns: %s", (options, fault) => {
    expect(problems(withColumnsTime(options))).toBe(fault);
  });
});

it("a plan is another one with it, and the same as before without", () => {
  const fingerprint = (text: string): string =>
    planFingerprint(parseConfig(text, "logmill.yaml", {}).plan);
  const { sources } = parseConfig(leastConfig, "logmill.yaml", {}).plan;
  expect(sources.map(({ format }) => Object.keys(format))).toEqual([
    ["type", "payloads"],
    ["type"],
  ]);
  const forms = ["form: epoch_s", "form: epoch_ms", "form: rfc3164, year: 2015"].map(withTime);
  expect(new Set([leastConfig, ...forms].map(fingerprint)).size).toBe(4);
});
