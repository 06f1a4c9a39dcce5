import { expect, it } from "vitest";
import { allRejected } from "../../../../src/cli/screens/all-rejected.ts";
import { emptyBalance } from "../../../../src/cli/screens/balance-sheet.ts";

const bad = { ...emptyBalance, lines: 3, rejected: { bad_envelope: 2, blank: 1 } };

it("a source of which no line was ever understood is named with the reasons", () => {
  expect(allRejected({}, { web: bad, ads: { ...emptyBalance, lines: 1, accepted: 1 } })).toEqual([
    "source web: every one of 3 lines was rejected (2 bad_envelope); its format is not that of its files",
  ]);
  const one = { ...emptyBalance, lines: 1, rejected: { bad_csv: 1 } };
  expect(allRejected({}, { web: one })[0]).toContain("source web: the only line was rejected");
});

it("a source that was understood at some time, had nothing new, or has only blank lines, is not", () => {
  const mixed = { ...bad, lines: 4, accepted: 1 };
  expect(allRejected({}, { web: mixed, ads: emptyBalance })).toEqual([]);
  expect(allRejected({ web: bad }, { web: bad })).toEqual([]);
  expect(allRejected({}, { web: { ...emptyBalance, lines: 2, rejected: { blank: 2 } } })).toEqual(
    [],
  );
});
