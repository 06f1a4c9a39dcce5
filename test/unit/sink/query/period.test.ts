import { describe, expect, it } from "vitest";
import { bucketLabel, bucketOf } from "../../../../src/shared/model/bucket.ts";
import type { Granularity } from "../../../../src/shared/model/plan.ts";
import { bucketsBetween, groupBuckets } from "../../../../src/sink/query/period.ts";
import { definitionOf, storedOf } from "../../../support/stored-summary.ts";

const zone = "America/New_York";

/** Starts of all buckets of a span of UTC time. */
function startsBetween(granularity: Granularity, from: string, to: string): number[] {
  const starts: number[] = [];
  const end = Date.parse(to) / 1000;
  let at = bucketOf(zone, granularity, Date.parse(from) / 1000);
  while (at.start < end) {
    starts.push(at.start);
    at = bucketOf(zone, granularity, at.end);
  }
  return starts;
}

function labelsBetween(granularity: Granularity, from?: string, to?: string): string[] {
  const definition = definitionOf({ granularity });
  const starts = startsBetween(granularity, "2011-10-30T12:00:00Z", "2011-11-10T12:00:00Z");
  const { buckets } = storedOf(definition, starts.toReversed());
  return bucketsBetween(definition, buckets, from, to).map((start) =>
    bucketLabel(zone, granularity, start),
  );
}

describe("the period of a query", () => {
  it("is everything, ascending, when nothing is said", () => {
    const labels = labelsBetween("day");
    expect(labels).toHaveLength(12);
    expect(labels.at(0)).toBe("2011-10-30");
    expect(labels.at(-1)).toBe("2011-11-10");
  });

  it("includes its first and its last day", () => {
    expect(labelsBetween("day", "2011-11-05", "2011-11-07")).toEqual([
      "2011-11-05",
      "2011-11-06",
      "2011-11-07",
    ]);
    expect(labelsBetween("day", "2011-11-10")).toEqual(["2011-11-10"]);
    expect(labelsBetween("day", undefined, "2011-10-30")).toEqual(["2011-10-30"]);
  });

  it("includes whole months and years", () => {
    expect(labelsBetween("day", "2011-11").at(0)).toBe("2011-11-01");
    expect(labelsBetween("day", undefined, "2011-10")).toEqual(["2011-10-30", "2011-10-31"]);
    expect(labelsBetween("month", "2011", "2011")).toEqual(["2011-10", "2011-11"]);
  });

  it("is of the summary's zone, with all 25 hours of a day that has them", () => {
    const labels = labelsBetween("hour", "2011-11-06", "2011-11-06");
    expect(labels).toHaveLength(25);
    expect(labels.at(0)).toBe("2011-11-06T00-0400");
    expect(labels.at(-1)).toBe("2011-11-06T23-0500");
  });

  it("is refused where it would cut a bucket", () => {
    expect(() => labelsBetween("month", "2011-11-05")).toThrow(/lies inside a month.*whole month/);
    expect(() => labelsBetween("month", undefined, "2011-11-05")).toThrow(/--to/);
    expect(() => labelsBetween("day", "2011-11-05T10")).toThrow(/lies inside a day/);
    expect(labelsBetween("month", "2011-11-01", "2011-11-30")).toEqual(["2011-11"]);
  });

  it("is refused where it is no date or ends before it begins", () => {
    expect(() => labelsBetween("day", "yesterday")).toThrow(/"yesterday" is no date/);
    expect(() => labelsBetween("day", "2011-02-30")).toThrow(/no date/);
    expect(() => labelsBetween("day", "2011-11-06", "2011-11-05")).toThrow(/is after/);
  });
});

describe("groups of buckets", () => {
  const definition = definitionOf({ granularity: "hour" });
  const starts = startsBetween("hour", "2011-10-31T00:00:00-04:00", "2011-11-07T00:00:00-05:00");

  it("are the days of the local calendar, whatever their length", () => {
    const groups = groupBuckets(definition, starts, "day");
    expect(groups.map(({ label, starts: hours }) => [label, hours.length])).toEqual([
      ["2011-10-31", 24],
      ["2011-11-01", 24],
      ["2011-11-02", 24],
      ["2011-11-03", 24],
      ["2011-11-04", 24],
      ["2011-11-05", 24],
      ["2011-11-06", 25],
    ]);
    expect(groups.flatMap(({ starts: hours }) => hours)).toEqual(starts);
  });

  it("are the months of the local calendar", () => {
    const groups = groupBuckets(definition, starts, "month");
    expect(groups.map(({ label, starts: hours }) => [label, hours.length])).toEqual([
      ["2011-10", 24],
      ["2011-11", 145],
    ]);
  });

  it("are one when no time is asked for", () => {
    expect(groupBuckets(definition, starts, null)).toEqual([{ label: null, starts }]);
  });
});
