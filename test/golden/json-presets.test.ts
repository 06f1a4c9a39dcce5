// Every JSON log that has a name, by the examples that its data has.

import { describe, expect, it } from "vitest";
import { formatSchema } from "../../src/shared/config/format/format-schema.ts";
import { jsonPresets } from "../../src/shared/config/format/json-presets.ts";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import { referenceTime } from "../reference/time-forms.ts";
import { tokenise } from "../support/tokenise.ts";

const formatOf = (type: string) => formatSchema.parse({ type });
const cases = Object.entries(jsonPresets).flatMap(([name, { examples }]) =>
  examples.map(({ line, is }) => ({ name, line, is })),
);

/** The fields that a preset finds in a line, the time as seconds since the epoch or null. */
function read(name: string, line: string): Readonly<Record<string, string | number | null>> {
  const format = formatOf(name);
  const fields = fieldsOf(format);
  const { rows } = tokenise(format, fields, Buffer.from(line).toString("latin1"), {
    maxLineBytes: 10_000,
  });
  const [row] = rows;
  const found = Object.fromEntries(fields.map((field, index) => [field, row![index]!]));
  const { timestamp, ...others } = found;
  const time = referenceTime(format.timestamp ?? { form: "auto" }, timestamp!, "UTC");
  const filled = Object.entries(others).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(filled), time };
}

describe.each(Object.keys(jsonPresets))("the preset %s", (name) => {
  it("has an example, and reads its fields from it", () => {
    const own = cases.filter((each) => each.name === name);
    expect(own).not.toEqual([]);
    for (const { line, is } of own) {
      const { timestamp, ...others } = is;
      expect(read(name, line)).toEqual({ ...others, time: Date.parse(timestamp!) / 1000 });
    }
  });

  it("finds no time in the lines of the others, so that none of them counts", () => {
    // Both say `time`, in ISO 8601.
    const alike = name === "bunyan" ? ["bunyan", "traefik"] : [name];
    for (const { name: other, line } of cases) {
      if (!alike.includes(other)) expect(read(name, line)["time"], other).toBeNull();
    }
  });
});

it("a preset takes types of its fields, and another form of its time", () => {
  expect(
    formatSchema.parse({
      type: "cloudflare",
      fields: { ip: { type: "ip" } },
      timestamp: { form: "epoch_ns" },
    }),
  ).toEqual({
    ...formatOf("cloudflare"),
    fields: { ip: { type: "ip" } },
    timestamp: { form: "epoch_ns" },
  });
});
