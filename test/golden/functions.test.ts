// The functions of field values: the page says what there is, and its examples are true.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { generatedFieldsPage } from "../../scripts/generate-docs.mjs";
import * as list from "../../src/shared/function/functions.ts";
import { faultsOf } from "../support/config-text.ts";
import { computedValue } from "../support/computed-value.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(`${root}/docs/fields.md`, "utf8");

describe("the page of computed fields", () => {
  it("is fresh", async () => {
    expect(page, "run node scripts/generate-docs.mjs").toBe(await generatedFieldsPage(list));
  });

  it("has good configurations as its examples", () => {
    const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map((match) => match[1]!);
    expect(blocks).toHaveLength(2);
    for (const example of blocks) expect(faultsOf(example)).toEqual([]);
  });
});

const examples = list.functions.flatMap((member) =>
  member.examples.map((example) => ({ ...example, name: member.name })),
);

describe("an example of a function", () => {
  it("is there for each", () => {
    expect(list.functions.filter((member) => member.examples.length === 0)).toEqual([]);
  });

  it("has the rules of the package that is installed", () => {
    const rules = new Set(list.functions.flatMap((member) => member.rules ?? []));
    expect(rules.size).toBeGreaterThan(0);
    const { dependencies } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const rule of rules) {
      const [name, version] = rule.split(" ");
      expect(dependencies[name!]).toBe(version);
    }
  });

  it.each(examples)("$call of $fields gives $gives", ({ call, fields, gives, table }) => {
    expect(computedValue(call, fields, "UTC", table)).toBe(gives);
  });
});
