import { expect, it } from "vitest";
import { allRejected, uncountedFiles } from "../../../../src/cli/screens/all-rejected.ts";
import {
  emptySourceSheet,
  emptySummarySheet,
  type Sheets,
  type SourceSheet,
  type UncountedFile,
} from "../../../../src/shared/model/sheet.ts";

const bad = { ...emptySourceSheet, lines: 3, rejected: { bad_envelope: 2, blank: 1 } };
const sheets = (sources: Record<string, SourceSheet>): Sheets => ({ sources, summaries: {} });
const nothing = sheets({});

it("a source of which no line was ever understood is named with the reasons", () => {
  const good = { ...emptySourceSheet, lines: 1, parsed: 1 };
  expect(allRejected(nothing, sheets({ web: bad, ads: good }))).toEqual([
    "source web: every one of 3 lines was rejected (2 bad_envelope); its format is not that of its files",
  ]);
  const one = { ...emptySourceSheet, lines: 1, rejected: { bad_csv: 1 } };
  expect(allRejected(nothing, sheets({ web: one }))[0]).toContain(
    "source web: the only line was rejected",
  );
});

it("a source that was understood at some time, had nothing new, or has only blank lines and comments, is not", () => {
  const mixed = { ...bad, lines: 4, parsed: 1 };
  expect(allRejected(nothing, sheets({ web: mixed, ads: emptySourceSheet }))).toEqual([]);
  expect(allRejected(sheets({ web: bad }), sheets({ web: bad }))).toEqual([]);
  const blank = { ...emptySourceSheet, lines: 2, rejected: { blank: 1, comment: 1 } };
  expect(allRejected(nothing, sheets({ web: blank }))).toEqual([]);
});

it("a summary that could count no line of a source is named, unless its condition left some out", () => {
  const ofSummary = (changes: object): Sheets => ({
    sources: {},
    summaries: { days: { web: { ...emptySummarySheet, bytesBefore: 0, ...changes } } },
  });
  const rejected = { bad_timestamp: 2 };
  const none = ofSummary({ parsed: 2, rejected });
  expect(allRejected(nothing, none)).toEqual([
    "summary days, source web: every one of 2 lines was rejected (2 bad_timestamp); they lack what it needs",
  ]);
  expect(allRejected(none, none)).toEqual([]);
  expect(allRejected(nothing, ofSummary({ parsed: 3, filtered: 1, rejected }))).toEqual([]);
});

it("a file of which no line counts is named with the reason and a line; of many the first are", () => {
  const file = (path: string): UncountedFile => ({
    ...{ content: path, source: "web", summary: null, path, rejected: { bad_envelope: 2 } },
    example: {
      ...{ source: "web", summary: null, reason: "bad_envelope", field: "", path, offset: 7 },
      ...{ line: "x\u001b", problem: "it is not of the format", fix: "correct it" },
    } as const,
  });
  expect(uncountedFiles([file("b.log")])).toEqual([
    'b.log: every one of 2 lines was rejected (2 bad_envelope) by source web, such as byte 7: "x\\u001b" (it is not of the format; correct it)',
  ]);
  const many = Array.from({ length: 7 }, (_, index) => file(`${index}.log`));
  expect(uncountedFiles(many)).toHaveLength(6);
  expect(uncountedFiles(many).at(-1)).toBe(
    "source web: 2 more files of which every line was rejected",
  );
  expect(uncountedFiles([])).toEqual([]);
});
