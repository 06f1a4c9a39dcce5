// How the time of a line is written, where its format says so: numbers since the epoch, patterns, and times
// in two fields. The year of a time that has none is an option, and never that of the wall clock: a line must have
// the same time whenever it is read.

import { parseTimePattern, type PatternFault, type TimeStep } from "./time-pattern.ts";

export interface TimeReading {
  /** One of `timeForms`, or a pattern. */
  readonly form: string;
  /** The field that is the time, or two that are it when joined by a blank; absent: `timestamp` itself. */
  readonly from?: readonly string[];
  /** Of times without a year. */
  readonly year?: number | undefined;
  /** Times without an offset are UTC, and not of the zone of the plan. No option says so, only a format. */
  readonly isUtc?: true;
}

/** Years that a time may be of. */
export const yearFirst = 1970;
export const yearLast = 2261;
/** Seconds from the epoch to the end of the last of them. */
const secondsEnd = 9_214_646_400n;

/** Numbers since the epoch by the name of their form: how many make a second. */
const units: Readonly<Record<string, bigint>> = {
  epoch_s: 1n,
  epoch_ms: 1_000n,
  epoch_us: 1_000_000n,
  epoch_ns: 1_000_000_000n,
};

const patterns: Readonly<Record<string, string>> = {
  rfc3164: "MMM d HH:mm:ss",
  /** And whatever `auto` reads. */
  syslog: "MMM d HH:mm:ss",
};

/** Names of forms, beside patterns. */
export const timeForms: readonly string[] = [
  "auto",
  ...Object.keys(units),
  ...Object.keys(patterns),
];

export type TimeForm =
  | { readonly kind: "auto" }
  | {
      readonly kind: "epoch";
      readonly unit: bigint;
      /** The least number that is a time, so that one of the next larger unit is none; and the first beyond. */
      readonly least: bigint;
      readonly beyond: bigint;
    }
  | {
      readonly kind: "pattern";
      readonly steps: readonly TimeStep[];
      readonly year: number | null;
      /** What is not of the pattern may be as `auto` has it. */
      readonly orAuto: boolean;
    };

/** @returns the form, or what is wrong with it */
export function timeFormOf({
  form,
  year,
}: TimeReading): TimeForm | { readonly kind: "fault"; readonly fault: PatternFault } {
  const unit = Object.hasOwn(units, form) ? units[form] : undefined;
  if (form === "auto" || unit !== undefined) {
    if (year !== undefined) {
      const fault = { problem: `is ${form}, whose times have a year`, fix: "leave `year:` out" };
      return { kind: "fault", fault };
    }
    if (unit === undefined) return { kind: "auto" };
    const least = unit === 1n ? 0n : unit * 100_000_000n;
    return { kind: "epoch", unit, least, beyond: secondsEnd * unit };
  }
  const pattern = Object.hasOwn(patterns, form) ? patterns[form]! : form;
  const orAuto = form === "syslog";
  const parsed = parseTimePattern(pattern, orAuto || year !== undefined);
  if ("fault" in parsed) return { kind: "fault", fault: parsed.fault };
  return { kind: "pattern", steps: parsed.steps, year: year ?? null, orAuto };
}
