import { describe, expect, it } from "vitest";
import { emptySourceSheet } from "../../../../src/shared/model/sheet.ts";
import { runJson } from "../../../../src/cli/screens/run-json.ts";
import type { DoneReport } from "../../../../src/cli/screens/done-report.ts";
import { renderOutputs, renderRun } from "../../../../src/cli/screens/run-result.ts";

const plain = { width: null, color: false };

const blankLine = {
  source: "ads",
  summary: null,
  reason: "blank",
  field: "",
  path: "/logs/ads.log",
  offset: 17,
  line: "",
} as const;
const ofDays = {
  bytes: 6000,
  bytesBefore: 0,
  parsed: 598,
  counted: 597,
  filtered: 1,
  rejected: {},
} as const;

const report = (batches: number): DoneReport => ({
  type: "done",
  progress: {
    type: "progress",
    filesTotal: 2,
    filesDone: 2,
    bytesTotal: 1000,
    bytesRead: 1000,
    linesAcknowledged: 500,
    batchesInFlight: 0,
    batches,
    redelivered: 1,
    duplicates: 2,
  },
  sheetsBefore: {
    sources: { ads: { ...emptySourceSheet, lines: 100, bytes: 1000, parsed: 100 } },
    summaries: {},
  },
  sheets: {
    sources: {
      ads: { ...emptySourceSheet, lines: 600, bytes: 6000, parsed: 598, rejected: { blank: 2 } },
    },
    summaries: { days: { ads: ofDays } },
  },
  examples: [blankLine],
  uncounted: [],
  outputs: { count: 0, first: [] },
  unfinished: { files: 0, bytes: 0, named: [] },
  lostLines: [],
  problems: [],
});

const half = { source: "ads", path: "/logs/a.log", bytes: 67 };
const unfinished = { files: 1, bytes: 67, named: [half] };

describe("runJson", () => {
  it("is what this run added, and the store's total", () => {
    const run = {
      lines: 500,
      bytes: 5000,
      parsed: 498,
      accepted: 498,
      rejected: { blank: 2 },
      dead_lettered: 0,
    };
    const total = { ...run, lines: 600, bytes: 6000, parsed: 598, accepted: 598 };
    const days = { ads: { parsed: 598, counted: 597, filtered: 1, rejected: {} } };
    expect(runJson(report(4), 0.25)).toEqual({
      ...run,
      batches: 4,
      redelivered: 1,
      duplicates: 2,
      seconds: 0.25,
      events_per_second: 2000,
      unfinished: { files: 0, bytes: 0, named: [] },
      lost: [],
      sources: { ads: run },
      summaries: { days },
      samples: [blankLine],
      total: { ...total, sources: { ads: total }, summaries: { days } },
    });
  });
});

describe("renderRun", () => {
  it("names the files that end in the middle of a line, and does not call them read", () => {
    const text = renderRun({ ...report(0), unfinished }, 0.25, plain);
    expect(text).toMatch(/^Nothing new in 2 files\. \(1 batch/);
    expect(text).toContain(
      "unfinished: 1 file ends in the middle of a line; 67 B count when it ends",
    );
    expect(text).toContain("\n  /logs/a.log: 67 B\n");
    expect(runJson({ ...report(0), unfinished }, 1)["unfinished"]).toEqual(unfinished);
  });

  it("does not say that all was read where there is no file", () => {
    const none = { ...report(0), progress: { ...report(0).progress, filesTotal: 0 } };
    expect(renderRun(none, 0.25, plain)).toMatch(/^No file was read: none matches\./);
  });

  it("says what was read, how fast, and what went out again", () => {
    expect(renderRun(report(4), 0.25, plain).split("\n")[0]).toBe(
      "500 lines (4.88 KiB) of 2 files in 0.25 s: 2,000 events/s (1 batch went out again)",
    );
  });

  it("says when there was nothing new", () => {
    const nothing = { ...report(0), sheetsBefore: report(0).sheets };
    expect(renderRun(nothing, 0.25, plain)).toMatch(
      /^Nothing new in 2 files; all of it was read before\. \(1 batch/,
    );
  });
});

describe("renderOutputs", () => {
  it("names files from where the user stands, and counts the rest", () => {
    const paths = Array.from({ length: 14 }, (_, day) => `/home/u/out/${day}.csv`);
    const lines = renderOutputs({ count: 2000, first: paths }, "/home/u", plain).trim().split("\n");
    expect(lines[0]).toBe("files");
    expect(lines[1]).toBe("out/0.csv");
    expect(lines.at(-1)).toBe("… and 1,988 more");
    expect(lines).toHaveLength(14);
    const elsewhere = { count: 1, first: ["/srv/out/a.csv"] };
    expect(renderOutputs(elsewhere, "/home/u", plain)).toContain("\n/srv/out/a.csv\n");
    expect(renderOutputs({ count: 0, first: [] }, "/home/u", plain)).toBe("");
  });
});
