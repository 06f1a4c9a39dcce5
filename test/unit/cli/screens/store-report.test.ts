import { describe, expect, it } from "vitest";
import { renderFindings, renderInspection } from "../../../../src/cli/screens/store-report.ts";
import { balanceKey } from "../../../../src/shared/model/definition-key.ts";
import type { StoreInspection } from "../../../../src/sink/store/inspection.ts";
import { definitionOf, storedOf } from "../../../support/stored-summary.ts";

const range = (from: number, to: number) => ({ from, to, crc32: 1, tailCrc32: 2, tailBytes: 1 });

const inspection: StoreInspection = {
  storeId: "0123456789abcdef0123456789abcdef",
  formatVersion: 1,
  generation: 7,
  walBatches: 1,
  files: [
    { name: "manifest", kind: "manifest", bytes: 900 },
    { name: "wal-3", kind: "wal", bytes: 4096 },
    { name: "a.seg", kind: "segment", bytes: 1024 * 1024 },
    { name: "b.seg", kind: "segment", bytes: 1024 * 1024 },
  ],
  segments: [],
  summaries: [
    storedOf(definitionOf({ timezone: "UTC" }), [1_308_528_000, 1_308_614_400]),
    storedOf(definitionOf({ name: "empty" })),
  ],
  sources: [
    {
      name: "ads",
      identity: { id: "ab".repeat(16), headBytes: 65536, family: "cd".repeat(8) },
      hints: [{ path: "/logs/ads.log", inode: "1:2", stat: "1:2:3:4" }],
      merged: { [balanceKey]: [range(0, 1024), range(2048, 3072)] },
    },
  ],
  sheets: {
    sources: {
      ads: {
        lines: 1_000_000,
        bytes: 2048,
        parsed: 999_900,
        rejected: { blank: 60, bad_csv: 40 },
        deadLettered: 0,
      },
    },
    summaries: {
      campaigns: {
        ads: {
          bytes: 2048,
          bytesBefore: 1024,
          parsed: 999_900,
          counted: 999_000,
          filtered: 800,
          rejected: { bad_number: 100 },
        },
      },
    },
  },
  examples: [],
  uncounted: [],
};

describe("the report of a store", () => {
  it("shows summaries, sources, the sheet and files within 80 columns", () => {
    expect(renderInspection("/data/store", inspection, { width: 80, color: false })).toBe(
      `store 0123456789abcdef0123456789abcdef
/data/store: 2.00 MiB, format 1, 1 batch in the log since the last flush

summary    kept by  first       last        buckets  rows
─────────  ───────  ──────────  ──────────  ───────  ────
campaigns  day      2011-06-20  2011-06-21        2     2
empty      day      -           -                 0     0

source  content       last seen at     merged  ranges
──────  ────────────  ─────────────  ────────  ──────
ads     abababababab  /logs/ads.log  2.00 KiB       2

balance sheet      lines   parsed  rejected  dead-lettered
─────────────  ─────────  ───────  ────────  ─────────────
ads            1,000,000  999,900       100              0

sheet of   source   parsed  counted  filtered  rejected  before sheets
─────────  ──────  ───────  ───────  ────────  ────────  ─────────────
campaigns  ads     999,900  999,000       800       100       1.00 KiB

file      number      size
────────  ──────  ────────
manifest       1     900 B
wal            1  4.00 KiB
segment        2  2.00 MiB
`,
    );
  });
});

describe("the findings of a check", () => {
  it("say that a store is sound only when it is", () => {
    expect(renderFindings("/data/store", [])).toBe("the store in /data/store is sound\n");
    const note = {
      severity: "note",
      file: "x.tmp",
      offset: null,
      problem: "p",
      fix: "m",
    } as const;
    expect(renderFindings("/data/store", [note])).toBe(
      "note: x.tmp: p\n  m\nthe store in /data/store is sound\n",
    );
    const unknown = { ...note, severity: "unknown", file: "wal-3", offset: 17 } as const;
    expect(renderFindings("/data/store", [note, unknown])).toMatch(
      /^note: .*\n {2}m\nunknown: wal-3, byte 17: p\n {2}m\nno damage was found .* cannot be known\n$/u,
    );
    const damage = { ...note, severity: "damage", file: "wal-3", offset: 17 } as const;
    expect(renderFindings("/data/store", [damage])).toBe("damage: wal-3, byte 17: p\n  m\n");
  });
});
