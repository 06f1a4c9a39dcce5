// The work list against a model that looks at every byte of a small content by itself.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  sameWork,
  unite,
  workList,
  type WorkItem,
} from "../../../src/ventilator/ledger/core/work-list.ts";

const edge = 30;
const span = fc
  .tuple(fc.nat(edge), fc.nat(edge))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
const spans = fc.array(span, { maxLength: 6 });
const keys = ["balance", "first", "second"];

const covers = (list: readonly { from: number; to: number }[], byte: number): boolean =>
  list.some(({ from, to }) => from <= byte && byte < to);

function missingAt(items: readonly WorkItem[], byte: number): readonly string[] {
  const hits = items.filter(({ from, to }) => from <= byte && byte < (to ?? Infinity));
  expect(hits.length).toBeLessThanOrEqual(1);
  return hits[0]?.summaries ?? [];
}

describe("the work list", () => {
  it("asks for every byte exactly for the summaries that do not have it", () => {
    fc.assert(
      fc.property(fc.tuple(spans, spans, spans), (perKey) => {
        const items = workList(new Map(keys.map((key, index) => [key, perKey[index]!])), keys);
        for (let byte = 0; byte <= edge + 1; byte += 1) {
          const expected = keys.filter((_, index) => !covers(perKey[index]!, byte));
          expect(missingAt(items, byte)).toEqual(expected);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("is ascending, in as few items as possible, and open at its end", () => {
    fc.assert(
      fc.property(fc.tuple(spans, spans), (perKey) => {
        const wanted = keys.slice(0, 2);
        const items = workList(new Map(wanted.map((key, i) => [key, perKey[i]!])), wanted);
        expect(items.at(-1)).toMatchObject({ to: null, summaries: wanted });
        for (const [index, item] of items.slice(0, -1).entries()) {
          const next = items[index + 1]!;
          expect(item.to! > item.from && next.from >= item.to!).toBe(true);
          const touching = next.from === item.to;
          expect(touching && item.summaries.join() === next.summaries.join()).toBe(false);
        }
        expect(
          sameWork(items, workList(new Map(wanted.map((k, i) => [k, perKey[i]!])), wanted)),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("unites spans without changing what they cover", () => {
    fc.assert(
      fc.property(spans, (list) => {
        const united = unite(list);
        for (let byte = 0; byte <= edge; byte += 1) {
          expect(covers(united, byte)).toBe(covers(list, byte));
        }
        for (const [index, { from }] of united.slice(1).entries()) {
          expect(from).toBeGreaterThan(united[index]!.to);
        }
      }),
      { numRuns: 500 },
    );
  });
});
