// Lines that a pattern cuts, made from its steps, and lines that are nearly such. Texts are "binary" strings, one
// character a byte.

import fc from "fast-check";
import {
  fieldSteps,
  type FieldEnd,
  type FieldStep,
  type PatternFormat,
  type PatternStep,
} from "../../src/shared/model/format/pattern.ts";

const bytes = (text: string): string => Buffer.from(text).toString("latin1");

const hosts = fc.constantFrom(
  "192.0.2.1",
  "2001:db8::1",
  "www.example.com",
  "unix:",
  "::ffff:192.0.2.9",
);
const requests = fc.constantFrom(
  ...[
    "GET / HTTP/1.1",
    "GET /a?b=c HTTP/2.0",
    "POST /x",
    "-",
    "",
    "\\x16\\x03\\x01",
    "GET /a b HTTP/1.0",
    "- http://a:80- -",
    "GET / -",
    "-  -",
  ],
  ...[
    "GET  HTTP/1.1",
    " / HTTP/1.1",
    "GET / HTTP",
    "GET / HTTP/",
    "OPTIONS *",
    `GET /${"y".repeat(90)}`,
  ],
);
const texts = fc.constantFrom(
  ...[
    "",
    "-",
    "a",
    "caf\xc3\xa9",
    "two words",
    "b c d",
    "Mozilla/5.0 (X11; Linux)",
    "x\ty",
    "q=1&r=2",
  ],
  ...["ends in \\\\", 'an \\"agent\\"', "[x]", "a:b", "{y}", "n".repeat(70), "\\x22", "a\0b"],
);
const lists = fc.constantFrom("-", "a", "192.0.2.1:80", "a, b", "a, b : c", "0.1, - : 0.2", "");
const times = fc.constantFrom(
  "14/Oct/2023:10:00:00",
  "2023-10-14T10:00:00+00:00",
  "14/Oct/2023:10:00:00 +0000",
);

/** Good values of each check. */
const checked: Readonly<Record<string, fc.Arbitrary<string>>> = {
  status: fc.constantFrom("200", "304", "404", "599", "100"),
  count: fc.oneof(fc.nat().map(String), fc.constant("9".repeat(30))),
  number: fc.constantFrom("0", "0.004", "12.5", "-1", "-0.25", "100"),
  host: hosts,
  user: fc.constantFrom("alice", "bob@example.com", "-", "", "john doe"),
  time: times,
  word: fc.constantFrom("a", "abc-def", "0123456789abcdef".repeat(5), "x=y", "[z]"),
};

/** Values that are good for few checks. */
const odd = fc.constantFrom(
  ...[
    "",
    "-",
    "-1",
    "099",
    "600",
    "2000",
    "1.",
    ".5",
    "1.2.3",
    "--1",
    "1e3",
    "+1",
    " ",
    "- x",
    "a 192.0.2.1",
  ],
  ...[
    "192.0.2.1:443",
    "[2001:db8::1]:80",
    "[::1]",
    "host:",
    ":80",
    "host:123456",
    "2001:db8::1:443",
    "a,b",
  ],
  ...['"', "\\", '\\"', " : ", ", ", "é"],
);

/** Values that are nearly good. */
const near: Readonly<Record<string, readonly string[]>> = {
  status: ["099", "600", "2000", "20", "2x0", "99"],
  count: ["", "1a", "-1", "1.0"],
  number: ["1.", ".5", "1.2.3", "--1", "-", "1e3", "+1", ""],
  host: ["192.0.2.1:443", "a,b", "[::1]", "1::2::3", ""],
  user: ["- x", "192.0.2.1", "a ::1"],
  word: ["a b", " ", ""],
  time: ["[x", "-1", "", "2026 [", '1"', "@"],
};

function valueOf({ check, split, end, spaces = 0 }: FieldStep): fc.Arbitrary<string> {
  const good = (): fc.Arbitrary<string> => {
    if (split === "first") {
      return fc
        .tuple(hosts, fc.constantFrom("", ", 192.0.2.8", ",b", " c"))
        .map((all) => all.join(""));
    }
    if (split === "request") return requests;
    if (split === "endpoint")
      return fc.tuple(hosts, fc.nat(70_000)).map(([host, port]) => `${host}:${port}`);
    if (check !== undefined) return checked[check]!;
    if (spaces > 0) return fc.tuple(times, texts).map(([time, text]) => `${time} ${text}`);
    return end.at === "list" ? lists : fc.oneof(texts, times);
  };
  const nearly = check === undefined ? odd : fc.constantFrom(...near[check]!);
  return fc.oneof(
    { weight: 9, arbitrary: good() },
    { weight: 1, arbitrary: odd },
    { weight: 1, arbitrary: nearly },
  );
}

/** A line of the pattern where every value is good and none has in it what it ends at. */
export function patternLine(steps: readonly PatternStep[]): fc.Arbitrary<string> {
  const parts = steps.map((step): fc.Arbitrary<string> => {
    if (step.op === "literal") return fc.constant(bytes(step.text));
    if (step.op === "blanks") return fc.constantFrom(" ", "  ", "    ");
    if (step.op === "optional") return fc.oneof(patternLine(step.steps), fc.constant(""));
    return valueOf(step);
  });
  return fc.tuple(...parts).map((all) => all.join(""));
}

/** Such lines with a piece that is gone, doubled or put in. */
export function nearlyOf(format: PatternFormat): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(
    " ",
    "",
    '"',
    "\\",
    "- ",
    '" "',
    " [",
    "] ",
    "0",
    " more",
    "\r",
    "\t",
  );
  return fc
    .tuple(patternLine(format.steps), fc.nat(), fc.nat(12), pieces)
    .map(([line, place, length, piece]) => {
      const at = place % (line.length + 1);
      return line.slice(0, at) + piece + line.slice(at + length);
    });
}

const literals = fc.constantFrom(
  " ",
  '"',
  " [",
  "] ",
  '" "',
  " - ",
  "|",
  ": ",
  "é",
  '"q" ',
  "aab",
  "  ",
);
const ends: fc.Arbitrary<FieldEnd> = fc.oneof(
  literals.map((text) => ({ at: "text", text }) as const),
  literals.map((text) => ({ at: "text_or_line", text }) as const),
  fc.constantFrom({ at: "quote" } as const, { at: "list" } as const, { at: "line" } as const),
  literals.map((text) => ({ at: "last", text }) as const),
);

const fieldStep: fc.Arbitrary<Omit<FieldStep, "names">> = fc.record(
  {
    op: fc.constant("field" as const),
    end: ends,
    spaces: fc.nat(2),
    check: fc.constantFrom("status", "count", "number", "host", "user", "word", "time"),
    split: fc.constantFrom("request", "endpoint", "first"),
    missing: fc.constantFrom<string[]>([], ["-"], ["-", "-1"], ["", "- - - "], ["é"]),
  },
  { requiredKeys: ["op", "end", "missing"] },
);

/** What a step makes of a line, and what of the line it takes, fits together mostly. */
const stepsOf = (depth: number): fc.Arbitrary<readonly PatternStep[]> =>
  fc
    .array(
      fc.oneof(
        {
          weight: 4,
          arbitrary: fieldStep.map((step) => [{ ...step, names: [] }] as PatternStep[]),
        },
        { weight: 1, arbitrary: fc.constant<PatternStep[]>([{ op: "blanks" }]) },
        { weight: 2, arbitrary: literals.map((text): PatternStep[] => [{ op: "literal", text }]) },
        {
          weight: depth > 0 ? 1 : 0,
          arbitrary: fc
            .tuple(literals, depth > 0 ? stepsOf(depth - 1) : fc.constant([]))
            .map(([text, steps]): PatternStep[] => [
              { op: "optional", steps: [{ op: "literal", text }, ...steps] },
            ]),
        },
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((all) => all.flat().flatMap(followed));

/** A field and the text that it ends at. */
function followed(step: PatternStep): readonly PatternStep[] {
  if (step.op !== "field" || step.end.at === "line" || step.end.at === "list") return [step];
  return [step, { op: "literal", text: step.end.at === "quote" ? '"' : step.end.text }];
}

/** Any pattern, with names for its fields. */
export const patterns: fc.Arbitrary<PatternFormat> = fc
  .tuple(stepsOf(2), fc.boolean())
  .map(([steps, appended]) => {
    const format = JSON.parse(JSON.stringify({ type: "pattern", steps })) as PatternFormat;
    let number = 0;
    for (const step of fieldSteps(format.steps)) {
      const count = step.split === "request" ? 3 : step.split === "endpoint" ? 2 : 1;
      const names = Array.from({ length: count }, () => (number % 5 === 4 ? "" : `f${number}`));
      number += 1;
      Object.assign(step, { names: names.map((name, index) => name && `${name}_${index}`) });
    }
    return { ...format, ...(appended && { appended }) };
  });
