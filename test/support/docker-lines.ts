// Records of Docker with lines inside, and what is nearly such. Texts are "binary" strings, one character a byte.

import fc from "fast-check";

/** A string as Go writes JSON: quotes, backslashes and control characters escaped, and `<`, `>`, `&`. */
export function goString(text: string): string {
  const escaped = text.replaceAll(/["\\\p{Cc}<>&]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0x80) return character;
    const short = new Map([
      ['"', '\\"'],
      ["\\", "\\\\"],
      ["\n", "\\n"],
      ["\r", "\\r"],
      ["\t", "\\t"],
    ]).get(character);
    return short ?? `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

const stream = fc.constantFrom("stdout", "stderr");
const time = fc.constantFrom("2019-04-01T17:58:33.598656444Z", "2019-04-01T17:58:33Z");

function record(log: string, from: string, at: string): string {
  return `{"log":${log},"stream":"${from}","time":"${at}"}`;
}

/** Records with these lines inside. */
export function dockerLines(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(lines, fc.constantFrom("\n", "\n", "\r\n"), stream, time)
    .map(([line, end, from, at]) => record(goString(line + end), from, at));
}

/** Records of which a part is missing, and with texts that are no lines. */
export function nearDockerLines(lines: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const text = fc.tuple(lines, fc.constantFrom("", "\n", "\n\n", "\nx\n", "\r", " \n", "\r\r\n"));
  return fc.oneof(
    fc
      .tuple(text, stream, time)
      .map(([parts, ...rest]) => record(goString(parts.join("")), ...rest)),
    fc.constantFrom("", "\n", " \t\n", "\r\n").map((log) => record(goString(log), "stdout", "x")),
    fc
      .constantFrom("null", "5", "{}", '{"a":"\\n"}', "[]", '"a', "true")
      .map((log) => record(log, "stdout", "x")),
    fc.constantFrom('{"stream":"stdout"}', '{"log":"a\\n"}', '{"log":"a\\n","log":"b"}', "{}"),
  );
}
