// What is generated from the option table is what lies in the repository.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { generatedFiles, generatedFormatsPage } from "../../scripts/generate-docs.mjs";
import { configJsonSchema } from "../../src/shared/config/json-schema.ts";
import * as presets from "../../src/shared/format/presets.ts";
import type { JsonSchema } from "../../src/shared/config/json-schema.ts";
import { faultsOf } from "../support/config-text.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("the JSON Schema and the tables of the guide are fresh", async () => {
  for (const [path, text] of await generatedFiles(configJsonSchema())) {
    expect(readFileSync(`${root}/${path}`, "utf8"), `run node scripts/generate-docs.mjs`).toBe(
      text,
    );
  }
});

test("the formats with a name in the guide are fresh", async () => {
  expect(
    readFileSync(`${root}/docs/formats.md`, "utf8"),
    `run node scripts/generate-docs.mjs`,
  ).toBe(await generatedFormatsPage(presets));
});

test("every option has a description and a type that people can read", () => {
  const nameless: string[] = [];
  const visit = (schema: JsonSchema, path: string): void => {
    for (const [key, option] of Object.entries(schema.properties ?? {})) {
      const at = `${path}.${key}`;
      if (key !== "type" && option.description === undefined) nameless.push(at);
      const leaf = option.properties ?? option.oneOf ?? option.additionalProperties;
      const typed = option.title ?? option.enum ?? option.items?.title ?? option.const;
      if (leaf === undefined && typed === undefined) nameless.push(at);
      visit(option, at);
    }
    for (const branch of schema.oneOf ?? []) visit(branch, path);
    if (typeof schema.additionalProperties === "object") {
      visit(schema.additionalProperties, `${path}.NAME`);
    }
  };
  visit(configJsonSchema(), "");
  expect(nameless).toEqual([]);
});

test("the example of the guide is a good configuration", () => {
  const guide = readFileSync(`${root}/docs/configuration.md`, "utf8");
  const blocks = [...guide.matchAll(/```yaml\n([^]*?)```/g)].map((match) => match[1]!);
  const examples = blocks.filter((text) => /^sources:/m.test(text) && /^summaries:/m.test(text));
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(faultsOf(example)).toEqual([]);
});
