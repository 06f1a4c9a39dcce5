// What is said about outputs to Redis that do not fit their summaries.

import { describe, expect, it } from "vitest";
import { faultsOf } from "../../../support/config-text.ts";

const config = (outputs: string, explode = ""): string => `
sources:
  ads:
    type: file
    include: ["*.log"]
    format: { columns: [timestamp, country, city] }
summaries:
  cities: { from: [ads], dimensions: [country, city], metrics: { n: { type: count } }${explode} }
  lands: { from: [ads], dimensions: [country], metrics: { n: { type: count } } }
outputs:
  live: { type: redis, endpoints: ["redis://h"], ${outputs} }
`;
const said = (outputs: string, explode?: string): string =>
  faultsOf(config(outputs, explode))
    .map((fault) => fault.replace(/^\d+:\d+: outputs\./u, ""))
    .join("\n");

describe("an output to Redis", () => {
  it.each([
    'summaries: [lands], zset: { key: "daily:{bucket}", member: "{country}", score: n }',
    'summaries: [cities], zset: { key: "{country}:{bucket}", member: "{city}", score: n }',
    'hash: { key: "{summary}:{bucket}:{country}" }',
    'summaries: [lands], string: { key: "{bucket}", value: n }, ttl: 48h, pipeline: 500',
  ])("%s is taken", (outputs) => {
    expect(said(outputs)).toBe("");
  });

  it.each([
    ["summaries: [lands]", "live: does not say what it writes; add zset, hash or string"],
    [
      'summaries: [lands], hash: { key: "{bucket}" }, string: { key: "{bucket}", value: n }',
      "live: writes hash and string; make an output of each",
    ],
    [
      'hash: { key: "{bucket}:{country}" }',
      "live.hash.key: all summaries would have the same keys; put {summary} into it",
    ],
    [
      'summaries: [lands], hash: { key: "logmill:{bucket}" }',
      "live.hash.key: logmill keeps its own notes under such keys; begin with another word",
    ],
    [
      'summaries: [lands], hash: { key: "x:{country}" }',
      "live.hash.key: all buckets would have the same keys; put {bucket} into it",
    ],
    [
      'hash: { key: "{summary}:{bucket}:{city}" }',
      "live.hash.key: summary lands has no dimension city; there are summary, bucket and country",
    ],
    [
      'summaries: [lands], hash: { key: "{bucket}:{contry}" }',
      "live.hash.key: summary lands has no dimension contry; did you mean country?",
    ],
    [
      'summaries: [cities], hash: { key: "{bucket}:{country}{city}" }',
      "live.hash.key: nothing is between {country} and {city}; put : between them",
    ],
    [
      'summaries: [lands], zset: { key: "{bucket}", member: "x", score: n }',
      "live.zset.member: all rows would be the same member; put a dimension into it",
    ],
    [
      'summaries: [lands], zset: { key: "{bucket}", member: "{country} {bucket}", score: n }',
      "live.zset.member: {bucket} is the same for all members; leave it out",
    ],
    [
      'summaries: [lands], zset: { key: "{bucket}", member: "{country}", score: m }',
      "live.zset.score: summary lands has no metric m; did you mean n?",
    ],
    [
      'summaries: [lands], string: { key: "{bucket}", value: visits }',
      "live.string.value: summary lands has no metric visits; there is n",
    ],
  ])("%s is refused: %s", (outputs, fault) => {
    expect(said(outputs)).toContain(fault);
  });

  it("has no two fields of one name", () => {
    const text = config('summaries: [lands], hash: { key: "{bucket}", bounds: true }').replace(
      "dimensions: [country], metrics: { n: { type: count } }",
      "dimensions: [country], metrics: { n: { type: distinct, field: city }, n_lo: { type: count } }",
    );
    expect(faultsOf(text).join("\n")).toContain(
      "outputs.live.hash.bounds: summary lands has a column n_lo already; rename it, or leave bounds out",
    );
  });

  it("names one server once", () => {
    const twice = config('summaries: [lands], hash: { key: "{bucket}" }').replace(
      '"redis://h"',
      '"redis://h", "redis://u@h:6379/0"',
    );
    expect(faultsOf(twice).join("\n")).toContain(
      "outputs.live.endpoints[1]: redis://h:6379/0 is there twice; remove one of them",
    );
  });

  it("writes no keys of another", () => {
    const text = `${config('hash: { key: "{summary}:{bucket}" }')}
  other: { type: redis, endpoints: ["redis://h/0"], summaries: [lands], hash: { key: "lands:{bucket}" } }
`;
    expect(faultsOf(text).join("\n")).toContain(
      "outputs.other.hash.key: output live may write the same keys; begin them with different words",
    );
    const apart = text.replace('hash: { key: "lands:{bucket}" }', 'hash: { key: "x:{bucket}" }');
    expect(faultsOf(apart)).toEqual([]);
    expect(faultsOf(text.replace("redis://h/0", "redis://h/1"))).toEqual([]);
  });

  it("does not add up the rows of a dimension with several values", () => {
    const exploded = said(
      'summaries: [cities], hash: { key: "{bucket}:{country}" }',
      ', explode: { field: city, delimiter: "|" }',
    );
    expect(exploded).toContain(
      "live.hash.key: summary cities has several values of city a line, whose rows do not add up; put {city} into it",
    );
  });
});
