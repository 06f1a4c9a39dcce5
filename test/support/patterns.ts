// Regular expressions of what is supported, and texts that they may match. Texts are "binary" strings.

import fc from "fast-check";

const atom = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    "-",
    "ab",
    ".",
    "\\d",
    "\\w",
    "\\s",
    "\\S",
    "\\D",
    "[ab]",
    "[^ab]",
    "[^a-z]",
    "[\\d-]",
  ],
  ...["ä", "[äb]", "[^ä]", "[à-ü]", "€", "[α-ω]", "[ࠁ-၅]", "😀", "[^ ]", "\\.", "\\x41", "[A-C]"],
);
const count = fc.constantFrom(
  "",
  "",
  "",
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{1,2}",
  "{0,3}?",
  "{2,}",
);

/** @param group how a group is written, without its closing bracket */
export function patterns(group: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { tree } = fc.letrec<{ tree: string; piece: string }>((tie) => ({
    tree: fc
      .array(
        fc.array(tie("piece"), { maxLength: 3 }).map((pieces) => pieces.join("")),
        {
          minLength: 1,
          maxLength: 2,
        },
      )
      .map((ways) => ways.join("|")),
    piece: fc.oneof(
      { depthSize: "small", maxDepth: 2, withCrossShrink: true },
      fc.tuple(atom, count).map((parts) => parts.join("")),
      fc.tuple(group, tie("tree"), count).map(([open, inner, times]) => `${open}${inner})${times}`),
      fc.constantFrom("^", "$"),
    ),
  }));
  // JavaScript takes exponential time for long ones.
  return tree.filter((pattern) => pattern.length <= 36);
}

/** Texts of the characters that the patterns have, and some that they have not. */
export const patternTexts: fc.Arbitrary<string> = fc
  .array(
    fc.constantFrom(
      ...[
        "a",
        "b",
        "c",
        "A",
        "B",
        "1",
        "2",
        "-",
        " ",
        ".",
        "_",
        "\t",
        "\n",
        "ä",
        "ü",
        "€",
        "α",
        "ࠁ",
        "😀",
      ],
    ),
    { maxLength: 8 },
  )
  .map((characters) => Buffer.from(characters.join("")).toString("latin1"));
