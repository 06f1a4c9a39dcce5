// Regular expressions beside JavaScript's.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesMatcher } from "../../src/shared/regex/bytes-matcher.ts";
import { matcherTable } from "../../src/shared/regex/matcher.ts";
import { textFinder } from "../../src/shared/regex/search.ts";
import type { PatternNode } from "../../src/shared/regex/pattern-tree.ts";
import { parsePattern } from "../../src/shared/regex/syntax.ts";
import {
  bytesOf,
  charactersOf,
  referenceMatches,
  referencePattern,
} from "../reference/pattern-text.ts";
import { patterns, patternTexts } from "../support/patterns.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { bytesAt, column, spans } from "../support/kernel-columns.ts";

const kernel = loadKernel(3);
const numRuns = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 20_000 : 400;

function matchTexts(pattern: string, texts: readonly string[]): readonly boolean[] {
  kernel.reset();
  const table = kernel.place(matcherTable(pattern));
  const out = column(kernel, texts.length, 1);
  kernel.exports.matchSpans(table, spans(kernel, texts), texts.length, out);
  return bytesAt(kernel, out, texts.length).map((byte) => byte === 1);
}

const anyPattern = fc
  .tuple(fc.constantFrom("", "", "(?i)"), patterns(fc.constantFrom("(", "(?:")))
  .map((parts) => parts.join(""))
  .filter(
    (pattern) => !pattern.startsWith("(?i)") || Buffer.byteLength(pattern) === pattern.length,
  );

/** Pieces of characters of every length, and bytes that are never one. */
const anyBytes = fc
  .array(
    fc.constantFrom(
      ...[
        "a",
        "1",
        " ",
        "\xc3\xa4",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "\xed\x9f\xbf",
        "\xf4\x8f\xbf\xbf",
      ],
      ...[
        "\x80",
        "\x9f",
        "\xa0",
        "\xbf",
        "\xc1",
        "\xc3",
        "\xe0",
        "\xe2",
        "\xe2\x82",
        "\xed",
        "\xef",
      ],
      ...["\xf0", "\xf0\x9f", "\xf0\x9f\x98", "\xf1", "\xf4", "\xf4\x8f", "\xf5", "\xff"],
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

describe("a pattern", () => {
  it("matches a text where JavaScript's does", () => {
    fc.assert(
      fc.property(
        anyPattern,
        fc.array(patternTexts, { minLength: 1, maxLength: 20 }),
        (pattern, texts) => {
          expect(matchTexts(pattern, texts)).toEqual(
            texts.map((text) => referenceMatches(text, pattern)),
          );
        },
      ),
      { numRuns },
    );
  });

  it("matches the same without a kernel", () => {
    fc.assert(
      fc.property(anyPattern, fc.array(patternTexts, { maxLength: 20 }), (pattern, texts) => {
        const isMatch = bytesMatcher(pattern);
        expect(texts.map((text) => isMatch(Buffer.from(text, "latin1")))).toEqual(
          matchTexts(pattern, texts),
        );
      }),
    );
  });

  it("takes a byte that is of no character by `.` and by negated classes", () => {
    fc.assert(
      fc.property(anyPattern, fc.array(anyBytes, { maxLength: 20 }), (pattern, texts) => {
        expect(matchTexts(pattern, texts)).toEqual(
          texts.map((text) => referenceMatches(text, pattern)),
        );
      }),
      { numRuns },
    );
  });

  it.each([
    ["(a+)+$", "a".repeat(100_000) + "b", false],
    ["^(a|a)*$", "a".repeat(100_000), true],
    ["(.*)(.*)(.*)(.*)x$", "y".repeat(100_000), false],
    ["^(\\w+\\s?)*$", "word ".repeat(20_000) + "!", false],
  ])("%s takes as long as the text is", (pattern, text, isMatch) => {
    expect(matchTexts(pattern, [text])).toEqual([isMatch]);
  });

  it("is refused where it needs more states than there may be", () => {
    expect(() => matcherTable("(a|b)*a(a|b){40}$")).toThrow("the pattern needs more than");
    expect(() => matcherTable("(?:a{1000}){1000}")).toThrow("the pattern is too large");
  });
});

const withGroup = patterns(fc.constant("(?:"))
  .chain((inner) =>
    fc
      .tuple(patterns(fc.constant("(?:")), patterns(fc.constant("(?:")))
      .map(([before, after]) => [before, inner, after]),
  )
  .map(([before, inner, after]) => `(?:${before!})(${inner!})(?:${after!})`)
  .filter((pattern) => !repeatsEmpty(parsePattern(pattern).tree));

/**
 * Whether something is repeated that may be empty. JavaScript takes back an empty repetition and looks for a longer
 * one, which no other engine does.
 */
function repeatsEmpty(tree: PatternNode): boolean {
  switch (tree.type) {
    case "repeat":
      return mayBeEmpty(tree.item) || repeatsEmpty(tree.item);
    case "sequence":
    case "choice":
      return tree.items.some(repeatsEmpty);
    case "group":
      return repeatsEmpty(tree.item);
    default:
      return false;
  }
}

function mayBeEmpty(tree: PatternNode): boolean {
  switch (tree.type) {
    case "set":
      return false;
    case "repeat":
      return tree.min === 0 || mayBeEmpty(tree.item);
    case "sequence":
      return tree.items.every(mayBeEmpty);
    case "choice":
      return tree.items.some(mayBeEmpty);
    case "group":
      return mayBeEmpty(tree.item);
    default:
      return true;
  }
}

describe("what a group has", () => {
  it("is what JavaScript's has", () => {
    fc.assert(
      fc.property(withGroup, fc.oneof(patternTexts, anyBytes), (pattern, text) => {
        const parsed = parsePattern(pattern);
        const found = referencePattern(pattern).exec(charactersOf(text));
        const asBytes = (part: string | undefined): string | null =>
          part === undefined ? null : bytesOf(part);
        expect(textFinder(parsed, null)(text)).toBe(asBytes(found?.[0]));
        expect(textFinder(parsed, parsed.groups[0]!)(text)).toBe(asBytes(found?.[1]));
      }),
      { numRuns },
    );
  });
});
