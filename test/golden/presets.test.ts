// Formats with a name: the lines in their files have the fields that stand beside them, and no format takes the
// lines of another.

import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { patternOfPreset } from "../../src/shared/format/preset.ts";
import { presets } from "../../src/shared/format/presets.ts";
import { fieldsOf } from "../../src/shared/model/format-fields.ts";
import type { Format } from "../../src/shared/model/plan.ts";
import { referenceReader } from "../reference/line-format.ts";
import { referenceTimeField, referenceTimeOf } from "../reference/time-forms.ts";
import { formatCases } from "../support/format-lines.ts";
import { nearlyOf } from "../support/pattern-lines.ts";
import { tokenise } from "../support/tokenise.ts";

const maxLineBytes = 100_000;
const latin = (text: string): string => Buffer.from(text).toString("latin1");

/** The fields that a line has in the end, or why it is rejected. */
function read(format: Format, line: string): Readonly<Record<string, string>> | string {
  const fields = fieldsOf(format);
  const { rows, rejected } = tokenise(format, fields, latin(line), { maxLineBytes });
  if (rows.length === 0) return Object.keys(rejected).join();
  const values = rows[0]!.map((value) => Buffer.from(value ?? "", "latin1").toString());
  const entries = fields.map((field, index) => [field, values[index]!] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ""));
}

/** When a line was written, by the plain implementations. */
function secondsOf(format: Format, line: string): number | null {
  const fields = referenceReader(format)(latin(line));
  if (typeof fields === "string") return null;
  const made = referenceTimeField(format, fields).at(0)?.[1];
  const time = made ?? fields.get("timestamp") ?? "";
  return referenceTimeOf(format, "timestamp", time, "UTC");
}

const named = presets.map((preset) => ({
  preset,
  name: preset.names[0],
  format: patternOfPreset(preset),
}));

/** Formats whose lines others take, since they begin alike and go on behind. */
const takenBy: Readonly<Record<string, readonly string[]>> = {
  nginx_main: ["common", "combined"],
  nginx_main_ext: ["common", "combined"],
  ingress_nginx: ["common", "combined"],
  combinedio: ["common", "combined"],
  icecast: ["common", "combined"],
  traefik_clf: ["common", "combined"],
};

describe.each(named)("the format $name", ({ preset, name, format }) => {
  it.each([...preset.examples])("reads the fields of $line", ({ line, is }) => {
    expect(read(format, line)).toEqual(is);
  });

  it.each([...preset.examples])("reads the time of $line", ({ line }) => {
    expect(secondsOf(format, line)).not.toBeNull();
  });

  it("cuts lines that are nearly its own as the plain implementation does", () => {
    const examples = fc.constantFrom(...preset.examples.map(({ line }) => latin(line)));
    fc.assert(
      fc.property(fc.array(fc.oneof(nearlyOf(format), spoilt(examples))), (lines) => {
        const fields = fieldsOf(format);
        const { rows } = tokenise(format, fields, lines.join("\n"));
        const expected = lines.flatMap((line) => {
          const values = referenceReader(format)(line.replace(/\r$/, ""));
          return typeof values === "string" ? [] : [fields.map((field) => values.get(field) ?? "")];
        });
        expect(rows).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("has lines that no other format takes", () => {
    const others = [...named, ...formatCases].filter(
      (other) => other.name !== name && other.name !== "nginx's main",
    );
    const takers = others.filter((other) =>
      preset.examples.some(({ line }) => typeof read(other.format, line) !== "string"),
    );
    expect(takers.map((taker) => taker.name)).toEqual(takenBy[name] ?? []);
  });

  it("takes no lines of the formats that are none of these", () => {
    for (const { name: other, lines } of formatCases) {
      if (other === "nginx's main" || takenBy[name]?.includes(other) === true) continue;
      for (const line of fc.sample(lines, 40)) {
        expect(tokenise(format, [], line, { maxLineBytes }).rows, line).toEqual([]);
      }
    }
  });
});

/** Lines with a piece that is gone or put in. */
function spoilt(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const pieces = fc.constantFrom("", " ", '"', "-", "x", "\\");
  return fc.tuple(lines, fc.nat(400), fc.nat(5), pieces).map(([line, at, length, piece]) => {
    return line.slice(0, at) + piece + line.slice(at + length);
  });
}

const sampleOf = (name: string): string =>
  readFileSync(new URL(`formats/${name}`, import.meta.url), "utf8");

describe.each([
  { sample: "nginx-main", name: "nginx_main" },
  { sample: "aws-alb", name: "aws_alb" },
  { sample: "aws-elb-classic", name: "aws_elb" },
  { sample: "aws-s3", name: "aws_s3" },
])("real lines of $sample", ({ sample, name }) => {
  const { format } = named.find((each) => each.name === name)!;
  const expected = JSON.parse(sampleOf(`${sample}.expected.json`)) as Record<string, string>[];

  it.each(
    sampleOf(`${sample}.log`)
      .trimEnd()
      .split("\n")
      .map((line, index) => ({ line, values: expected[index]! })),
  )("have these fields: $line", ({ line, values }) => {
    const { timestamp, ...others } = values;
    if ("_reject" in values) {
      expect(read(format, line)).toBe(values["_reject"]);
      return;
    }
    const { timestamp: time, ...found } = read(format, line) as Record<string, string>;
    expect(found).toEqual(others);
    expect(time).not.toBe("");
    expect(secondsOf(format, line)).toBe(Math.floor(Date.parse(timestamp!) / 1000));
  });
});
