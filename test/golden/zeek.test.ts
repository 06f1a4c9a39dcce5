// A real log of Zeek, and what a person reads off it.

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import { zeekField } from "../../src/shared/model/format/zeek.ts";
import { tokenise } from "../support/tokenise.ts";

const read = (name: string): string =>
  readFileSync(new URL(`formats/${name}`, import.meta.url), "latin1");

it("the lines of Zeek's http.log have their fields", () => {
  const format = { type: "zeek", more: [] } as const;
  const fields = fieldsOf(format);
  const { rows, rejected } = tokenise(format, fields, read("zeek-http.log"));
  const expected = JSON.parse(read("zeek-http.expected.json")) as Record<string, string>[];
  expect(rejected).toEqual({ comment: 8 });
  expect(rows).toHaveLength(expected.length);
  rows.forEach((row, line) => {
    const values = new Map(fields.map((field, index) => [field, row[index]!]));
    const { timestamp, ...others } = expected[line]!;
    expect(Number(values.get("timestamp"))).toBeCloseTo(Date.parse(timestamp!) / 1000, 2);
    values.delete("timestamp");
    expect(Object.fromEntries([...values].filter(([, value]) => value))).toEqual(
      Object.fromEntries(Object.entries(others).map(([name, value]) => [zeekField(name), value])),
    );
  });
});
