import { describe, expect, it } from "vitest";
import {
  balanceJson,
  balanceSince,
  emptyBalance,
  isBalanced,
  renderBalance,
  totalBalance,
} from "../../../../src/cli/screens/balance-sheet.ts";
import type { Balance } from "../../../../src/shared/model/partial.ts";

const sheet = (changes: Partial<Balance> = {}): Balance => ({
  lines: 1_000_000,
  bytes: 118_000_000,
  accepted: 990_000,
  filtered: 5000,
  rejected: { blank: 3000, bad_timestamp: 2000 },
  deadLettered: 0,
  ...changes,
});

describe("totalBalance", () => {
  it("adds the sheets of all sources, reason by reason", () => {
    const total = totalBalance({
      ads: sheet(),
      web: sheet({ rejected: { blank: 4000, missing_field: 1000 } }),
    });
    expect(total.lines).toBe(2_000_000);
    expect(total.rejected).toEqual({ blank: 7000, bad_timestamp: 2000, missing_field: 1000 });
    expect(isBalanced(total)).toBe(true);
  });

  it("is empty without sources", () => {
    expect(totalBalance({})).toEqual(emptyBalance);
  });
});

describe("balanceSince", () => {
  it("is nothing when nothing was added, without reasons that count nothing", () => {
    expect(balanceSince(sheet(), sheet())).toEqual(emptyBalance);
  });

  it("is what was added", () => {
    const after = sheet({
      lines: 1_000_010,
      accepted: 990_008,
      rejected: { blank: 3002, bad_timestamp: 2000 },
    });
    expect(balanceSince(sheet(), after)).toEqual({
      ...emptyBalance,
      lines: 10,
      accepted: 8,
      rejected: { blank: 2 },
    });
  });
});

describe("isBalanced", () => {
  it("sees a line that is in no column", () => {
    expect(isBalanced(sheet())).toBe(true);
    expect(isBalanced(sheet({ accepted: 989_999 }))).toBe(false);
    expect(isBalanced(sheet({ deadLettered: 1 }))).toBe(false);
  });
});

describe("balanceJson", () => {
  it("uses the promised names", () => {
    expect(balanceJson(sheet())).toEqual({
      lines: 1_000_000,
      bytes: 118_000_000,
      accepted: 990_000,
      filtered: 5000,
      rejected: { blank: 3000, bad_timestamp: 2000 },
      dead_lettered: 0,
    });
  });
});

describe("renderBalance", () => {
  it("shows this run beside the store, with the reasons of either", () => {
    const run = sheet({ lines: 10, bytes: 2048, accepted: 9, filtered: 0, rejected: { blank: 1 } });
    expect(renderBalance(run, sheet(), { width: null, color: false })).toBe(
      [
        "balance sheet      this run  in the store",
        "─────────────────  ────────  ────────────",
        "bytes              2.00 KiB       113 MiB",
        "lines                    10     1,000,000",
        "  accepted                9       990,000",
        "  filtered                0         5,000",
        "  rejected                1         5,000",
        "    blank                 1         3,000",
        "    bad_timestamp         0         2,000",
        "  dead-lettered           0             0",
        "",
      ].join("\n"),
    );
  });
});
