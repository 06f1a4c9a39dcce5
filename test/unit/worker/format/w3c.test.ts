// The times of W3C's logs, whatever zone the configuration is of.

import { expect, it } from "vitest";
import type { Plan } from "../../../../src/shared/model/plan.ts";
import type { TimeReading } from "../../../../src/shared/model/format/time-form.ts";
import { loadKernel } from "../../../../src/shared/kernel/kernel.ts";
import { compilePlan } from "../../../../src/worker/core/compiled-plan.ts";
import { partialOf } from "../../../support/agreement.ts";

/** First seconds of the hours that lines of a log are counted in. */
function hoursOf(log: string, timestamp?: TimeReading): readonly number[] {
  const format = { type: "w3c", more: [], ...(timestamp && { timestamp }) } as const;
  const plan: Plan = {
    version: 1,
    timezone: "Asia/Kolkata",
    sources: [{ name: "s", maxLineBytes: 1000, format }],
    summaries: [
      {
        ...{ name: "n", from: ["s"], timestamp: "timestamp", granularity: "hour", timezone: "UTC" },
        dimensions: [],
        metrics: [{ name: "n", type: "count" }],
      },
    ],
  };
  const { tables } = partialOf(compilePlan(loadKernel(1), plan), plan, Buffer.from(log));
  return tables.map(({ bucketStart }) => bucketStart);
}

const at = (iso: string): number => Date.parse(iso) / 1000;

it("are UTC where they are a date and a time", () => {
  const log = "#Fields: date time\n2026-06-20 13:55:36\n#Fields: time date\n14:00:00\t2026-06-20\n";
  expect(hoursOf(log)).toEqual([at("2026-06-20T13:00Z"), at("2026-06-20T14:00Z")]);
});

it("are of the configuration's zone where the format names fields of local times", () => {
  const log = "#Fields: date-local time-local\n2026-06-20 13:55:36.128\n";
  const local = { form: "auto", from: ["date-local", "time-local"] };
  expect(hoursOf(log, local)).toEqual([at("2026-06-20T08:00Z")]);
});

it("are none where the directive names no date", () => {
  expect(hoursOf("#Date: 2026-06-20 00:00:00\n#Fields: time\n13:55:36\n")).toEqual([]);
});
