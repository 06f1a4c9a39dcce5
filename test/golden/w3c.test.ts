// Real logs with directives, and what a person reads off them. Fields have the names that logmill gives them; values are
// as written.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import { w3cField } from "../../src/shared/model/format/w3c.ts";
import { referenceTimestamp } from "../reference/values.ts";
import { tokenise } from "../support/tokenise.ts";

type Expected = Readonly<Record<string, string>>;

const read = (name: string): string =>
  readFileSync(new URL(`formats/${name}`, import.meta.url), "latin1");

it.each([
  { sample: "cloudfront-web", time: ["date", "time"], comments: 2 },
  { sample: "w3c-advanced-logging", time: ["date-local", "time-local"], comments: 4 },
  { sample: "w3c-iis-netscaler", time: ["date", "time"], comments: 8 },
] as const)("the lines of $sample have their fields", ({ sample, time, comments }) => {
  const format = { type: "w3c", more: ["TimeTakenMS", "sc-servicename"] } as const;
  const fields = fieldsOf(format).filter((field) => field !== "timestamp");
  const { rows, rejected } = tokenise(format, fields, read(`${sample}.log`));
  const expected = JSON.parse(read(`${sample}.expected.json`)) as readonly Expected[];
  expect(rejected).toMatchObject({ comment: comments });
  expect(rows).toHaveLength(expected.length);
  rows.forEach((row, line) => {
    const values = new Map(fields.map((field, index) => [field, row[index]!]));
    const written = time.map((field) => values.get(field)).join(" ");
    for (const field of time) values.delete(field);
    const { timestamp, ...others } = expected[line]!;
    expect(Object.fromEntries([...values].filter(([, value]) => value))).toEqual(
      Object.fromEntries(Object.entries(others).map(([name, value]) => [w3cField(name), value])),
    );
    const isLocal = !timestamp!.endsWith("Z");
    expect(referenceTimestamp(written, "UTC")).toBe(
      Math.floor(Date.parse(isLocal ? `${timestamp!}Z` : timestamp!) / 1000),
    );
  });
});
