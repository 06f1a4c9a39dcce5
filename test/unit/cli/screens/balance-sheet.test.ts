import { describe, expect, it } from "vitest";
import {
  balanceJson,
  examplesOfRun,
  renderBalance,
  renderSheets,
  sheetsSince,
  totalBalance,
} from "../../../../src/cli/screens/balance-sheet.ts";
import {
  emptySourceSheet,
  unbalancedLines,
  unbalancedParsed,
  type KeptSheet,
  type RejectExample,
  type Sheets,
  type SourceSheet,
} from "../../../../src/shared/model/sheet.ts";

const plain = { width: null, color: false };

const sheet = (changes: Partial<SourceSheet> = {}): SourceSheet => ({
  lines: 1_000_000,
  bytes: 118_000_000,
  parsed: 995_000,
  rejected: { blank: 3000, bad_envelope: 2000 },
  deadLettered: 0,
  ...changes,
});

const ofSummary = (changes: Partial<KeptSheet> = {}): KeptSheet => ({
  bytes: 118_000_000,
  bytesBefore: 0,
  parsed: 995_000,
  counted: 990_000,
  filtered: 4000,
  rejected: { bad_number: 1000 },
  ...changes,
});

const sheets = (source: SourceSheet, summary: KeptSheet): Sheets => ({
  sources: { ads: source },
  summaries: { campaigns: { ads: summary } },
});

const example: RejectExample = {
  source: "ads",
  summary: "campaigns",
  reason: "bad_number",
  field: "revenue",
  path: "/logs/ads.log",
  offset: 4711,
  line: "click,u1,c1,1x0",
};

describe("totalBalance", () => {
  it("adds the sheets of all sources, reason by reason", () => {
    const web = sheet({ rejected: { blank: 4000, bad_csv: 1000 } });
    const total = totalBalance({ sources: { ads: sheet(), web }, summaries: {} });
    expect(total.lines).toBe(2_000_000);
    expect(total.rejected).toEqual({ blank: 7000, bad_envelope: 2000, bad_csv: 1000 });
    expect(unbalancedLines(total)).toBe(0);
  });

  it("is empty without sources", () => {
    expect(totalBalance({ sources: {}, summaries: {} })).toEqual(emptySourceSheet);
  });
});

describe("sheetsSince", () => {
  it("is nothing when nothing was added, without reasons that count nothing", () => {
    const now = sheets(sheet(), ofSummary());
    const nothing = { parsed: 0, counted: 0, filtered: 0, bytes: 0, bytesBefore: 0, rejected: {} };
    expect(sheetsSince(now, now)).toEqual(sheets(emptySourceSheet, nothing));
  });

  it("is what was added", () => {
    const after = sheets(
      sheet({ lines: 1_000_010, parsed: 995_008, rejected: { blank: 3002, bad_envelope: 2000 } }),
      ofSummary({ parsed: 995_008, counted: 990_005, rejected: { bad_number: 1003 } }),
    );
    const share = { bytes: 0, parsed: 8, counted: 5, filtered: 0, rejected: { bad_number: 3 } };
    expect(sheetsSince(sheets(sheet(), ofSummary()), after)).toEqual({
      sources: { ads: { ...emptySourceSheet, lines: 10, parsed: 8, rejected: { blank: 2 } } },
      summaries: { campaigns: { ads: ofSummary(share) } },
    });
  });

  it("is all of a sheet that is new, or was begun anew", () => {
    const after = sheets(sheet({ bytes: 10 }), ofSummary({ bytes: 10 }));
    expect(sheetsSince(sheets(sheet(), ofSummary()), after)).toEqual(after);
    expect(sheetsSince({ sources: {}, summaries: {} }, after)).toEqual(after);
  });
});

describe("a sheet", () => {
  it("is unbalanced by every line that is in no column", () => {
    expect(unbalancedLines(sheet())).toBe(0);
    expect(unbalancedLines(sheet({ parsed: 994_999 }))).toBe(1);
    expect(unbalancedLines(sheet({ deadLettered: 1 }))).toBe(-1);
    expect(unbalancedParsed(ofSummary())).toBe(0);
    expect(unbalancedParsed(ofSummary({ filtered: 3999 }))).toBe(1);
  });
});

describe("balanceJson", () => {
  it("uses the promised names", () => {
    expect(balanceJson(sheet())).toEqual({
      lines: 1_000_000,
      bytes: 118_000_000,
      parsed: 995_000,
      accepted: 995_000,
      rejected: { blank: 3000, bad_envelope: 2000 },
      dead_lettered: 0,
    });
  });
});

describe("examplesOfRun", () => {
  it("is the newest line of every sheet and reason that the run has rejected lines for", () => {
    const run = sheets(emptySourceSheet, ofSummary());
    const newer = { ...example, offset: 5000 };
    const blank = { ...example, summary: null, reason: "blank", field: "" } as const;
    expect(examplesOfRun(run, [example, newer, blank])).toEqual([newer]);
    expect(examplesOfRun(sheets(sheet(), ofSummary()), [newer, blank])).toEqual([newer, blank]);
  });
});

describe("renderBalance", () => {
  it("shows this run beside the store, with the reasons of either", () => {
    const run = sheet({ lines: 10, bytes: 2048, parsed: 9, rejected: { blank: 1 } });
    expect(renderBalance(run, sheet(), plain)).toBe(
      [
        "balance sheet     this run  in the store",
        "────────────────  ────────  ────────────",
        "bytes             2.00 KiB       113 MiB",
        "lines                   10     1,000,000",
        "  parsed                 9       995,000",
        "  rejected               1         5,000",
        "    blank                1         3,000",
        "    bad_envelope         0         2,000",
        "  dead-lettered          0             0",
        "",
      ].join("\n"),
    );
  });
});

describe("renderSheets", () => {
  it("shows what each summary made of the parsed lines, and a line of each reason", () => {
    const share = { parsed: 9, counted: 8, filtered: 0, rejected: { bad_number: 1 } };
    const run = sheets(emptySourceSheet, ofSummary(share));
    const text = renderSheets(run, sheets(sheet(), ofSummary()), [example], plain);
    expect(text.slice(text.indexOf("summary"))).toBe(
      [
        "summary    of source  parsed  counted  filtered  rejected  counted in all  rejected in all",
        "─────────  ─────────  ──────  ───────  ────────  ────────  ──────────────  ────────────────",
        "campaigns  ads             9        8         0         1         990,000  bad_number 1,000",
        "",
        "rejected, for example",
        "bad_number in revenue, summary campaigns: /logs/ads.log, byte 4711",
        "  click,u1,c1,1x0",
        "",
      ].join("\n"),
    );
  });
});
