import { describe, expect, test } from "vitest";
import { shownKeys } from "../../../../src/sink/query/overflow-key.ts";

function shown(...keys: (string | null)[]): string[] {
  const row = { keys: keys.map((key) => (key === null ? null : Buffer.from(key))), values: [] };
  return shownKeys(row).map((key) => Buffer.from(key).toString());
}

describe("the keys of a row as they show", () => {
  test("the overflow row has its name in the first dimension, behind the bucket", () => {
    expect(shown("2011-06-30", null, null)).toEqual(["2011-06-30", "__overflow__", ""]);
    expect(shown(null, "2011-06-30")).toEqual(["__overflow__", "2011-06-30"]);
  });

  test.each([
    ["__overflow__", "___overflow__"],
    ["___overflow__", "____overflow__"],
    ["_____overflow__", "______overflow__"],
  ])("a real value %j has one more underscore", (value, expected) => {
    expect(shown("a", value)).toEqual(["a", expected]);
  });

  test("bytes that are no UTF-8 are escaped, one by one, and others are left as they are", () => {
    const key = Buffer.from("caf\xe9 \xc3\xa9 \xf0\x9f\x98\x80 \xed\xa0\x80 \xe2\x82", "latin1");
    const [text] = shownKeys({ keys: [key], values: [] });
    const expected = "caf\\xe9 é 😀 \\xed\\xa0\\x80 \\xe2\\x82";
    expect(Buffer.from(text!).toString()).toBe(expected);
  });

  test.each(["", "_", "_overflow__", "__overflow_", "x__overflow__", "__overflow__x", "__proto__"])(
    "a real value %j is left as it is",
    (value) => {
      expect(shown(value)).toEqual([value]);
    },
  );
});
