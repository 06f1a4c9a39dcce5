// Mutants of how bytes become lines: where ranges end, and what is no text.

import type { TestedMutant } from "./catalog.ts";

const fileHistories = ["test/property/ventilator/file-histories.property.test.ts"];
const cutAnywhere = ["test/property/ventilator/cut-anywhere.property.test.ts"];

export const inReading: readonly TestedMutant[] = [
  {
    name: "half a line at the end of a plain file counts as a line",
    file: "src/ventilator/source/file/last-line.ts",
    in: "isLastLineWhole",
    text: 'return reader.isCompressed || file.source.lastLine === "count";',
    instead: "return reader.position >= 0 || file.isCompressed;",
    tests: cutAnywhere,
  },
  {
    name: "a line that was counted and goes on has its rest counted as another",
    file: "src/ventilator/source/file/last-line.ts",
    in: "skipRest",
    text: 'return { at: await seekLineEnd(reader, from), hasGoneOn: rest === "more" };',
    instead: 'return { at: (await reader.seek(from)) ? from : null, hasGoneOn: rest === "more" };',
    tests: cutAnywhere,
  },
  {
    name: "a line that was counted and goes on is not said",
    file: "src/ventilator/source/file/reader.ts",
    in: "Reader.#readItem",
    text: "if (hasGoneOn) this.#problems.add(lineWentOn(file.path, item.from));",
    instead: "",
    tests: cutAnywhere,
  },
  {
    name: "a byte order mark is a part of the first line",
    file: "src/worker/core/no-text.ts",
    in: "textOnly",
    text: "drop(start + mark.length);",
    instead: "drop(start);",
    tests: ["test/unit/worker/core/no-text.test.ts"],
  },
  {
    name: "the line behind a hole is lost with it",
    file: "src/worker/core/no-text.ts",
    in: "lineEnd",
    text: "return memory[feed] === newline ? feed + 1 : at;",
    instead: "return Math.max(at, memory.indexOf(newline, feed) + 1);",
    tests: ["test/unit/worker/core/no-text.test.ts"],
  },
  {
    name: "an over-long hole takes the line behind it along",
    file: "src/ventilator/source/file/core/oversize-line.ts",
    in: "OversizeLine.endIn",
    text: "const isHole = (this.#length === 0 ? bytes[0] : this.#head[0]) === 0;",
    instead: "const isHole = this.#length < 0;",
    tests: ["test/property/ventilator/batcher.property.test.ts"],
  },
  {
    name: "a zstd file's checksum is not looked at",
    file: "src/ventilator/source/file/zstd-decoder.ts",
    in: "LibraryDecoder.constructor",
    text: "this.#hash = hasChecksum ? new XxHash64() : null;",
    instead: "this.#hash = hasChecksum ? null : null;",
    tests: ["test/unit/ventilator/source/file/zstd-content.test.ts"],
  },
  {
    name: "what is no text is read as text",
    file: "src/ventilator/source/file/recognise.ts",
    in: "recognise",
    text: 'if (found !== undefined) return { kind: "foreign", what: found.what, fix: found.fix };',
    instead: 'if (found !== undefined) return { kind: "text" };',
    tests: ["test/unit/ventilator/source/file/recognise.test.ts"],
  },
  {
    name: "standard input is kept without a bound",
    file: "src/cli/commands/standard-input.ts",
    in: "keepStandardInput",
    text: "if (bytes > bytesMax) throw tooMuch(bytesMax);",
    instead: "if (bytes < 0) throw tooMuch(bytesMax);",
    tests: ["test/unit/cli/commands/standard-input.test.ts"],
  },
  {
    name: "a source of which no line is understood is success",
    file: "src/cli/screens/all-rejected.ts",
    in: "allRejected",
    text: "|| rejectedLines(events) === 0 || rejected < sheet.lines) return [];",
    instead: "|| rejectedLines(events) === 0 || rejected <= sheet.lines) return [];",
    tests: ["test/unit/cli/screens/all-rejected.test.ts"],
  },
  {
    name: "what was read of a file is not attested after the read",
    file: "src/ventilator/source/file/reader.ts",
    in: "Reader.#readItem",
    text: 'if (!(await attestation.check(read, reader.diskPosition))) return "changed";',
    instead: "",
    tests: fileHistories,
  },
  {
    name: "a file that is shorter than what was counted is taken for it unless something differs",
    file: "src/ventilator/source/file/core/match-content.ts",
    in: "compare",
    text: "return { bytes, isAll: isWhole || bytes >= (yield* file.decisiveBytes()) };",
    instead: "return { bytes, isAll: true };",
    tests: ["test/unit/ventilator/source/file/core/match-content.test.ts", ...fileHistories],
  },
];
