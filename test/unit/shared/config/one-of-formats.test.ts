import * as z from "zod";
import { describe, expect, it } from "vitest";
import { oneOfFormats } from "../../../../src/shared/config/format/one-of-formats.ts";
import { shapeKey, type JsonSchema } from "../../../../src/shared/config/json-schema.ts";

const named = z.strictObject({ type: z.enum(["one", "two"]), size: z.number().optional() });
const line = z.strictObject({ line: z.string(), escape: z.boolean().optional() });
const columns = z.strictObject({ columns: z.array(z.string()), header: z.boolean().optional() });
const schema = oneOfFormats("A line.", [{ types: ["one", "two"], schema: named }], {
  line,
  columns,
});

const issuesOf = (value: unknown) =>
  schema.safeParse(value).error!.issues.map(({ code, path }) => ({ code, path }));

describe("a format", () => {
  it.each([
    { type: "two", size: 1 },
    { line: "a b", escape: true },
    { columns: ["a"], header: false },
  ])("is told by its type or by the key of its shape: %o", (value) => {
    expect(schema.parse(value)).toEqual(value);
  });

  it("has the options of its own shape alone, and all faults of it are told", () => {
    expect(issuesOf({ line: 5, header: true })).toEqual([
      { code: "invalid_type", path: ["line"] },
      { code: "unrecognized_keys", path: [] },
    ]);
    expect(issuesOf({ columns: ["a", 7] })).toEqual([
      { code: "invalid_type", path: ["columns", 1] },
    ]);
  });

  it("is refused where nothing tells it, or more than one key does", () => {
    expect(issuesOf({ size: 1 })).toEqual([{ code: "custom", path: ["type"] }]);
    expect(issuesOf({ type: "one", line: "a" })).toEqual([{ code: "custom", path: ["line"] }]);
    expect(issuesOf({ columns: [], line: "a" })).toEqual([{ code: "custom", path: ["line"] }]);
    expect(issuesOf({ type: "three" })).toEqual([{ code: "invalid_union", path: ["type"] }]);
    for (const value of [undefined, null, "one", [], 5]) {
      expect(issuesOf(value)).toEqual([{ code: "invalid_type", path: [] }]);
    }
    expect(issuesOf({ toString: 1 })).toEqual([{ code: "custom", path: ["type"] }]);
  });

  it("is one alternative in JSON Schema for each way to tell it, with the key that it must have", () => {
    const { description, oneOf = [] } = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
    expect(description).toBe("A line.");
    expect(oneOf.map((each) => Object.keys(each.properties!))).toEqual([
      ["type", "size"],
      ["line", "escape"],
      ["columns", "header"],
    ]);
    expect(oneOf.slice(1).map(shapeKey)).toEqual(["line", "columns"]);
  });
});
