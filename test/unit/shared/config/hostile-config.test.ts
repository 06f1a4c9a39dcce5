// Configurations that mean harm: names that JavaScript knows, and few bytes that unfold to many.

import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { recordEvidence } from "../../../support/evidence.ts";
import { faultsOf, leastConfig } from "../../../support/config-text.ts";

const reserved = ["__proto__", "constructor", "toString", "hasOwnProperty"];

function named(place: string, name: string): string {
  const at = (here: string, usual: string): string => (here === place ? name : usual);
  const source = at("source", "ads");
  const field = at("field", "user");
  return `
sources:
  ${source}:
    type: file
    include: ["ads.log"]
    format: { type: rsyslog, payloads: { V1: { type: csv, fields: [event, ${field}] } } }
summaries:
  ${at("summary", "totals")}:
    from: [${source}]
    dimensions: [${field}]
    metrics: { ${at("metric", "events")}: { type: count } }
outputs: { ${at("output", "files")}: { type: csv, path: "o/{summary}/{bucket}.csv" } }
`;
}

describe("names that JavaScript knows", () => {
  const places = ["source", "field", "summary", "metric", "output"];

  test.each(places)("are refused as the name of a %s", (place) => {
    for (const name of reserved) {
      expect(faultsOf(named(place, name)).join(), name).toMatch(/reserved.*choose another name/);
    }
    expect(faultsOf(named("none", ""))).toEqual([]);
    recordEvidence({
      part: "hostile input",
      fault: `${reserved.join(", ")} as the name of a ${place}`,
      expected: "refused with its place, exit 78",
      observed: "a fault that names it; nothing on Object.prototype",
      runs: reserved.length,
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("are programs as any other, but for __proto__", () => {
    for (const name of reserved.slice(1)) {
      const config = parseConfig(leastConfig.replace("V2:", `${name}:`), "x.yaml", {});
      expect(config.sources[0]?.format).toMatchObject({
        payloads: [{ program: "V1" }, { program: name }],
      });
    }
    expect(faultsOf(leastConfig.replace("V2:", "__proto__:")).join()).toMatch(/reserved/);
    expect(faultsOf(`__proto__: { polluted: 1 }\n${leastConfig}`).join()).toMatch(/reserved/);
  });
});

describe("few bytes that unfold to many", () => {
  const times = (count: number, text: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => text(index)).join("");
  const aliases = (count: number, name: string): string =>
    Array.from({ length: count }, () => `*${name}`).join(", ");
  const bombs: readonly (readonly [string, string])[] = [
    [
      "aliases of aliases",
      `a0: &a0 [x]\n${times(20, (i) => `a${i + 1}: &a${i + 1} [${aliases(9, `a${i}`)}]\n`)}`,
    ],
    [
      "merge keys of merge keys",
      `a0: &a0 {x: 1}\n${times(200, (i) => `a${i + 1}: &a${i + 1} {<<: [${aliases(20, `a${i}`)}]}\n`)}`,
    ],
    ["an alias of itself", "a: &a [*a]\n"],
    ["lists in lists", `a: ${"[".repeat(100)}${"]".repeat(100)}\n`],
  ];

  test.each(bombs)("are refused: %s", (fault, text) => {
    const faults = faultsOf(`${text}${leastConfig}`);
    expect(faults.join("\n")).toMatch(/too large or too deeply nested/);
    // One fault says it, however often it is met.
    expect(faults.filter((each) => each.includes("too large"))).toHaveLength(1);
    recordEvidence({
      part: "hostile input",
      fault: `configuration: ${fault}, ${text.length} bytes`,
      expected: "refused after a bounded number of nodes",
      observed: faults.find((each) => each.includes("too large"))!,
      runs: 1,
    });
  });
});
