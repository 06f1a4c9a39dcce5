// The computed fields of a source: what workers are told of them, and what is said where they cannot be computed.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFields = (fields: string): string =>
  leastConfig.replace(
    "format: { type: combined }",
    `format: { type: combined }, fields: ${fields}`,
  );

/** The faults of the fields, each without its place in the file. */
const fieldFaults = (fields: string): readonly string[] =>
  faultsOf(withFields(fields)).map((fault) => fault.replace(/^\d+:\d+: sources\.web\./, ""));

describe("computed fields", () => {
  it("are told to workers, and absent where there is none", () => {
    const computedOf = (text: string) =>
      parseConfig(text, "logmill.yaml", {}).plan.sources.map(({ computed }) => computed);
    const text = withFields("{ site: url_host(referrer), all: 'concat(site, \"!\")' }");
    expect(computedOf(text)).toEqual([
      undefined,
      [
        {
          name: "site",
          value: { op: "call", name: "url_host", arguments: [{ op: "field", name: "referrer" }] },
        },
        {
          name: "all",
          value: {
            ...{ op: "call", name: "concat" },
            arguments: [
              { op: "field", name: "site" },
              { op: "string", value: "!" },
            ],
          },
        },
      ],
    ]);
    expect(computedOf(leastConfig)).toEqual([undefined, undefined]);
  });

  it("say with every call which rules it goes by, if there are several", () => {
    const [field] = parseConfig(withFields("{ a: domain(referrer) }"), "logmill.yaml", {}).plan
      .sources[1]!.computed!;
    expect(field!.value).toMatchObject({
      op: "call",
      name: "domain",
      rules: expect.stringMatching(/^tldts-icann \d/) as string,
    });
  });

  it("may be used by summaries as fields of the format are", () => {
    const summary =
      "  sites: { from: [web], dimensions: [site], where: 'site != \"\"', " +
      "metrics: { n: { type: distinct, field: site } } }\n";
    expect(faultsOf(withFields("{ site: url_host(referrer) }") + summary)).toEqual([]);
  });

  it.each([
    ["{ a: lowr(user) }", "fields.a: there is no function lowr; did you mean lower?"],
    ["{ a: lower(usr) }", "fields.a: there is no field usr; did you mean user?"],
    ["{ a: 'lower(user, ip)' }", "fields.a: lower takes a value; write lower(value)"],
    ["{ a: 'prefix(user, \"3\")' }", "fields.a: bytes of prefix is a number"],
    ["{ a: 'prefix(user, 0)' }", "of prefix, bytes must be a whole number from 1 to 999999"],
    ["{ a: 'prefix(user, 1.5)' }", "of prefix, bytes must be a whole number from 1 to 999999"],
    ["{ a: 'if(user, ip, url)' }", "fields.a: user is a field, no condition; compare it"],
    ["{ a: 'if(user == \"a\", ip)' }", "fields.a: if takes a condition and two values"],
    ["{ a: 'contains(user, \"a\")' }", "fields.a: contains is a condition, no value"],
    ["{ a: 'user == \"a\"' }", "fields.a: here must be a value"],
    ["{ a: user + 1 }", "fields.a: here must be a value"],
    ["{ a: 'concat()' }", "fields.a: concat takes values; write concat(values, …)"],
    ["{ url: lower(user) }", "fields.url: lines have a field url already; choose another name"],
    ["{ timestamp: user }", "fields.timestamp: lines have a field timestamp already"],
    ["{ a: lower(a) }", "fields.a: a is computed from itself"],
    ["{ a: lower(b), b: 'concat(c)', c: 'if(a == \"\", ip, url)' }", "c is computed from itself"],
    [
      "{ a: 'concat(url, url, url, url)', b: 'concat(a, a, a, a, url)' }",
      "fields.b: b may be more than 16 times as long as a line; put fewer values together",
    ],
    ["{ a: 5 }", "fields.a: must be text; put it in quotes"],
  ])("%s are refused", (fields, fault) => {
    expect(fieldFaults(fields).join("\n")).toContain(fault);
  });

  it("are refused at the character that is wrong, once", () => {
    const text = withFields("{ a: 'concat(user, lowr(ip))' }");
    const column =
      text
        .split("\n")
        .find((line) => line.includes("lowr"))!
        .indexOf("lowr") + 1;
    expect(faultsOf(text)).toEqual([
      `10:${column}: sources.web.fields.a: there is no function lowr; did you mean lower?`,
    ]);
  });

  it("that are of no use to anybody are refused with the sources that lack them", () => {
    const summary =
      "  both: { from: [web, ads], dimensions: [a], metrics: { n: { type: count } } }\n";
    expect(faultsOf(withFields("{ a: lower(user) }") + summary).join("\n")).toContain(
      "source ads has no field a",
    );
  });
});

describe("the condition of a source", () => {
  const sourceFaults = (where: string): readonly string[] =>
    faultsOf(
      leastConfig.replace(
        "format: { type: combined }",
        `format: { type: combined, fields: { ip: { type: ip } } }, where: '${where}'`,
      ),
    ).map((fault) => fault.replace(/^\d+:\d+: sources\.web\./, ""));

  it("is told to workers, who leave out of all summaries what it leaves out", () => {
    const text = leastConfig.replace(
      "format: { type: combined }",
      "format: { type: combined }, where: status < 500",
    );
    expect(parseConfig(text, "logmill.yaml", {}).plan.sources[1]?.where).toEqual({
      ...{ op: "<", left: { op: "field", name: "status" }, right: { op: "number", text: "500" } },
    });
  });

  it.each([
    ['stats == "200"', "where: there is no field stats; did you mean status?"],
    ['ip == "::01"', 'where: ip holds addresses in one spelling, and "::01" is another'],
    ["status", "where: status is a field, no condition; compare it"],
  ])("%s is refused", (where, fault) => {
    expect(sourceFaults(where).join("\n")).toContain(fault);
  });
});

describe("a condition with functions", () => {
  const whereFaults = (where: string): string => {
    const summary = `  tested: { from: [web], where: '${where}', metrics: { n: { type: count } } }\n`;
    return faultsOf(leastConfig + summary).join("\n");
  };

  it.each([
    'lower(user) == "x" and "y" != prefix(url, 2)',
    'url_host(referrer) in ["a.example", "b.example"] or not contains(lower(url), "x")',
    'if(status >= 500, "bad", "good") == "bad"',
    'lower(field("user")) == "x" and hour_of_day(field("timestamp")) >= 9',
  ])("is good: %s", (where) => {
    expect(whereFaults(where)).toBe("");
  });

  it.each([
    ["lower(user)", "lower(…) is a value, no condition; compare it"],
    ['lower(usr) == "x"', "source web has no field usr; did you mean user?"],
    [
      `concat(${Array<string>(17).fill("url").join(", ")}) == "a"`,
      "a value of this condition may be more than 16 times as long as a line",
    ],
    ["lower(user) == lower(ip)", "== compares a field with a text or a number"],
  ])("%s is refused", (where, fault) => {
    expect(whereFaults(where)).toContain(fault);
  });
});
