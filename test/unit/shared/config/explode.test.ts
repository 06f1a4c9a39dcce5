// What may be exploded, and what is said of the rest.

import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import { faultsOf } from "../../../support/config-text.ts";

const withSummary = (options: string, fields = "{}"): string => `
sources:
  app:
    type: file
    include: [a.jsonl]
    format: { json: { timestamp: at, user: user, tags: "ad.tags[*]", first: "ad.tags[0]" } }
    fields: ${fields}
summaries:
  tested: { from: [app], ${options}, metrics: { n: { type: count } } }
`;

const faults = (options: string, fields?: string): string =>
  faultsOf(withSummary(options, fields)).join("\n");

describe("explode", () => {
  it("is told to workers with its delimiter, if it has one", () => {
    const explodeOf = (options: string) =>
      parseConfig(withSummary(options), "logmill.yaml", {}).plan.summaries[0]!.explode;
    expect(explodeOf("dimensions: [tags], explode: tags")).toEqual({ field: "tags" });
    expect(explodeOf('dimensions: [user], explode: { field: user, delimiter: "|" }')).toEqual({
      field: "user",
      delimiter: "|",
    });
    expect(explodeOf("dimensions: [user]")).toBeUndefined();
  });

  it.each([
    ["dimensions: [user], explode: tags", "tags is no dimension of this summary"],
    ["dimensions: [user], explode: usr", "usr is no dimension of this summary"],
    ["dimensions: [user], explode: user", "user of source app is one text; write explode: { field"],
    [
      'dimensions: [tags], explode: { field: tags, delimiter: "," }',
      "tags of source app is an array, which has no delimiter; write explode: tags",
    ],
    ["dimensions: [tags]", "tags is all elements of an array, which only a dimension can be"],
    ['dimensions: [user], where: tags != ""', "tags is all elements of an array"],
    ["timestamp: tags, dimensions: [user]", "tags is all elements of an array"],
    ["dimensions: [tags], explode: 5", "explode: must be"],
    [
      'dimensions: [user], explode: { field: user, delimiter: "" }',
      "with a delimiter of 1 to 16 characters",
    ],
    ["dimensions: [user], explode: { delimiter: x }", "explode: must be the name of a field"],
  ])("%s is refused", (options, fault) => {
    expect(faults(options)).toContain(fault);
  });

  it("gives its values to no metric and to no computed field", () => {
    const metric = withSummary(
      'dimensions: [user], explode: { field: user, delimiter: "|" }',
    ).replace("{ type: count }", "{ type: distinct, field: user }");
    expect(faultsOf(metric).join("\n")).toContain(
      "user is exploded, and a metric would be given all of its values as one text",
    );
    expect(faults("dimensions: [user]", "{ all: lower(tags) }")).toContain(
      "fields.all: tags is all elements of an array",
    );
  });
});
