import { expect, test } from "vitest";
import type { Merged } from "../../../../../../src/sink/store/embedded/ledger/ledger.ts";
import { PendingRanges } from "../../../../../../src/sink/store/embedded/ledger/pending-ranges.ts";
import { rangeOf } from "../../../../../../src/sink/store/embedded/ledger/range-set.ts";
import { headerOf } from "../../../../../support/store-script.ts";

function queued(from: number, to: number, summaries: readonly string[]): Merged {
  return { ...headerOf(0, from, to), range: rangeOf(from, to, 0, 0), summaries };
}

const first = queued(10, 20, ["a", "b"]);
const { id } = first.identity;

test.each([
  ["before it", 0, 10, ["a"], "new"],
  ["behind it", 20, 30, ["a"], "new"],
  ["the same", 10, 20, ["a", "b"], "duplicate"],
  ["within it, for fewer summaries", 12, 15, ["b"], "duplicate"],
  ["across its edge", 9, 15, ["a"], "overlap"],
  ["around it", 0, 40, ["a", "b"], "overlap"],
  ["for one more summary", 10, 20, ["a", "b", "c"], "overlap"],
  ["for another summary", 10, 20, ["c"], "new"],
] as const)("a range %s is judged by what is queued", (_, from, to, summaries, verdict) => {
  const pending = new PendingRanges();
  pending.add(first);
  pending.add(queued(100, 200, ["a"]));
  expect(pending.verdict(id, summaries, from, to)).toBe(verdict);
  expect(pending.verdict("another", summaries, from, to)).toBe("new");
  pending.remove(first);
  expect(pending.verdict(id, summaries, from, to)).toBe("new");
  expect(pending.has(id)).toBe(true);
});

test("a source of which nothing is queued any more is forgotten", () => {
  const pending = new PendingRanges();
  pending.add(first);
  expect(pending.has(id)).toBe(true);
  pending.remove(first);
  expect(pending.has(id)).toBe(false);
});
