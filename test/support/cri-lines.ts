// Lines of container runtimes with lines inside, and what is nearly such. Texts are "binary" strings, one character a
// byte.

import fc from "fast-check";
import type { CriFormat } from "../../src/shared/model/format/cri.ts";

const stream = fc.constantFrom("stdout", "stderr");
const time = fc.constantFrom(
  "2016-10-06T00:17:09.669794202Z",
  "2019-05-07T18:57:50.904275087+00:00",
  "2024-02-29T23:59:59Z",
);
const lastTag = fc.constantFrom("F", "F", "F", "F:x");

/** Whole lines with these inside. */
export function criLines(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(time, stream, lastTag, lines).map((words) => words.join(" "));
}

const nearTime = fc.oneof(
  { weight: 4, arbitrary: time },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...["", "2016-10-06", "2016-10-06 00:17:09Z", "x", "16-10-06T00:17:09Z"],
      ...[63, 64, 65].map((bytes) => `2016-10-06T00:17:09Z${"0".repeat(bytes - 20)}`),
    ),
  },
);
const nearStream = fc.oneof(
  { weight: 4, arbitrary: stream },
  { weight: 1, arbitrary: fc.constantFrom("stdin", "stdou", "stdouts", "STDOUT", "") },
);
const nearTag = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("F", "P", "F", "P:a:b", "F:") },
  { weight: 1, arbitrary: fc.constantFrom("", "f", "FP", "X", "F P", ":F") },
);

/** Parts of lines, and lines of which something is missing. */
export function nearCriLines(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const text = fc.oneof(
    { weight: 5, arbitrary: lines },
    { weight: 1, arbitrary: fc.constantFrom("", " ", "\t", "\r", "a b", " x") },
  );
  const whole = fc.tuple(nearTime, nearStream, nearTag, text).map((words) => words.join(" "));
  return fc.oneof(
    { weight: 5, arbitrary: whole },
    { weight: 1, arbitrary: fc.tuple(whole, fc.nat(60)).map(([line, at]) => line.slice(0, at)) },
  );
}

export const criFormat: CriFormat<{ readonly type: "common" }> = {
  type: "cri",
  inner: { type: "common" },
};

const accessLine = fc
  .tuple(fc.constantFrom("200", "404", "500"), fc.nat(9))
  .map(
    ([status, n]) => `192.0.2.${n} - - [01/Apr/2019:17:58:33 +0000] "GET / HTTP/1.1" ${status} 1`,
  );
/** Each line may be a whole one, or a part that looks like one. */
const part = fc
  .tuple(time, stream, fc.constantFrom("F", "F", "P"), accessLine)
  .map((words) => words.join(" "));
const odd = fc.oneof(
  nearCriLines(accessLine),
  part.map((line) => `${line} ${"x".repeat(80)}`),
  part.map((line) => `\0\0${line}`),
  part.map((line) => `${line}\r`),
  fc.constantFrom("", "\0\0", "2019-04-01T17:58:33Z stdout"),
);

/** Lines of a log of two streams in which lines are cut into parts here and there. */
export const criPartsLog: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom("", "", "\xef\xbb\xbf", "\0\0"),
    fc.array(fc.oneof({ weight: 6, arbitrary: part }, { weight: 1, arbitrary: odd }), {
      maxLength: 30,
    }),
  )
  .map(([mark, lines]) => lines.map((line, index) => (index === 0 ? mark + line : line)));
