// Lines that a summary cannot be filled with any more.

import { expect, it } from "vitest";
import { balanceKey } from "../../../../../src/shared/model/definition-key.ts";
import { lostLinesSentence } from "../../../../../src/shared/process/role-report.ts";
import type { LedgerSource } from "../../../../../src/shared/protocol/messages.ts";
import { lostLines } from "../../../../../src/ventilator/ledger/core/lost-content.ts";

const [first, added] = ["01".repeat(16), "02".repeat(16)];
const wanted = new Map([
  [
    "web",
    [
      { name: "hits", key: first },
      { name: "pages", key: added },
    ],
  ],
]);

function content(id: string, merged: Readonly<Record<string, number>>, name = "web"): LedgerSource {
  const spans = Object.entries(merged).map(([key, to]) => [key, [{ from: 0, to }]]);
  return {
    name,
    identity: { id },
    merged: Object.fromEntries(spans) as unknown,
  } as unknown as LedgerSource;
}

const sources = [
  content("gone", { [balanceKey]: 100, [first]: 100 }),
  content("gone too", { [balanceKey]: 50, [first]: 50, [added]: 20 }),
  content("here", { [balanceKey]: 70, [first]: 70 }),
  content("whole", { [balanceKey]: 9, [first]: 9, [added]: 9 }),
  content("of nobody", { [balanceKey]: 9 }, "retired"),
];

it("are those that their source has counted and no file holds, for the summary that lacks them", () => {
  const lost = lostLines(sources, wanted, (id) => id === "here");
  expect(lost).toEqual([{ summary: "pages", source: "web", contents: 2, bytes: 130 }]);
  expect(lostLinesSentence(lost[0]!)).toBe(
    "pages lacks 130 bytes of 2 files of source web: they were counted before the summary was added, " +
      "and no file that can be read holds them any more. Its numbers for them are missing; put the files " +
      "back and they are counted",
  );
});

it("are none while files hold them", () => {
  expect(lostLines(sources, wanted, () => true)).toEqual([]);
});
