// Lines of syslog in which one thing is wrong, and what one payload has that another lacks.

import { expect, it } from "vitest";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import type { Format, Plan } from "../../../../src/shared/model/plan.ts";
import { compilePlan } from "../../../../src/worker/core/compiled-plan.ts";
import { mergedRows, partialOf } from "../../../support/agreement.ts";
import { tokenise } from "../../../support/tokenise.ts";

const format: Format = {
  type: "syslog",
  rfc: "auto",
  sd: [{ field: "origin", id: "o@1", param: "ip" }],
  payloads: [
    {
      ...{ program: "app", type: "format" },
      format: { type: "pairs", keys: [{ field: "user", key: "user" }] },
    },
    { program: "sshd", type: "format", format: null },
  ],
};

it.each([
  ["whose structured data is not closed", '<13>1 - h app - - [o@1 ip="1"x user=u1'],
  ["whose structured data ends the line", '<13>1 - h app - - [o@1 ip="1"'],
  ["without a colon behind the tag", "Oct 11 22:14:15 h sshdx Invalid user"],
])("a line %s is none of syslog", (_, line) => {
  const { rows, rejected } = tokenise(format, ["user", "origin"], line);
  expect([rows, rejected]).toEqual([[], { bad_envelope: 1 }]);
});

it("what a program's text lacks is missing, whatever the lines before it had", () => {
  const plan: Plan = {
    version: 1,
    timezone: "UTC",
    sources: [{ name: "log", maxLineBytes: 1000, format }],
    summaries: [
      {
        ...{ name: "users", from: ["log"], timestamp: "timestamp", granularity: "day" },
        ...{ timezone: "UTC", dimensions: ["user"] },
        metrics: [{ name: "lines", type: "count" }],
      },
    ],
  };
  const line = (tail: string): string => `<13>1 2003-10-11T22:14:15Z h ${tail}`;
  const users = ["u1", "u2", "u3"].map((user) => line(`app - - - user=${user}`));
  const text = [...users, line("sshd - - - hello")].join("\n");
  // The last line has the place in the columns that the second one had.
  const compiled = compilePlan(loadKernel(1), plan, { vectorLines: 2 });
  const rows = mergedRows(plan, [partialOf(compiled, plan, Buffer.from(text))]);
  const day = Date.UTC(2003, 9, 11) / 1000;
  const expected = ["", "u1", "u2", "u3"].map((user) => `[${day},["${user}"],["1"]]`);
  expect(rows["users"]).toEqual(expected);
});
