// Times written by a pattern, most of which can be: an independent writer, for tests of the reader.

import fc from "fast-check";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const offsets = ["Z", "z", "+00", "-0730", "+05:30", "+2400", "+12:60"];
const zones = [
  "UTC",
  "GMT",
  "UT",
  "Z",
  "EST",
  "EDT",
  "CST",
  "CDT",
  "MST",
  "MDT",
  "PST",
  "PDT",
  "CET",
];

const part = fc.record({
  // Weekdays are right in most years; days of the month run over its end now and then.
  year: fc.oneof(fc.integer({ min: 1969, max: 2262 }), fc.integer({ min: 2000, max: 2030 })),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 28 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 32 }) },
  ),
  hour: fc.oneof({ weight: 9, arbitrary: fc.nat(23) }, { weight: 1, arbitrary: fc.nat(25) }),
  minute: fc.oneof({ weight: 9, arbitrary: fc.nat(59) }, { weight: 1, arbitrary: fc.nat(61) }),
  second: fc.oneof({ weight: 9, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.nat(62) }),
  fraction: fc.nat(999_999_999),
  offset: fc.constantFrom(...offsets),
  zone: fc.constantFrom(...zones),
  weekday: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.nat(6) },
  ),
  blank: fc.boolean(),
  optional: fc.boolean(),
});

type Parts = typeof part extends fc.Arbitrary<infer T> ? T : never;

/** Times of a pattern; the year that a pattern lacks is any. */
export function written(pattern: string): fc.Arbitrary<string> {
  return part.map((parts) => {
    const whole = pattern.replace(/\[([^\]']*)\]/g, (_, inner: string) =>
      parts.optional ? inner : "",
    );
    return whole.replace(
      /'((?:[^']|'')*)'|([A-Za-z])\2*/g,
      (run, quoted: string | undefined) => quoted?.replaceAll("''", "'") ?? writeRun(run, parts),
    );
  });
}

function writeRun(run: string, parts: Parts): string {
  const { year, month, day, hour, minute, second } = parts;
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const number = (value: number): string => {
    if (run.length > 1) return String(value).padStart(2, "0");
    return parts.blank && value < 10 ? ` ${value}` : String(value);
  };
  switch (run[0]) {
    case "y":
      return run.length === 4 ? String(year) : String(year % 100).padStart(2, "0");
    case "M":
      return run.length === 3 ? months[month - 1]! : number(month);
    case "d":
      return number(day);
    case "H":
      return number(hour);
    case "h":
      return number(twelve);
    case "m":
      return number(minute);
    case "s":
      return number(second);
    case "a":
      return hour < 12 ? "AM" : "pm";
    case "E":
      return weekdays[parts.weekday ?? new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!;
    case "z":
      return parts.zone;
    case "f":
    case "S":
      return String(parts.fraction)
        .slice(0, run.length === 1 ? undefined : run.length)
        .padEnd(run.length, "0");
    default:
      return parts.offset;
  }
}
