// What the clocks of a time zone show, exact to the second, from the zone tables that ship with
// Node (Intl). A zone is seen as spans of time during which its offset from UTC does not change;
// everything else (local midnights, gaps, folds) follows from those spans by arithmetic.
//
// Spans are found a mean Gregorian year at a time: the offset is sampled once a day, and where two
// samples differ the second of the change is found by bisection. One year costs about a
// millisecond and is kept. 400 Gregorian years have a whole number of days and of weeks, so that the
// rules of the far future repeat, and years beyond `lastYear` are looked up 400 years earlier:
// a log full of absurd dates cannot make the cache grow without bound.
//
// UTC and the zones of one offset (`Etc/GMT+7`) need no table: Intl takes every process 17 ms to
// begin, which a start has to pay before the first line.

const daySec = 86_400;
/** A mean Gregorian year; 400 of them are exactly the 146,097 days after which weekdays repeat. */
const yearSec = 31_556_952;
/** Before this year (counted from 1970) every zone keeps the local mean time of its place. */
const firstYear = -170;
/** From here on zones follow their last known rule for ever. */
const lastYear = 530;
/** No zone is further than this from UTC, nor jumps further. */
const farthestSec = 2 * daySec;

/** A span `[from, to)` of seconds since the Unix epoch during which local = UTC + offset. */
export interface OffsetSpan {
  readonly from: number;
  readonly to: number;
  /** Seconds east of UTC. */
  readonly offset: number;
}

interface OffsetChange {
  /** First second that has the new offset. */
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

interface Zone {
  readonly isUtc: boolean;
  /** The offset never changes. */
  readonly isFixed: boolean;
  /** Seconds east of UTC at a second since the epoch. */
  readonly askOffset: (epochSec: number) => number;
  readonly years: Map<number, readonly OffsetChange[]>;
  readonly startOffsets: Map<number, number>;
}

const zones = new Map<string, Zone>();

/** The names of three letters that the IANA database has. */
const shortNames = /^(UTC|GMT|UCT|EST|MST|HST|CET|MET|EET|WET|PRC|ROC|ROK)$/i;

/**
 * Whether Intl knows the zone, as an IANA name such as `Europe/Berlin` or `UTC`. It knows abbreviations
 * beside these, such as `PST` or `IST`, which mean different zones to different people.
 */
export function isTimezone(name: string): boolean {
  if (name.length === 3 && !shortNames.test(name)) return false;
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether the zone is UTC under any of its names. */
export function isUtc(timezone: string): boolean {
  return zoneOf(timezone).isUtc;
}

/** Seconds east of UTC at a second since the epoch. Throws RangeError on an unknown zone. */
export function offsetAt(timezone: string, epochSec: number): number {
  return spanAt(timezone, epochSec).offset;
}

/** The span of one offset around a second, looking two days to either side. */
export function spanAt(timezone: string, epochSec: number): OffsetSpan {
  const spans = spansAround(timezone, epochSec);
  return spans.find((span) => epochSec < span.to)!;
}

/**
 * The spans that cover every instant whose clocks could show a local time near `sec`: those
 * within two days of it, ascending and without holes.
 */
export function spansAround(timezone: string, sec: number): readonly OffsetSpan[] {
  const zone = zoneOf(timezone);
  const from = sec - farthestSec;
  const to = sec + farthestSec;
  const spans: OffsetSpan[] = [];
  let start = from;
  let year = Math.floor(from / yearSec);
  let offset = startOffset(zone, year);
  for (; year * yearSec < to; year += 1) {
    for (const change of changesOf(zone, year)) {
      if (change.at >= to) break;
      if (change.at > from) {
        spans.push({ from: start, to: change.at, offset });
        start = change.at;
      }
      offset = change.after;
    }
  }
  spans.push({ from: start, to, offset });
  return spans;
}

function zoneOf(timezone: string): Zone {
  let zone = zones.get(timezone);
  if (zone === undefined) {
    const offset = fixedOffset(timezone);
    const rules =
      offset === null
        ? tabulated(timezone)
        : { isUtc: offset === 0, isFixed: true, askOffset: (): number => offset };
    zone = { ...rules, years: new Map(), startOffsets: new Map() };
    zones.set(timezone, zone);
  }
  return zone;
}

const fixedPattern = /^Etc\/GMT(?:\+([1-9]|1[0-2])|-([1-9]|1[0-4]))$/;

/** Seconds east of UTC in a zone whose name says them, or null. The sign is that of POSIX: west. */
function fixedOffset(timezone: string): number | null {
  if (timezone === "UTC" || timezone === "Etc/UTC") return 0;
  const [, west, east] = fixedPattern.exec(timezone) ?? [];
  if (west !== undefined) return -3600 * Number(west);
  return east === undefined ? null : 3600 * Number(east);
}

/** Throws RangeError on an unknown zone. */
function tabulated(timezone: string): Pick<Zone, "isUtc" | "isFixed" | "askOffset"> {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const isUtc = format.resolvedOptions().timeZone === "UTC";
  return { isUtc, isFixed: isUtc, askOffset: (epochSec) => offsetOf(format, epochSec) };
}

/** The year whose rules stand for `year`, within the bounds of the cache. */
function representative(year: number): number {
  if (year < firstYear) return firstYear - 1;
  return year <= lastYear ? year : lastYear - 399 + ((year - lastYear - 1) % 400);
}

function startOffset(zone: Zone, year: number): number {
  const same = representative(year);
  let offset = zone.startOffsets.get(same);
  if (offset === undefined) {
    offset = zone.askOffset(same * yearSec);
    zone.startOffsets.set(same, offset);
  }
  return offset;
}

function changesOf(zone: Zone, year: number): readonly OffsetChange[] {
  if (zone.isFixed || year < firstYear) return [];
  const same = representative(year);
  let changes = zone.years.get(same);
  if (changes === undefined) {
    changes = findChanges(zone, same);
    zone.years.set(same, changes);
  }
  if (same === year || changes.length === 0) return changes;
  const shift = (year - same) * yearSec;
  return changes.map(({ at, before, after }) => ({ at: at + shift, before, after }));
}

function findChanges(zone: Zone, year: number): readonly OffsetChange[] {
  const changes: OffsetChange[] = [];
  const end = (year + 1) * yearSec;
  let from = year * yearSec;
  let before = startOffset(zone, year);
  while (from < end) {
    const to = Math.min(from + daySec, end);
    const after = zone.askOffset(to);
    if (after !== before) changes.push({ at: bisect(zone, from, to, before), before, after });
    from = to;
    before = after;
  }
  return changes;
}

/** First second in `(from, to]` whose offset is not `before`. */
function bisect(zone: Zone, from: number, to: number, before: number): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.askOffset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function offsetOf(format: Intl.DateTimeFormat, epochSec: number): number {
  const [month, day, year, hour, minute, second] = format
    .format(epochSec * 1000)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second) / 1000 - epochSec;
}
