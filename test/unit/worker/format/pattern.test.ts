// What the values of a pattern's fields may be, and where they end.

import { describe, expect, it } from "vitest";
import type {
  FieldEnd,
  FieldStep,
  PatternStep,
} from "../../../../src/shared/model/format/pattern.ts";
import { tokenise } from "../../../support/tokenise.ts";

const field = (end: FieldEnd, options: Partial<FieldStep> = {}): FieldStep => ({
  op: "field",
  names: ["a"],
  end,
  missing: ["-"],
  ...options,
});
const bar: PatternStep = { op: "literal", text: "|" };
const untilBar = { at: "text", text: "|" } as const;

/** The values of one line's fields, or null where it is rejected. */
function cut(
  steps: readonly PatternStep[],
  line: string,
  fields: readonly string[] = ["a"],
): readonly (string | null)[] | null {
  return tokenise({ type: "pattern", steps }, fields, line).rows[0] ?? null;
}

describe("a value", () => {
  it.each([
    { check: "status", good: ["100", "200", "599"], bad: ["", "099", "600", "20", "2000", "2x0"] },
    { check: "count", good: ["0", "007", "9".repeat(70)], bad: ["", "-1", "1.0", "1a", " 1"] },
    {
      check: "number",
      good: ["0", "0.004", "-1", "-0.25", "12"],
      bad: ["", "1.", ".5", "--1", "1.2.3", "+1", "1e3"],
    },
    {
      check: "host",
      good: ["192.0.2.1", "::1", "www.example.com", "unix:"],
      bad: ["", "192.0.2.1:80", "192.0.2.1,", "[::1]", "a b"],
    },
    { check: "user", good: ["", "u1", "john doe"], bad: ["192.0.2.1", "u1 ::1", "- u1"] },
    { check: "word", good: ["a", "[b]"], bad: ["", "a b"] },
    {
      check: "time",
      good: ["10/Oct/2026:13:55:36 -0700", "Jan  2", "1790640536.5"],
      bad: ["", "-1", " 1", "- u1 [10", '1"'],
    },
  ] as const)(
    "that must be a $check is one, or is missing, or rejects the line",
    ({ check, good, bad }) => {
      const steps = [field(untilBar, { check }), bar];
      for (const value of good) expect(cut(steps, `${value}|`), value).toEqual([value]);
      for (const value of bad) expect(cut(steps, `${value}|`), value).toBeNull();
      expect(cut(steps, "-|")).toEqual([""]);
      const untyped = [field(untilBar), bar];
      for (const value of bad) expect(cut(untyped, `${value}|`), value).toEqual([value]);
    },
  );

  it.each([
    { end: { at: "text", text: "|" }, line: "a b|", is: "a b" },
    { end: { at: "text", text: "|" }, line: "a b", is: null },
    { end: { at: "text_or_line", text: "|" }, line: "a b", is: "a b" },
    { end: { at: "quote" }, line: 'a \\" b\\\\"', is: 'a \\" b\\\\' },
    { end: { at: "quote" }, line: 'a \\"', is: null },
    { end: { at: "list" }, line: "a, b : c,", is: "a, b : c," },
    { end: { at: "list" }, line: "a, b c", is: null },
    { end: { at: "last", text: '"' }, line: 'a "b" c"', is: 'a "b" c' },
    { end: { at: "last", text: '""' }, line: '"', is: null },
    { end: { at: "line" }, line: "a | b", is: "a | b" },
  ] as const)("ends where its step says: $end.at in $line", ({ end, line, is }) => {
    const behind: Readonly<Record<string, readonly PatternStep[]>> = {
      text: [bar],
      quote: [{ op: "literal", text: '"' }],
      last: [{ op: "literal", text: '"' }],
    };
    const found = cut([field(end), ...(behind[end.at] ?? [])], line);
    expect(found).toEqual(is === null ? null : [is]);
  });

  it("is of no line before, where a part of the line is not there", () => {
    const optional: PatternStep = {
      op: "optional",
      steps: [bar, field({ at: "line" }, { names: ["b"] })],
    };
    const steps = [field({ at: "text_or_line", text: "|" }), optional];
    const { rows } = tokenise({ type: "pattern", steps }, ["a", "b"], "1|x\n2\n3|\n4|y");
    expect(rows).toEqual([
      ["1", "x"],
      ["2", ""],
      ["3", ""],
      ["4", "y"],
    ]);
  });

  it("is split into host and port, and into the first of a list", () => {
    const endpoint = [field({ at: "line" }, { names: ["a", "b"], split: "endpoint" })];
    const ends = (line: string) => cut(endpoint, line, ["a", "b"]);
    expect(ends("192.0.2.1:80")).toEqual(["192.0.2.1", "80"]);
    expect(ends("2001:db8::1:443")).toEqual(["2001:db8::1", "443"]);
    expect(ends("[2001:db8::1]:443")).toEqual(["2001:db8::1", "443"]);
    expect(ends("-")).toEqual(["", ""]);
    for (const bad of ["192.0.2.1", "a:", ":80", "a:123456", "[a]:80", "[::1:80", "a b:80"]) {
      expect(ends(bad), bad).toBeNull();
    }
    const first = [field({ at: "line" }, { split: "first", check: "host" })];
    expect(cut(first, "192.0.2.1, ::1")).toEqual(["192.0.2.1"]);
    expect(cut(first, "-, ::1")).toEqual([""]);
    expect(cut(first, "a?, ::1")).toBeNull();
  });

  it("of what nobody asks for is checked all the same", () => {
    const steps = [
      field(untilBar, { check: "count" }),
      bar,
      field({ at: "line" }, { names: ["b"] }),
    ];
    expect(cut(steps, "1|x", ["b"])).toEqual(["x"]);
    expect(cut(steps, "y|x", ["b"])).toBeNull();
  });
});

describe("a line", () => {
  it("ends with its last step, but for what is appended behind a space", () => {
    const steps = [field(untilBar), bar];
    expect(cut(steps, "a| more")).toBeNull();
    const appended = { type: "pattern", steps, appended: true } as const;
    expect(tokenise(appended, ["a"], "a| more\nb|\nc|more\nd| ").rows).toEqual([
      ["a"],
      ["b"],
      ["d"],
    ]);
  });

  it("of blanks is none, whatever may be missing", () => {
    const steps = [field({ at: "line" })];
    const { rows, rejected } = tokenise({ type: "pattern", steps }, ["a"], "\n \t\n\r\na\n");
    expect(rows).toEqual([["a"]]);
    expect(rejected).toEqual({ blank: 3 });
  });
});
