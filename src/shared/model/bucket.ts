// Buckets: the spans of event time (an hour, a day, a week, a month of some zone) that tables are kept
// for, exact across every change of the clocks.
//
// - Buckets tile time: each second lies in exactly one, and a bucket is the interval
//   `[start, end)` of seconds since the Unix epoch (UTC). `start` is its identity.
// - A day begins where the date first shows for good: at midnight; where midnight is skipped, at
//   the first second after the gap; where the clocks go back over midnight, at the last midnight
//   (the minute that shows the new date before the jump stays with the old day). Days of 23, 25
//   and other lengths follow; a date that never was (Apia skipped 2011-12-30) has no bucket.
// - An hour is a clock hour at one offset, so that the hour that is lived twice makes two buckets,
//   and a half-hour jump makes one of half an hour. Its label carries the offset.
// - A week is that of ISO 8601: from Monday to Sunday, and of the year that has its Thursday.
// - Labels (`2011-06-20`, `2011-W25`, `2011-06`, `2011-11-06T01-0400`, in UTC `2011-11-06T01Z`) are unique in
//   a zone and sort within one offset.

import { isUtc, spanAt, spansAround } from "./timezone.ts";

/** Span of event time that one table covers, in the zone of its summary. */
export type Granularity = "hour" | "day" | "week" | "month";

/** The seconds `[start, end)` since the Unix epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

const hourSec = 3600;
const daySec = 86_400;

/** The bucket that holds a second. Throws RangeError on an unknown zone. */
export function bucketOf(timezone: string, granularity: Granularity, epochSec: number): Period {
  const second = Math.floor(epochSec);
  const { from, to, offset } = spanAt(timezone, second);
  const local = second + offset;
  if (granularity === "hour") {
    const start = Math.floor(local / hourSec) * hourSec - offset;
    return { start: Math.max(start, from), end: Math.min(start + hourSec, to) };
  }
  let date = floorDate(local, granularity);
  let start = firstSecond(timezone, date);
  while (start > second) {
    date = addDate(date, granularity, -1);
    start = firstSecond(timezone, date);
  }
  return { start, end: firstSecond(timezone, addDate(date, granularity, 1)) };
}

/** How people and file names call the bucket that starts at `start`. */
export function bucketLabel(timezone: string, granularity: Granularity, start: number): string {
  const { offset } = spanAt(timezone, start);
  const local = start + offset;
  const date = new Date(local * 1000);
  if (granularity === "week") return weekLabel(local);
  const month = `${yearText(date.getUTCFullYear())}-${two(date.getUTCMonth() + 1)}`;
  if (granularity === "month") return month;
  const day = `${month}-${two(date.getUTCDate())}`;
  if (granularity === "day") return day;
  return `${day}T${two(date.getUTCHours())}${isUtc(timezone) ? "Z" : offsetLabel(offset)}`;
}

/** The start of the bucket of this label, or null if the zone has no such bucket. */
export function parseBucketLabel(
  timezone: string,
  granularity: Granularity,
  label: string,
): number | null {
  const period = parsePeriod(timezone, label);
  if (period === null) return null;
  return bucketLabel(timezone, granularity, period.start) === label ? period.start : null;
}

/** The ISO week that holds a local second. */
function weekLabel(local: number): string {
  const thursday = floorDate(local, "week") + 3 * daySec;
  const year = new Date(thursday * 1000).getUTCFullYear();
  const week = 1 + Math.floor((thursday - civil(year, 1, 1)!) / (7 * daySec));
  return `${yearText(year)}-W${two(week)}`;
}

/** Midnight of an ISO week's Monday, or null if the year has no such week. */
function civilWeek(year: number, week: number): number | null {
  // The fourth of January is in the first week.
  const monday = floorDate(civil(year, 1, 4)!, "week") + (week - 1) * 7 * daySec;
  return weekLabel(monday) === `${yearText(year)}-W${two(week)}` ? monday : null;
}

const weekPattern = /^(-?\d{4,6})-W(\d\d)$/;
const periodPattern =
  /^(-?\d{4,6})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)(?:(Z)|([+-])(\d\d)(\d\d)(\d\d)?)?)?)?)?$/;

/**
 * The seconds that a person means by `2011`, `2011-06`, `2011-W25`, `2011-06-20`, `2011-06-20T13` or the label
 * of an hour, in a zone; null if it is none of them. For `--from` take `start`, for `--to` (which
 * people mean to include) take `end`. A date that the zone skipped is empty: start = end.
 */
export function parsePeriod(timezone: string, text: string): Period | null {
  const ofWeek = weekPattern.exec(text);
  if (ofWeek !== null) {
    const monday = civilWeek(Number(ofWeek[1]), Number(ofWeek[2]));
    if (monday === null) return null;
    const end = firstSecond(timezone, addDate(monday, "week", 1));
    return { start: firstSecond(timezone, monday), end };
  }
  const match = periodPattern.exec(text);
  if (match === null) return null;
  const [, year, month = "01", day = "01", hour, zulu, sign, hours, minutes, seconds] = match;
  const local = civil(Number(year), Number(month), Number(day));
  if (local === null || Number(hour ?? 0) > 23) return null;
  if (hour === undefined) {
    const unit = match[3] !== undefined ? "day" : match[2] !== undefined ? "month" : "year";
    const start = firstSecond(timezone, local);
    return { start, end: firstSecond(timezone, addDate(local, unit, 1)) };
  }
  const localHour = local + Number(hour) * hourSec;
  if (zulu === undefined && sign === undefined) {
    return {
      start: localToUtc(timezone, localHour),
      end: localToUtc(timezone, localHour + hourSec),
    };
  }
  const east =
    zulu === undefined
      ? Number(`${sign!}1`) *
        (Number(hours) * hourSec + Number(minutes) * 60 + Number(seconds ?? "0"))
      : 0;
  return hourAtOffset(timezone, localHour, east);
}

/**
 * The instant at which the zone's clocks show `localSec` (a local time written as if it were UTC).
 * A time that is shown twice is taken as the first; one that is skipped is moved forward by the
 * length of the gap, as clocks that were not put forward would show it (02:30 becomes 03:30). This
 * is the "compatible" rule of ECMAScript's Temporal and of RFC 5545.
 */
export function localToUtc(timezone: string, localSec: number): number {
  const spans = spansAround(timezone, localSec);
  for (const { from, to, offset } of spans) {
    const instant = localSec - offset;
    if (instant >= from && instant < to) return instant;
  }
  const before = spans.findLast(({ from, offset }) => localSec - offset >= from)!;
  return localSec - before.offset;
}

/** First second from which on the zone's clocks never again show a time before local `midnight`. */
function firstSecond(timezone: string, midnight: number): number {
  let last = -Infinity;
  for (const { from, to, offset } of spansAround(timezone, midnight)) {
    if (midnight - offset > from) last = Math.max(last, Math.min(to, midnight - offset));
  }
  return last;
}

/** The part of a clock hour that was lived at this offset. */
function hourAtOffset(timezone: string, localHour: number, offset: number): Period | null {
  const start = localHour - offset;
  for (const span of spansAround(timezone, start)) {
    const part = { start: Math.max(start, span.from), end: Math.min(start + hourSec, span.to) };
    if (span.offset === offset && part.start < part.end) return part;
  }
  return null;
}

/** Midnight of a date as seconds, or null if the calendar has no such date. */
function civil(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const valid = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return valid ? date.getTime() / 1000 : null;
}

function floorDate(local: number, granularity: "day" | "week" | "month"): number {
  const days = Math.floor(local / daySec);
  const midnight = days * daySec;
  if (granularity === "day") return midnight;
  // 1970-01-01 was a Thursday.
  if (granularity === "week") return midnight - ((((days + 3) % 7) + 7) % 7) * daySec;
  return midnight - (new Date(midnight * 1000).getUTCDate() - 1) * daySec;
}

type DateUnit = "day" | "week" | "month" | "year";

function addDate(midnight: number, unit: DateUnit, count: number): number {
  if (unit === "day") return midnight + count * daySec;
  if (unit === "week") return midnight + count * 7 * daySec;
  const date = new Date(midnight * 1000);
  if (unit === "month") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime() / 1000;
}

function offsetLabel(offset: number): string {
  const east = Math.abs(offset);
  const seconds = east % 60 === 0 ? "" : two(east % 60);
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(east / hourSec))}${two(Math.floor(east / 60) % 60)}${seconds}`;
}

function yearText(year: number): string {
  return `${year < 0 ? "-" : ""}${String(Math.abs(year)).padStart(4, "0")}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
