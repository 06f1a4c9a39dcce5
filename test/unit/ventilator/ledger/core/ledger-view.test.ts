import { describe, expect, it } from "vitest";
import { balanceKey } from "../../../../../src/shared/model/definition-key.ts";
import type { BatchHeader, LedgerSource } from "../../../../../src/shared/protocol/messages.ts";
import { withFlight } from "../../../../../src/ventilator/ledger/core/ledger-view.ts";
import { batchOf } from "../../core/flight-script.ts";

function headerOf(id: string, from: number, to: number): BatchHeader {
  const { header } = batchOf(1);
  return { ...header, identity: { ...header.identity, id }, from, to, crc32: to, tailCrc32: 9 };
}

function rangesOf(sources: readonly LedgerSource[]): unknown {
  return sources.map(({ identity, merged }) => [
    identity.id,
    (merged[balanceKey] ?? []).map(({ from, to }) => [from, to]),
  ]);
}

describe("a ledger with what is under way", () => {
  const inFlight = withFlight(
    [],
    [headerOf("a", 0, 10), headerOf("b", 0, 7), headerOf("a", 10, 30)],
  );

  it("knows a content of which nothing is merged yet, by what its batches hold", () => {
    expect(rangesOf(inFlight)).toEqual([
      [
        "a",
        [
          [0, 10],
          [10, 30],
        ],
      ],
      ["b", [[0, 7]]],
    ]);
    expect(inFlight[0]!.merged[balanceKey]![1]).toMatchObject({
      crc32: 30,
      tailCrc32: 9,
      tailBytes: 20,
    });
  });

  it("knows of a batch that nobody has read yet its end alone, and says so", () => {
    const range = { from: 0, to: 10_000, crc32: 10_000, tailCrc32: 9, tailBytes: 4096 };
    const header = headerOf("a", 0, 10_000);
    const [read] = withFlight([], [{ ...header, checksums: "given" }]);
    expect(read!.merged[balanceKey]).toEqual([range]);
    const [unread] = withFlight([], [{ ...header, checksums: "measured" }]);
    expect(unread!.merged[balanceKey]).toEqual([{ ...range, isUnread: true }]);
  });

  it("adds to what is merged, ascending, and nothing that is merged already", () => {
    const more = [headerOf("a", 30, 40), headerOf("a", 0, 10), headerOf("a", 5, 12)];
    expect(rangesOf(withFlight(inFlight, more))).toEqual([
      [
        "a",
        [
          [0, 10],
          [10, 30],
          [30, 40],
        ],
      ],
      ["b", [[0, 7]]],
    ]);
    expect(rangesOf(inFlight)).toEqual(rangesOf(withFlight(inFlight, [])));
  });
});
