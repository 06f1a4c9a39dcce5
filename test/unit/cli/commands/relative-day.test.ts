import { describe, expect, it } from "vitest";
import { dateOf } from "../../../../src/cli/commands/relative-day.ts";

const at = (text: string): number => Date.parse(text) / 1000;

describe("a date that counts from today", () => {
  it.each([
    ["today", "America/New_York", "2011-11-07T03:00Z", "2011-11-06"],
    ["yesterday", "America/New_York", "2011-11-07T05:00Z", "2011-11-06"],
    ["2d", "America/New_York", "2011-11-07T05:00Z", "2011-11-05"],
    ["0d", "UTC", "2011-11-07T23:59Z", "2011-11-07"],
    ["7d", "UTC", "2012-03-03T00:00Z", "2012-02-25"],
    // Samoa had no 30 December.
    ["1d", "Pacific/Apia", "2011-12-31T00:00+14:00", "2011-12-29"],
  ])("is that of the zone's calendar: %s in %s at %s", (text, zone, now, date) => {
    expect(dateOf(text, zone, at(now))).toBe(date);
  });

  it.each(["2011-06", "7", "d", "-1d", "tomorrow"])("leaves %s as it is", (text) => {
    expect(dateOf(text, "UTC", 0)).toBe(text);
  });
});
