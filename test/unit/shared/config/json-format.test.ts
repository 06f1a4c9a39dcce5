// Paths into JSON, as a configuration has them and as workers are told of them.

import { describe, expect, it } from "vitest";
import { parseJsonPath } from "../../../../src/shared/config/format/json-path.ts";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const withFormat = (format: string): string =>
  leastConfig.replace("format: { type: combined }", `format: ${format}`);

describe("a path", () => {
  it.each([
    { path: "id", steps: ["id"] },
    { path: "user.id", steps: ["user", "id"] },
    { path: "ad.tags[0]", steps: ["ad", "tags", 0] },
    { path: "a[10][2].b", steps: ["a", 10, 2, "b"] },
    { path: 'labels["app.kubernetes.io/name"]', steps: ["labels", "app.kubernetes.io/name"] },
    { path: '["a.b"].c', steps: ["a.b", "c"] },
    { path: String.raw`["\"\u00e9\\"]`, steps: ['"é\\'] },
    { path: '[""]', steps: [""] },
    { path: "__proto__.a key", steps: ["__proto__", "a key"] },
    { path: "0.é", steps: ["0", "é"] },
    { path: 'request.headers.User-Agent["0"]', steps: ["request", "headers", "User-Agent", "0"] },
  ])("$path goes by its steps", ({ path, steps }) => {
    expect(parseJsonPath(path)).toEqual({ steps });
  });

  it("may end with all elements of an array", () => {
    expect(parseJsonPath("ad.tags[*]")).toEqual({ steps: ["ad", "tags"], isList: true });
  });

  it.each([
    { path: "", index: 0, problem: "the path is empty" },
    { path: "[*]", index: 0, problem: "the path is empty" },
    { path: ".a", index: 0, problem: "expected" },
    { path: "a.", index: 2, problem: "expected" },
    { path: "a..b", index: 2, problem: "expected" },
    { path: "a]", index: 1, problem: "expected" },
    { path: "a[", index: 1, problem: "expected" },
    { path: "a[01]", index: 1, problem: "expected" },
    { path: "a[-1]", index: 1, problem: "expected" },
    { path: 'a["b"', index: 1, problem: "expected" },
    { path: String.raw`a["\q"]`, index: 1, problem: "expected" },
    { path: "a[0]b", index: 4, problem: "expected" },
    { path: "[0]", index: 0, problem: "a line is an object" },
    { path: "tags[*].name", index: 4, problem: "[*], all elements, can stand at the end alone" },
    { path: "a[1000000]", index: 1, problem: "an index must be below 1000000" },
    { path: Array(33).fill("a").join("."), index: 0, problem: "more than 32 steps" },
  ])("$path is refused at $index", ({ path, index, problem }) => {
    const fault = parseJsonPath(path);
    expect(fault).toMatchObject({ index, problem: expect.stringContaining(problem) as string });
  });
});

describe("the format json", () => {
  it("is plain data for workers", () => {
    const text = withFormat(
      "{ json: { timestamp: at, who: 'user.ips[0]' }, fields: { who: { type: ip } } }",
    );
    expect(parseConfig(text, "logmill.yaml", {}).plan.sources[1]?.format).toEqual({
      type: "json",
      paths: [
        { field: "timestamp", steps: ["at"] },
        { field: "who", steps: ["user", "ips", 0] },
      ],
      fields: { who: { type: "ip" } },
    });
  });

  it.each([
    ["{ json: {} }", "json: must not be empty"],
    ["{ json: [a] }", "json: must be a mapping"],
    ["{ json: { a: 1 } }", "must be a path; put it in quotes"],
    ["{ json: { a: 'b[*][0]' } }", "[*], all elements, can stand at the end alone"],
    ["{ json: { a: 'b.' } }", "a key or an index is expected here"],
    ["{ json: { a: b }, fields: { c: { type: ip } } }", "there is no field c"],
    ["{ json: { a: b }, type: combined }", "a format is told in one way"],
  ])("%s is refused", (format, fault) => {
    expect(faultsOf(withFormat(format)).join("\n")).toContain(fault);
  });
});
