// Times in fields that the format names: two that are joined, and one under another name. What workers count
// beside what the plain implementation does, and beside the same lines with their time in one field.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Plan, SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { TimeReading } from "../../src/shared/model/format/time-form.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { partialOf, sideBySide } from "../support/agreement.ts";
import { written } from "../support/written-times.ts";

const kernel = loadKernel(11);

function plan(reading: TimeReading, columns: readonly string[]): Plan {
  const timed = (
    name: string,
    timestamp: string,
    dimensions: readonly string[],
  ): SummaryDefinition => ({
    ...{ name, timestamp, dimensions, from: ["s"], timezone: "UTC" },
    granularity: "hour",
    metrics: [{ name: "n", type: "count" }],
  });
  return {
    version: 1,
    timezone: "Europe/Berlin",
    sources: [
      {
        name: "s",
        maxLineBytes: 1000,
        format: {
          type: "rsyslog",
          payloads: [{ program: "E", type: "csv", fields: columns }],
          timestamp: reading,
        },
      },
    ],
    summaries: [
      timed("events", "timestamp", ["event"]),
      timed("texts", "timestamp", ["timestamp"]),
      timed("dates", columns[0]!, ["event"]),
    ],
  };
}

function expectAgreement(tested: Plan, lines: readonly string[], vectorLines: number): void {
  const content = Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1");
  const partial = partialOf(compilePlan(kernel, tested, { vectorLines }), tested, content);
  const { expected, actual } = sideBySide(tested, partial, content);
  expect(actual).toEqual(expected);
}

const vectors = fc.constantFrom(1, 3, 16, 2048);
const event = fc.constantFrom("view", "click", '"a ""b"""', "");

describe("a time in two fields", () => {
  it("counts as the plain implementation does, wherever a part is empty, quoted or missing", () => {
    const date = fc.oneof(
      { weight: 6, arbitrary: written("yyyy/MM/dd") },
      fc.constantFrom("", "x"),
    );
    const time = fc.oneof({ weight: 6, arbitrary: written("HH:mm:ss") }, fc.constantFrom("", '""'));
    const between = fc.constantFrom(",", ",", '","', ",x,", " ");
    const line = fc
      .tuple(date, time, between, event, fc.nat(9))
      .map(([day, hour, comma, name, short]) => {
        const body =
          comma === '","' ? `"${day}","${hour}",${name}` : `${day}${comma}${hour},${name}`;
        return `2020-01-01T00:00:00Z h E ${short === 0 ? day : body}`;
      });
    const reading = { form: "yyyy/MM/dd HH:mm:ss", from: ["date", "time"] };
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), vectors, (lines, size) => {
        expectAgreement(plan(reading, ["date", "time", "event"]), lines, size);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a time in a field of another name", () => {
  it("is the time of the line under both names, though the envelope has one of its own", () => {
    const line = fc
      .tuple(fc.integer({ min: 0, max: 2_000_000_000 }), fc.constantFrom("", ".25", "x"), event)
      .map(([at, fraction, name]) => `2020-01-01T00:00:00Z h E ${at}${fraction},${name}`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), vectors, (lines, size) => {
        expectAgreement(plan({ form: "epoch_s", from: ["at"] }, ["at", "event"]), lines, size);
      }),
      { numRuns: 100 },
    );
  });
});
