// Zeek's logs: directives here and there, lines of so many values, and lines that are nearly such.

import fc from "fast-check";
import type { ZeekFormat } from "../../src/shared/model/format/zeek.ts";

export const zeekFormat: ZeekFormat = { type: "zeek", more: ["x_mine"] };

const directive = fc.oneof(
  fc.constantFrom(
    "#fields\tts\tid.orig_h\tstatus_code",
    "#fields\tstatus_code\tx.mine\tts\tid.orig_h",
    "#fields\tts\tstatus_code\tstatus_code\tuser_agent",
    "#fields\tts",
    "#fields\t",
  ),
  fc.constantFrom(
    "#path\thttp",
    "#open\t2017-04-16-21-36-10",
    "#types\ttime\taddr",
    "#",
    "#fields",
  ),
  fc.constantFrom(
    "#separator \\x09",
    "#separator \\x2c",
    "#empty_field\t(empty)",
    "#empty_field\tEMPTY",
    "#unset_field\t-",
    "#unset_field\t?",
    "#set_separator\t,",
  ),
);
const usual = fc.constantFrom("#separator \\x09", "#empty_field\t(empty)", "#unset_field\t-");
const value = fc.constantFrom<string[]>(
  "-",
  "(empty)",
  "200",
  "404",
  "192.0.2.1",
  "a b",
  "\\x09",
  "",
  "#x",
);
const time = fc.integer({ min: 0, max: 86_400 }).map((second) => `${1_320_279_566 + second}.45`);
const row = fc
  .tuple(time, fc.array(value, { maxLength: 3 }), fc.nat(3))
  .map(([at, values, place]) => values.toSpliced(place, 0, at).join("\t"));
const odd = fc.constantFrom(
  "",
  "\t\t",
  "\0#fields\tts",
  "\0\0",
  "x",
  "p".repeat(130),
  "\r",
  "a\tb\tc\r",
);

/** Lines of a log, the first of them mostly the directive that names the values. */
export const zeekLog: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom("", "\xef\xbb\xbf", "\0\0"),
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: row },
        { weight: 1, arbitrary: directive },
        { weight: 1, arbitrary: usual },
        { weight: 1, arbitrary: odd },
      ),
      { maxLength: 30 },
    ),
    fc.boolean(),
  )
  .map(([mark, lines, isHeaded]) => {
    const all = isHeaded ? ["#fields\tts\tid.orig_h\tstatus_code", ...lines] : lines;
    return all.length === 0 ? [] : [mark + all[0]!, ...all.slice(1)];
  });

/** A line of the format, behind its directive. */
export const zeekLines: fc.Arbitrary<string> = fc
  .tuple(time, fc.constantFrom("id.orig_h\tstatus_code", "id.resp_h\torig_bytes"))
  .map(([at, names]) => `#fields\tts\t${names}\n${at}\t192.0.2.7\t200`);
