// Laws of buckets in zones with every known oddity of clocks: half-hour offsets and jumps, skipped
// midnights, a skipped day, jumps back over midnight, offsets with seconds.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bucketLabel,
  bucketOf,
  localToUtc,
  parseBucketLabel,
  parsePeriod,
} from "../../src/shared/model/bucket.ts";
import { isTimezone, isUtc, offsetAt } from "../../src/shared/model/timezone.ts";

const zones = [
  "UTC",
  "America/New_York",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Havana",
  "Europe/Berlin",
  "Africa/Casablanca",
  "Africa/Monrovia",
  "Asia/Kolkata",
  "Asia/Gaza",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Antarctica/Troll",
  "Etc/GMT+7",
  "Etc/GMT-14",
];
const granularities = ["hour", "day", "week", "month"] as const;

const zone = fc.constantFrom(...zones);
const granularity = fc.constantFrom(...granularities);
const second = fc.oneof(
  fc.integer({ min: Date.UTC(1965, 0) / 1000, max: Date.UTC(2040, 0) / 1000 }),
  fc.integer({ min: Date.UTC(1850, 0) / 1000, max: Date.UTC(2600, 0) / 1000 }),
);

/** What the clocks show, asked of Intl directly: "2011-11-06 01". */
function shown(timezone: string, epochSec: number): string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return format.format(epochSec * 1000).slice(0, 13);
}

test("a zone whose name is its offset is what Intl takes it for", () => {
  const hours = Array.from({ length: 20 }, (_, hour) => hour);
  const names = hours.flatMap((hour) => [`Etc/GMT+${hour}`, `Etc/GMT-${hour}`, `Etc/GMT+0${hour}`]);
  for (const name of ["UTC", "Etc/UTC", "UTC+1", "Etc/GMT", "Etc/GMT7", ...names]) {
    for (const timezone of [name, `${name}x`]) {
      let resolved: string | null = null;
      try {
        resolved = new Intl.DateTimeFormat("en", { timeZone: timezone }).resolvedOptions().timeZone;
      } catch {
        // Intl knows no such zone.
      }
      expect(isTimezone(timezone), timezone).toBe(resolved !== null);
      if (resolved === null) continue;
      expect(isUtc(timezone), timezone).toBe(resolved === "UTC");
      expect(shown("UTC", offsetAt(timezone, 0))).toBe(shown(timezone, 0));
    }
  }
});

describe.each(granularities)("every %s", (unit) => {
  test("holds its seconds and touches its neighbours", () => {
    fc.assert(
      fc.property(zone, second, (timezone, at) => {
        const { start, end } = bucketOf(timezone, unit, at);
        expect(start).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThan(at);
        expect(bucketOf(timezone, unit, start)).toEqual({ start, end });
        expect(bucketOf(timezone, unit, end - 1)).toEqual({ start, end });
        expect(bucketOf(timezone, unit, end).start).toBe(end);
        expect(bucketOf(timezone, unit, start - 1).end).toBe(start);
      }),
    );
  });

  test("is found again by its label, which no neighbour shares", () => {
    fc.assert(
      fc.property(zone, second, (timezone, at) => {
        const { start, end } = bucketOf(timezone, unit, at);
        const label = bucketLabel(timezone, unit, start);
        expect(parseBucketLabel(timezone, unit, label)).toBe(start);
        expect(bucketLabel(timezone, unit, end)).not.toBe(label);
      }),
    );
  });

  test("begins where the clocks show its label", () => {
    fc.assert(
      fc.property(zone, second, (timezone, at) => {
        const { start } = bucketOf(timezone, unit, at);
        const label = bucketLabel(timezone, unit, start);
        // A week's label shows no date; it is looked at below.
        const length = { hour: 13, day: 10, week: 0, month: 7 }[unit];
        expect(shown(timezone, start).replace(" ", "T").slice(0, length)).toBe(
          label.slice(0, length),
        );
      }),
    );
  });
});

test("ten years of buckets tile time without a repeated label", () => {
  const from = Date.UTC(2006, 0) / 1000;
  const to = Date.UTC(2016, 0) / 1000;
  for (const timezone of zones) {
    for (const unit of ["day", "week", "month"] as const) {
      const labels = new Set<string>();
      let buckets = 0;
      for (let at = bucketOf(timezone, unit, from).start; at < to; buckets += 1) {
        labels.add(bucketLabel(timezone, unit, at));
        const { start, end } = bucketOf(timezone, unit, at);
        expect(start).toBe(at);
        at = end;
      }
      expect(labels.size).toBe(buckets);
    }
  }
});

test("weeks begin on Mondays, and are numbered by their Thursdays", () => {
  // Counted on from the first week of 1970, whose Monday was in December.
  let [year, week] = [1970, 0];
  for (let monday = Date.UTC(1969, 11, 29); monday < Date.UTC(2262, 0); monday += 7 * 86_400_000) {
    const ofThursday = new Date(monday + 3 * 86_400_000).getUTCFullYear();
    [year, week] = ofThursday === year ? [year, week + 1] : [ofThursday, 1];
    const label = `${year}-W${String(week).padStart(2, "0")}`;
    const period = { start: monday / 1000, end: monday / 1000 + 7 * 86_400 };
    expect(bucketOf("UTC", "week", period.start)).toEqual(period);
    expect(bucketOf("UTC", "week", period.end - 1)).toEqual(period);
    expect(bucketLabel("UTC", "week", period.start)).toBe(label);
    expect(parsePeriod("UTC", label)).toEqual(period);
  }
  for (const label of ["2021-W53", "2021-W00", "2020-W54", "2020-W1"]) {
    expect(parsePeriod("UTC", label)).toBeNull();
  }
});

test("a bucket of a second is that of its neighbour or the next one", () => {
  fc.assert(
    fc.property(zone, granularity, second, (timezone, unit, at) => {
      const here = bucketOf(timezone, unit, at);
      const next = bucketOf(timezone, unit, at + 1);
      expect(next.start === here.start || next.start === here.end).toBe(true);
    }),
  );
});

test("a local time that the clocks show is read as the first instant that shows it", () => {
  fc.assert(
    fc.property(zone, second, (timezone, at) => {
      const local = at + offsetAt(timezone, at);
      const instant = localToUtc(timezone, local);
      expect(instant).toBeLessThanOrEqual(at);
      expect(instant + offsetAt(timezone, instant)).toBe(local);
    }),
  );
});

test("the far future follows the last rule as Intl does", () => {
  const farSecond = fc.integer({
    min: Date.UTC(2500, 0) / 1000,
    max: Date.UTC(9999, 0) / 1000,
  });
  fc.assert(
    fc.property(zone, farSecond, (timezone, at) => {
      const local = new Date((at + offsetAt(timezone, at)) * 1000).toISOString();
      expect(shown(timezone, at)).toBe(local.slice(0, 13).replace("T", " "));
    }),
  );
});
