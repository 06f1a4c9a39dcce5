// What the clock on the wall showed at the time of an event, in the zone of the configuration.

import type { FunctionMember } from "./member.ts";

const hourSec = 3600;
const daySec = 86_400;
const parameters = [{ name: "time", kind: "time" }] as const;

const hourOf = (localSec: number): number => Math.floor((localSec % daySec) / hourSec);

export const hourOfDay: FunctionMember = {
  name: "hour_of_day",
  parameters,
  description:
    "The hour in the configured time zone, from 0 to 23. The argument is a field with a time, as the option `timestamp` of a summary. Empty for what is no time.",
  examples: [
    { call: "hour_of_day(at)", fields: { at: "2011-06-20T07:59:59+02:00" }, gives: "5" },
    { call: "hour_of_day(at)", fields: { at: "-" }, gives: "" },
  ],
  computing: { way: "time", ofHour: (localSec) => String(hourOf(localSec)) },
};

export const dayOfWeek: FunctionMember = {
  name: "day_of_week",
  parameters,
  description:
    "The day of the week in the configured time zone, as ISO 8601 counts: 1 is Monday, 7 is Sunday.",
  examples: [{ call: "day_of_week(at)", fields: { at: "2011-06-19T23:59:59Z" }, gives: "7" }],
  computing: {
    way: "time",
    // 1970 began on a Thursday.
    ofHour: (localSec) => String(1 + ((Math.floor(localSec / daySec) + 3) % 7)),
  },
};

const parts = ["night", "morning", "afternoon", "evening"] as const;

export const dayPart: FunctionMember = {
  name: "day_part",
  parameters,
  description:
    "`night` from 0 to 6 o'clock, `morning` from 6 to 12, `afternoon` from 12 to 18 and `evening` from 18 to 24, in the configured time zone.",
  examples: [{ call: "day_part(at)", fields: { at: "2011-06-20T12:00:00Z" }, gives: "afternoon" }],
  computing: { way: "time", ofHour: (localSec) => parts[Math.floor(hourOf(localSec) / 6)]! },
};
