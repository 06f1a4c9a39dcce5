// Records of Docker with lines inside, and what is nearly such. Texts are "binary" strings, one character a byte.

import fc from "fast-check";
import type { DockerFormat } from "../../src/shared/model/format/docker.ts";

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

export const dockerFormat: DockerFormat<{ readonly type: "common" }> = {
  type: "docker",
  inner: { type: "common" },
};

const accessLine = fc
  .tuple(fc.constantFrom("200", "404", "500"), fc.nat(9))
  .map(
    ([status, n]) => `192.0.2.${n} - - [01/Apr/2019:17:58:33 +0000] "GET / HTTP/1.1" ${status} 1`,
  );
const partText = fc.oneof(
  { weight: 3, arbitrary: accessLine.map((line) => goString(line).slice(1, -1)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "",
      "a",
      '\\"',
      "\\\\",
      "\\\\n",
      "a\\\\\\n",
      '\\",\\"stream\\":\\"stdout\\"',
      "n",
    ),
  },
);
/** Records of whole lines and of parts. */
const partRecord = fc
  .tuple(partText, fc.constantFrom("\\n", "\\n", ""), stream, time)
  .map(([text, end, ...rest]) => record(`"${text}${end}"`, ...rest));
const oddRecord = fc.oneof(
  partRecord.map((line) => `${line.slice(0, -2)}${" ".repeat(90)}"}`),
  fc.tuple(partRecord, fc.nat(60)).map(([line, at]) => line.slice(0, at)),
  partRecord.map((line) => `\0\0${line}`),
  partRecord.map((line) =>
    line.replace('"stream"', '"attrs":{"a":"b","stream":"stdout"},"stream"'),
  ),
  partRecord.map((line) => line.replace('"std', '"dts')),
  partRecord.map((line) => line.replace('"log":"', `"log":"${"y".repeat(1100)}`)),
  partRecord.map((line) => ` ${line}`),
  partRecord.map((line) => `${line}\r`),
  fc.constantFrom(
    "",
    "{}",
    '{"log":"',
    '{"log":"x',
    `{"log":"${"y".repeat(160)}`,
    "\0\0",
    '{"log":"a"}',
  ),
);

/** Lines of a log of two streams in which lines are cut into parts here and there. */
export const dockerPartsLog: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    fc.constantFrom("", "", "\xef\xbb\xbf", "\0\0"),
    fc.array(fc.oneof({ weight: 6, arbitrary: partRecord }, { weight: 1, arbitrary: oddRecord }), {
      maxLength: 30,
    }),
  )
  .map(([mark, lines]) => lines.map((line, index) => (index === 0 ? mark + line : line)));
