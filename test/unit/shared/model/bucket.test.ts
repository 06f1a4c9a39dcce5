import { describe, expect, test } from "vitest";
import {
  bucketLabel,
  bucketOf,
  localToUtc,
  parseBucketLabel,
  parsePeriod,
} from "../../../../src/shared/model/bucket.ts";
import type { Granularity } from "../../../../src/shared/model/bucket.ts";

const utc = (iso: string): number => Date.parse(iso) / 1000;
const iso = (epochSec: number): string =>
  new Date(epochSec * 1000).toISOString().replace(".000Z", "Z");

function bucket(timezone: string, granularity: Granularity, at: string): readonly string[] {
  const { start, end } = bucketOf(timezone, granularity, utc(at));
  return [bucketLabel(timezone, granularity, start), iso(start), iso(end)];
}

describe("days", () => {
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    // An ordinary day, seen from UTC.
    ["UTC", "2011-06-20T23:59:59Z", "2011-06-20", "2011-06-20T00:00:00Z", "2011-06-21T00:00:00Z"],
    // A zone without changes of the clocks and with half an hour.
    [
      "Asia/Kolkata",
      "2011-06-20T18:30:00Z",
      "2011-06-21",
      "2011-06-20T18:30:00Z",
      "2011-06-21T18:30:00Z",
    ],
    // 23 and 25 hours.
    [
      "America/New_York",
      "2011-03-13T12:00:00Z",
      "2011-03-13",
      "2011-03-13T05:00:00Z",
      "2011-03-14T04:00:00Z",
    ],
    [
      "America/New_York",
      "2011-11-06T12:00:00Z",
      "2011-11-06",
      "2011-11-06T04:00:00Z",
      "2011-11-07T05:00:00Z",
    ],
    // The clocks go forward at midnight: the day begins at 01:00.
    [
      "America/Sao_Paulo",
      "2011-10-16T12:00:00Z",
      "2011-10-16",
      "2011-10-16T03:00:00Z",
      "2011-10-17T02:00:00Z",
    ],
    // They go back at midnight: the old day has 25 hours.
    [
      "America/Sao_Paulo",
      "2011-02-20T02:30:00Z",
      "2011-02-19",
      "2011-02-19T02:00:00Z",
      "2011-02-20T03:00:00Z",
    ],
    // They go back at 00:01 to 23:01: the minute of the new date before that belongs to the old day.
    [
      "America/St_Johns",
      "2010-11-07T02:30:30Z",
      "2010-11-06",
      "2010-11-06T02:30:00Z",
      "2010-11-07T03:30:00Z",
    ],
    // Havana has midnight twice, at the beginning of one date: the first one opens it.
    [
      "America/Havana",
      "2011-11-13T04:10:00Z",
      "2011-11-13",
      "2011-11-13T04:00:00Z",
      "2011-11-14T05:00:00Z",
    ],
    // The day after the one that Apia skipped.
    [
      "Pacific/Apia",
      "2011-12-30T10:00:00Z",
      "2011-12-31",
      "2011-12-30T10:00:00Z",
      "2011-12-31T10:00:00Z",
    ],
    [
      "Pacific/Apia",
      "2011-12-30T09:59:59Z",
      "2011-12-29",
      "2011-12-29T10:00:00Z",
      "2011-12-30T10:00:00Z",
    ],
    // Far from now, either way.
    ["UTC", "0001-01-01T00:00:00Z", "0001-01-01", "0001-01-01T00:00:00Z", "0001-01-02T00:00:00Z"],
    [
      "Europe/Berlin",
      "9999-07-01T00:00:00Z",
      "9999-07-01",
      "9999-06-30T22:00:00Z",
      "9999-07-01T22:00:00Z",
    ],
  ];
  test.each(cases)("%s at %s is %s from %s to %s", (timezone, at, ...expected) => {
    expect(bucket(timezone, "day", at)).toEqual(expected);
  });
});

describe("hours", () => {
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    [
      "UTC",
      "2011-11-06T01:59:59Z",
      "2011-11-06T01Z",
      "2011-11-06T01:00:00Z",
      "2011-11-06T02:00:00Z",
    ],
    // The hour that is lived twice makes two buckets.
    [
      "America/New_York",
      "2011-11-06T05:30:00Z",
      "2011-11-06T01-0400",
      "2011-11-06T05:00:00Z",
      "2011-11-06T06:00:00Z",
    ],
    [
      "America/New_York",
      "2011-11-06T06:30:00Z",
      "2011-11-06T01-0500",
      "2011-11-06T06:00:00Z",
      "2011-11-06T07:00:00Z",
    ],
    [
      "Asia/Kolkata",
      "2011-06-20T00:00:00Z",
      "2011-06-20T05+0530",
      "2011-06-19T23:30:00Z",
      "2011-06-20T00:30:00Z",
    ],
    // Lord Howe goes back by half an hour, from 02:00 to 01:30.
    [
      "Australia/Lord_Howe",
      "2011-04-02T14:59:59Z",
      "2011-04-03T01+1100",
      "2011-04-02T14:00:00Z",
      "2011-04-02T15:00:00Z",
    ],
    [
      "Australia/Lord_Howe",
      "2011-04-02T15:00:00Z",
      "2011-04-03T01+1030",
      "2011-04-02T15:00:00Z",
      "2011-04-02T15:30:00Z",
    ],
    // Offsets with seconds, before standard time.
    [
      "Africa/Monrovia",
      "1971-01-01T00:00:00Z",
      "1970-12-31T23-004430",
      "1970-12-31T23:44:30Z",
      "1971-01-01T00:44:30Z",
    ],
  ];
  test.each(cases)("%s at %s is %s from %s to %s", (timezone, at, ...expected) => {
    expect(bucket(timezone, "hour", at)).toEqual(expected);
  });
});

test("months begin and end at local midnights", () => {
  expect(bucket("America/New_York", "month", "2011-03-31T23:00:00Z")).toEqual([
    "2011-03",
    "2011-03-01T05:00:00Z",
    "2011-04-01T04:00:00Z",
  ]);
  expect(bucket("UTC", "month", "2012-02-29T00:00:00Z")).toEqual([
    "2012-02",
    "2012-02-01T00:00:00Z",
    "2012-03-01T00:00:00Z",
  ]);
});

// https://en.wikipedia.org/wiki/ISO_week_date has these.
test.each([
  ["2005-01-01T12:00:00Z", "2004-W53"],
  ["2007-12-31T00:00:00Z", "2008-W01"],
  ["2008-12-28T23:59:59Z", "2008-W52"],
  ["2008-12-29T00:00:00Z", "2009-W01"],
  ["2010-01-03T23:59:59Z", "2009-W53"],
  ["2021-01-04T00:00:00Z", "2021-W01"],
])("%s is in the ISO week %s", (at, label) => {
  expect(bucket("UTC", "week", at)[0]).toBe(label);
});

test("weeks begin and end at local midnights", () => {
  expect(bucket("America/New_York", "week", "2011-03-13T23:00:00Z")).toEqual([
    "2011-W10",
    "2011-03-07T05:00:00Z",
    "2011-03-14T04:00:00Z",
  ]);
});

describe("labels are read", () => {
  test("as the buckets they name", () => {
    expect(parseBucketLabel("America/New_York", "day", "2011-11-06")).toBe(
      utc("2011-11-06T04:00:00Z"),
    );
    expect(parseBucketLabel("UTC", "hour", "2011-11-06T01Z")).toBe(utc("2011-11-06T01:00:00Z"));
    expect(parseBucketLabel("America/New_York", "hour", "2011-11-06T01-0500")).toBe(
      utc("2011-11-06T06:00:00Z"),
    );
  });

  test.each([
    ["UTC", "day", "2011-02-29"],
    ["UTC", "day", "2011-0-21"],
    ["UTC", "day", "2011-13-01"],
    ["UTC", "day", "2011-06"],
    ["UTC", "day", "today"],
    ["UTC", "hour", "2011-06-20T24Z"],
    ["UTC", "hour", "2011-06-20T01"],
    ["UTC", "hour", "2011-06-20T01+0000"],
    ["America/New_York", "hour", "2011-06-20T01-0500"],
    ["Pacific/Apia", "day", "2011-12-30"],
  ] as const)("but %s has no %s %s", (timezone, granularity, label) => {
    expect(parseBucketLabel(timezone, granularity, label)).toBeNull();
  });

  test("as periods of any length", () => {
    const period = (timezone: string, text: string): readonly string[] | null => {
      const found = parsePeriod(timezone, text);
      return found === null ? null : [iso(found.start), iso(found.end)];
    };
    expect(period("America/New_York", "2011")).toEqual([
      "2011-01-01T05:00:00Z",
      "2012-01-01T05:00:00Z",
    ]);
    expect(period("Europe/Berlin", "2011-03")).toEqual([
      "2011-02-28T23:00:00Z",
      "2011-03-31T22:00:00Z",
    ]);
    // Without an offset, an hour that is lived twice is meant whole.
    expect(period("America/New_York", "2011-11-06T01")).toEqual([
      "2011-11-06T05:00:00Z",
      "2011-11-06T07:00:00Z",
    ]);
    expect(period("Pacific/Apia", "2011-12-30")).toEqual([
      "2011-12-30T10:00:00Z",
      "2011-12-30T10:00:00Z",
    ]);
    expect(period("UTC", "06/20/2011")).toBeNull();
  });
});

describe("a local time without offset", () => {
  const local = (timezone: string, text: string): string =>
    iso(localToUtc(timezone, utc(`${text}Z`)));

  test("is the instant at which the clocks show it", () => {
    expect(local("Asia/Kolkata", "2011-06-20T05:30:00")).toBe("2011-06-20T00:00:00Z");
    expect(local("UTC", "2011-06-20T05:30:00")).toBe("2011-06-20T05:30:00Z");
  });

  test("is moved forward by the gap where the clocks skip it", () => {
    expect(local("America/New_York", "2011-03-13T02:30:00")).toBe("2011-03-13T07:30:00Z");
    expect(local("America/New_York", "2011-03-13T02:00:00")).toBe("2011-03-13T07:00:00Z");
    expect(local("Pacific/Apia", "2011-12-30T12:00:00")).toBe("2011-12-30T22:00:00Z");
  });

  test("is the first of two where the clocks show it twice", () => {
    expect(local("America/New_York", "2011-11-06T01:30:00")).toBe("2011-11-06T05:30:00Z");
    expect(local("America/New_York", "2011-11-06T02:00:00")).toBe("2011-11-06T07:00:00Z");
  });
});

test("an unknown zone is refused", () => {
  expect(() => bucketOf("Europe/Nowhere", "day", 0)).toThrow(RangeError);
});
