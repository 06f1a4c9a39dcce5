import { describe, expect, it } from "vitest";
import { balanceKey } from "../../../../../src/shared/model/definition-key.ts";
import type { BatchHeader, LedgerSource } from "../../../../../src/shared/protocol/messages.ts";
import {
  heldSpans,
  LedgerView,
  mergedOf,
} from "../../../../../src/ventilator/ledger/core/ledger-view.ts";
import { sameWork, workList } from "../../../../../src/ventilator/ledger/core/work-list.ts";
import { batchOf } from "../../core/flight-script.ts";

const range = (from: number, to: number) => ({
  from,
  to,
  crc32: 0,
  tailCrc32: 0,
  tailBytes: to - from,
});
const oldKey = "a".repeat(32);
const newKey = "b".repeat(32);

const ledgerSource = (merged: LedgerSource["merged"]): LedgerSource => ({
  name: "ads",
  identity: { id: "2".repeat(32), headBytes: 10, family: "3".repeat(16) },
  hints: [],
  merged,
});
const headerOf = (from: number, to: number, summaries: readonly string[]): BatchHeader => ({
  ...batchOf(1).header,
  from,
  to,
  summaries,
});

describe("the work list", () => {
  it("is everything for a source that nobody knows", () => {
    expect(workList(new Map(), [balanceKey, oldKey])).toEqual([
      { from: 0, to: null, summaries: [balanceKey, oldKey] },
    ]);
  });

  it("is what has grown since", () => {
    const held = mergedOf(ledgerSource({ [balanceKey]: [range(0, 70)], [oldKey]: [range(0, 70)] }));
    expect(workList(held, [balanceKey, oldKey])).toEqual([
      { from: 70, to: null, summaries: [balanceKey, oldKey] },
    ]);
  });

  it("back-fills a new summary alone, then goes on for all", () => {
    const held = mergedOf(ledgerSource({ [balanceKey]: [range(0, 70)], [oldKey]: [range(0, 70)] }));
    expect(workList(held, [balanceKey, oldKey, newKey])).toEqual([
      { from: 0, to: 70, summaries: [newKey] },
      { from: 70, to: null, summaries: [balanceKey, oldKey, newKey] },
    ]);
  });

  it("leaves out what is under way", () => {
    const merged = mergedOf(ledgerSource({ [oldKey]: [range(0, 10)] }));
    const held = heldSpans(merged, [headerOf(10, 20, [oldKey]), headerOf(40, 50, [oldKey])]);
    expect(workList(held, [oldKey])).toEqual([
      { from: 20, to: 40, summaries: [oldKey] },
      { from: 50, to: null, summaries: [oldKey] },
    ]);
  });

  it("differs when a bound or a summary does", () => {
    const work = [{ from: 1, to: 2, summaries: [oldKey] }];
    expect(sameWork(work, [{ from: 1, to: 2, summaries: [oldKey] }])).toBe(true);
    expect(sameWork(work, [])).toBe(false);
    expect(sameWork(work, [{ from: 0, to: 2, summaries: [oldKey] }])).toBe(false);
    expect(sameWork(work, [{ from: 1, to: null, summaries: [oldKey] }])).toBe(false);
    expect(sameWork(work, [{ from: 1, to: 2, summaries: [newKey] }])).toBe(false);
  });
});

describe("a batch and the ledger", () => {
  const view = new LedgerView([
    ledgerSource({ [oldKey]: [range(0, 100)], [newKey]: [range(0, 50)] }),
  ]);

  it("merged when every summary has all of it", () => {
    expect(view.presenceOf(headerOf(10, 20, [oldKey]))).toBe("merged");
    expect(view.presenceOf(headerOf(0, 50, [oldKey, newKey]))).toBe("merged");
  });

  it("absent when no summary has any of it, or the content is other", () => {
    expect(view.presenceOf(headerOf(100, 120, [oldKey, newKey]))).toBe("absent");
    expect(view.presenceOf(headerOf(10, 20, [balanceKey]))).toBe("absent");
    const other = { ...headerOf(10, 20, [oldKey]).identity, id: "9".repeat(32) };
    expect(view.presenceOf({ ...headerOf(10, 20, [oldKey]), identity: other })).toBe("absent");
  });

  it("known by its content, whatever its source is called", () => {
    expect(view.presenceOf({ ...headerOf(10, 20, [oldKey]), source: "web" })).toBe("merged");
  });

  it("partly otherwise", () => {
    expect(view.presenceOf(headerOf(90, 110, [oldKey]))).toBe("partly");
    expect(view.presenceOf(headerOf(60, 70, [oldKey, newKey]))).toBe("partly");
  });
});
