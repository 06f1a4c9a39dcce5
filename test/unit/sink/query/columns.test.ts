import { describe, expect, it } from "vitest";
import { LogmillError } from "../../../../src/shared/base/errors.ts";
import type { SummaryConfig } from "../../../../src/shared/config/config.ts";
import {
  allKeys,
  keyColumns,
  metricColumns,
  metricNamed,
} from "../../../../src/sink/query/columns.ts";
import { definitionOf, price, storedOf } from "../../../support/stored-summary.ts";

const definition = definitionOf();

function failure(action: () => unknown): LogmillError {
  try {
    action();
  } catch (error) {
    if (error instanceof LogmillError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

describe("key columns", () => {
  it("are the bucket and all dimensions by default", () => {
    expect(allKeys(definition).map(({ name }) => name)).toEqual(["day", "campaign", "country"]);
  });

  it("follow the order in which they are asked for, coarser buckets included", () => {
    expect(keyColumns(definition, ["country", "month"])).toEqual([
      { kind: "dimension", name: "country", index: 1 },
      { kind: "bucket", name: "month", granularity: "month" },
    ]);
    expect(keyColumns(definition, ["bucket"])).toEqual([
      { kind: "bucket", name: "bucket", granularity: "day" },
    ]);
    expect(keyColumns(definition, [])).toEqual([]);
  });

  it("refuse to add up rows that a line counts in several of", () => {
    const exploded = definitionOf({ explode: { field: "country" } });
    const { message, exitCode } = failure(() => keyColumns(exploded, ["day", "campaign"]));
    expect(message).toContain("a line counts once for each of its values of country");
    expect(message).toContain("group by country as well, or add a summary of campaign");
    expect(exitCode).toBe(2);
    expect(failure(() => keyColumns(exploded, [])).message).toContain("group by country as well");
    expect(keyColumns(exploded, ["month", "country"])).toHaveLength(2);
  });

  it("take a dimension before a bucket of the same name", () => {
    const shadowed = definitionOf({ dimensions: ["day"] });
    expect(keyColumns(shadowed, ["day"])).toEqual([{ kind: "dimension", name: "day", index: 0 }]);
    expect(allKeys(shadowed).map(({ name }) => name)).toEqual(["bucket", "day"]);
  });

  it("refuse a bucket finer than what is stored, and say the way out", () => {
    const { message, exitCode } = failure(() => keyColumns(definition, ["hour"]));
    expect(message).toContain("kept by day");
    expect(message).toContain("granularity: hour");
    expect(exitCode).toBe(2);
  });

  it("refuse unknown names with the known ones and the one that was meant", () => {
    const { message, exitCode } = failure(() => keyColumns(definition, ["campagn"]));
    expect(message).toBe(
      'unknown dimension "campagn" (did you mean campaign?); known: day, week, month, bucket, campaign, country',
    );
    expect(exitCode).toBe(2);
  });

  it.each([
    [["country", "country"], "--group-by: country is given twice"],
    [["day", "bucket"], "--group-by: day and bucket are both the time; give one of them"],
    [["day", "country", "month"], "--group-by: day and month are both the time; give one of them"],
  ])("refuse %j: what is given twice, under whatever name", (names, message) => {
    const refused = failure(() => keyColumns(definition, names));
    expect([refused.code, refused.message]).toEqual(["usage", message]);
  });
});

it("refuses months of what is kept by week, since a week lies in two of them", () => {
  const weekly = { ...definition, granularity: "week" as const };
  const refused = failure(() => keyColumns(weekly, ["month"]));
  expect(refused.message).toContain("no whole month can be made of that; group by week");
  expect(keyColumns(weekly, ["week"])).toEqual([
    { kind: "bucket", name: "week", granularity: "week" },
  ]);
});

describe("metric columns", () => {
  const configured: SummaryConfig = {
    ...definition,
    maxRows: 1000,
    metrics: [...definition.metrics.slice(0, 2), price, ...definition.metrics.slice(2)],
  };

  it("are the stored ones without a configuration", () => {
    const columns = metricColumns(storedOf(definition), undefined);
    expect(columns.map(({ name }) => name)).toEqual(["clicks", "revenue", "least", "users"]);
  });

  it("have derived ones in their place, and know where the stored ones are", () => {
    const columns = metricColumns(storedOf(definition), configured);
    expect(
      columns.map((column) => (column.kind === "stored" ? column.column : column.name)),
    ).toEqual([0, 1, "price", 2, 3]);
  });

  it("accept a configuration with more sources", () => {
    const wider = { ...configured, from: ["ads", "web"] };
    expect(metricColumns(storedOf(definition), wider)).toHaveLength(5);
  });

  it("refuse a configuration that means another table", () => {
    const other = { ...configured, timezone: "UTC" };
    expect(failure(() => metricColumns(storedOf(definition), other)).code).toBe(
      "definition_changed",
    );
  });

  it("refuse unknown names with the known ones", () => {
    const columns = { keys: [], metrics: metricColumns(storedOf(definition), configured) };
    expect(metricNamed(columns, "price")).toBe(2);
    expect(failure(() => metricNamed(columns, "zzz")).message).toBe(
      'unknown metric "zzz"; known: clicks, revenue, price, least, users',
    );
  });
});
