// Mutants of the formats whose lines are cut by delimiters.

import type { TestedMutant } from "./catalog.ts";

const cases = ["test/unit/worker/format/pattern.test.ts"];
const laws = [...cases, "test/property/pattern.property.test.ts"];
const nginx = ["test/unit/shared/config/nginx-format.test.ts"];
const goaccess = ["test/unit/shared/config/goaccess-format.test.ts"];
const presets = ["test/golden/presets.test.ts"];
const steps = "src/shared/kernel/assembly/pattern.ts";
const values = "src/shared/kernel/assembly/pattern-fields.ts";
const builder = "src/shared/format/pattern-of-line.ts";

const regexes = ["test/property/regex.property.test.ts"];

export const inPatterns: readonly TestedMutant[] = [
  {
    name: "fields of a part that a line has not are those of the line before",
    file: steps,
    in: "skip",
    text: "step < end; step += stepBytes",
    instead: "step < optional; step += stepBytes",
    tests: laws,
  },
  {
    name: "what follows the last field is ignored in every pattern",
    file: steps,
    in: "cutPatternLine",
    text: "load<u32>(program, patternAppended) != 0 &&",
    instead: "load<u32>(program, patternAppended) < 2 &&",
    tests: laws,
  },
  {
    name: "a value that is not closed goes to the end of the line",
    file: steps,
    in: "endOf",
    text: "return to - at >= bytes ? to - bytes : 0",
    instead: "return to - at >= bytes ? to : 0",
    tests: cases,
  },
  {
    name: "a list ends at its first comma",
    file: steps,
    in: "listEnd",
    text: "before == COMMA ||",
    instead: "before == 0 ||",
    tests: laws,
  },
  {
    name: "a blank line is a line whose fields are all missing",
    file: steps,
    in: "tokenisePattern",
    text: "!isBlankLine(lineFrom, lineTo) && cutPatternLine",
    instead: "cutPatternLine",
    tests: laws,
  },
  {
    name: "an empty number of bytes is one",
    file: values,
    in: "isGood",
    text: "if (from == to) return false;",
    instead: "",
    tests: laws,
  },
  {
    name: "a status may have any number of digits",
    file: values,
    in: "isGood",
    text: "return to - from == 3 && isStatus(from, to)",
    instead: "return isDigits(from, to)",
    tests: laws,
  },
  {
    name: "a missing value is the text that says so",
    file: values,
    in: "writeFields",
    text: "writeMissing(step, offset);",
    instead: "put(step, 0, offset, spanOf(from, to));",
    tests: laws,
  },
  {
    name: "a number ends with a point",
    file: values,
    in: "isNumber",
    text: "point + 1 < to &&",
    instead: "point < to &&",
    tests: laws,
  },
  {
    name: "a port is no part of what must be an address and a port",
    file: values,
    in: "writeEndpoint",
    text: "if (!colon) return false;",
    instead: "if (!colon) return true;",
    tests: laws,
  },
  {
    name: "an address ends at its first colon",
    file: builder,
    in: "PatternBuilder.#checkDelimiter",
    text: "own?.test(text) === true",
    instead: "own?.test(text) === null",
    tests: nginx,
  },
  {
    name: "two variables with nothing between them are cut somehow",
    file: builder,
    in: "PatternBuilder.#end",
    text: 'this.#fault(next, problem, "have the server write a space between them");',
    instead: "",
    tests: nginx,
  },
  {
    name: "whatever stands where a time is is one",
    file: values,
    in: "isLikeTime",
    text: "return isFirst && findEither(from, to, OPEN, QUOTE) == to;",
    instead: "return isFirst;",
    tests: [...laws, ...presets],
  },
  {
    name: "the client of a list is all of it",
    file: values,
    in: "writeFields",
    text: "split == splitFirst ? findEither(from, valueEnd, COMMA, SPACE) : valueEnd",
    instead: "split == splitFirst ? valueEnd : valueEnd",
    tests: laws,
  },
  {
    name: "goaccess passes over the client behind a virtual host",
    file: "src/shared/format/goaccess.ts",
    in: "Reader.constructor",
    text: "withUser(this.#joinTimes(parts))",
    instead: "this.#joinTimes(parts)",
    tests: goaccess,
  },
  {
    name: "the offset that goaccess passes over is lost",
    file: "src/shared/format/goaccess.ts",
    in: "withOffset",
    text: "const taken = isOffset || isFraction ? 2 : Number(isPassedOver(first));",
    instead: "const taken = isFraction ? 2 : Number(isPassedOver(first));",
    tests: goaccess,
  },
  {
    name: "a time that took -1 seconds is one of -1 seconds",
    file: "src/shared/format/named.ts",
    in: "kinds",
    text: 'duration: { check: "number", missing: ["-", "-1"] }',
    instead: 'duration: { check: "number", missing: ["-"] }',
    tests: presets,
  },
  {
    name: "two variables that mean one field are both of it",
    file: "src/shared/format/field-names.ts",
    in: "fieldNames",
    text: "const wanted = isOwner ? [field.name] : names;",
    instead: "const wanted = field !== undefined || isOwner ? [field!.name] : names;",
    tests: nginx,
  },
  {
    name: "a pattern is found at the beginning of a text alone",
    file: "src/shared/regex/matcher.ts",
    in: "Determiniser.#step",
    text: "isMatchAtEnd: reached.isMatchAtEnd || again.isMatchAtEnd",
    instead: "isMatchAtEnd: reached.isMatchAtEnd",
    tests: regexes,
  },
  {
    name: "the end of a pattern is any place in the text",
    file: "src/shared/regex/matcher.ts",
    in: "Determiniser.#closure",
    text: "isMatch: isMatch(inText),",
    instead: "isMatch: isMatch(atEnd),",
    tests: regexes,
  },
  {
    name: "bytes that are no UTF-8 match no class that is repeated",
    file: "src/shared/regex/program.ts",
    in: "Compiler.#once",
    text: "min <= 1 && isWide(item.ranges)",
    instead: "min > 1 && isWide(item.ranges)",
    tests: regexes,
  },
];
