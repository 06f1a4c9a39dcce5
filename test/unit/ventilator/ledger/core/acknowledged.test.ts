// What a ventilator saw acknowledged, held against later ledgers.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../../../../src/shared/model/definition-key.ts";
import type { BatchHeader, LedgerSource } from "../../../../../src/shared/protocol/messages.ts";
import {
  Acknowledged,
  sizeOf,
  without,
} from "../../../../../src/ventilator/ledger/core/acknowledged.ts";
import { LedgerView } from "../../../../../src/ventilator/ledger/core/ledger-view.ts";

const other = "0a".repeat(16);

function batch(id: string, from: number, to: number, summaries = [balanceKey, other]): BatchHeader {
  return { source: "ads", identity: { id }, from, to, summaries } as unknown as BatchHeader;
}

type Merged = Readonly<Record<string, readonly (readonly [number, number])[]>>;

/** A ledger that has these spans for both keys, or for the keys that are named. */
function ledger(contents: Readonly<Record<string, Merged>>): LedgerView {
  return new LedgerView(
    Object.entries(contents).map(([id, merged]) => {
      const spans = Object.entries(merged).map(([key, ranges]) => [
        key,
        ranges.map(([from, to]) => ({ from, to })),
      ]);
      const source = {
        name: "ads",
        identity: { id },
        merged: Object.fromEntries(spans) as unknown,
      };
      return source as unknown as LedgerSource;
    }),
  );
}

const both = (...ranges: [number, number][]): Merged => ({ [balanceKey]: ranges, [other]: ranges });

describe("a ledger that comes after acknowledgements", () => {
  it("lacks nothing when it has them all, in whatever pieces", () => {
    const seen = new Acknowledged();
    for (const from of [0, 20, 10]) seen.add(batch("a", from, from + 10));
    seen.ledgerAsked();
    expect(seen.heldAgainst(ledger({ a: both([0, 5], [5, 40]) }))).toEqual([]);
  });

  it("lacks what an older copy of the store does not have, which is said once", () => {
    const seen = new Acknowledged();
    seen.add(batch("a", 0, 30));
    seen.add(batch("b", 0, 7));
    seen.ledgerAsked();
    const older = ledger({ a: both([0, 10]) });
    expect(seen.heldAgainst(older)).toEqual([{ source: "ads", contents: 2, bytes: 27 }]);
    seen.ledgerAsked();
    expect(seen.heldAgainst(older)).toEqual([]);
    seen.add(batch("b", 0, 7));
    seen.ledgerAsked();
    expect(seen.heldAgainst(older)).toEqual([{ source: "ads", contents: 1, bytes: 7 }]);
  });

  it("may lack what was acknowledged after it was asked for, and the next one may not", () => {
    const seen = new Acknowledged();
    seen.ledgerAsked();
    seen.add(batch("a", 0, 10));
    expect(seen.heldAgainst(ledger({}))).toEqual([]);
    seen.ledgerAsked();
    expect(seen.heldAgainst(ledger({}))).toMatchObject([{ bytes: 10 }]);
  });

  it("has to have what was acknowledged before it was asked for again", () => {
    const seen = new Acknowledged();
    seen.ledgerAsked();
    seen.add(batch("a", 0, 10));
    seen.ledgerAsked();
    expect(seen.heldAgainst(ledger({}))).toMatchObject([{ bytes: 10 }]);
  });

  it("lacks what one summary lacks", () => {
    const seen = new Acknowledged();
    seen.add(batch("a", 0, 10));
    seen.ledgerAsked();
    const view = ledger({ a: { [balanceKey]: [[0, 10]], [other]: [[0, 4]] } });
    expect(seen.heldAgainst(view)).toMatchObject([{ bytes: 6 }]);
  });

  it("of another store lacks nothing that this one was told", () => {
    const seen = new Acknowledged();
    seen.add(batch("a", 0, 10));
    seen.clear();
    seen.ledgerAsked();
    expect(seen.heldAgainst(ledger({}))).toEqual([]);
  });
});

it("spans without others are the bytes that only they have", () => {
  const spans = fc
    .uniqueArray(fc.nat(40), { maxLength: 12 })
    .map((edges) => [...edges].sort((a, b) => a - b))
    .map((edges) =>
      Array.from({ length: edges.length >> 1 }, (_, at) => {
        return { from: edges[2 * at]!, to: edges[2 * at + 1]! };
      }),
    );
  const bytesOf = (list: readonly { from: number; to: number }[]): Set<number> =>
    new Set(
      list.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at)),
    );
  fc.assert(
    fc.property(spans, spans, (all, taken) => {
      const left = without(all, taken);
      const gone = bytesOf(taken);
      const expected = [...bytesOf(all)].filter((at) => !gone.has(at));
      expect([...bytesOf(left)]).toEqual(expected);
      expect(sizeOf(left)).toBe(expected.length);
    }),
    { numRuns: 1000 },
  );
});
