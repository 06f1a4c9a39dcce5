// Real lines of web servers, and what a person reads off them.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import { referenceTimestamp } from "../reference/values.ts";
import { nginxMain, nginxPattern } from "../support/pattern-formats.ts";
import { tokenise } from "../support/tokenise.ts";

type Expected = Readonly<Record<string, string>>;

const read = (name: string): string =>
  readFileSync(new URL(`formats/${name}`, import.meta.url), "latin1");

describe.each([
  { sample: "apache-combined", name: "combined", format: { type: "combined" } },
  { sample: "nginx-main", name: "combined", format: { type: "combined" } },
  { sample: "nginx-main", name: "nginx's main", format: nginxPattern(nginxMain) },
  { sample: "vhost-combined", name: "vhost_combined", format: { type: "vhost_combined" } },
] as const)("the lines of $sample, read as $name,", ({ sample, format }) => {
  const lines = read(`${sample}.log`).trimEnd().split("\n");
  const expected = JSON.parse(read(`${sample}.expected.json`)) as readonly Expected[];
  const fields = fieldsOf(format);

  it.each(lines.map((line, index) => ({ line, values: expected[index]! })))(
    "have these fields: $line",
    ({ line, values: { timestamp, ...values } }) => {
      const { rows, rejected } = tokenise(format, fields, line);
      if ("_reject" in values) {
        expect(rejected).toEqual({ [values["_reject"]]: 1 });
        return;
      }
      const row = Object.fromEntries(fields.map((field, index) => [field, rows[0]![index]!]));
      const { timestamp: time, ...others } = row;
      expect(
        Object.fromEntries(Object.entries(others).filter(([, value]) => value !== "")),
      ).toEqual(Object.fromEntries(Object.entries(values).filter(([name]) => name !== "rest")));
      expect(referenceTimestamp(time!, "UTC")).toBe(Date.parse(timestamp!) / 1000);
    },
  );
});
