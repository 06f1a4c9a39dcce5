// The option `timestamp` of formats: how the time of a line is written.

import type * as z from "zod";
import {
  timeFormOf,
  timeForms,
  yearFirst,
  yearLast,
  type TimeReading,
} from "../../model/format/time-form.ts";
import { nearest } from "../../text/nearest-word.ts";
import { filledList, options } from "../mappings.ts";
import { integer, name, text } from "../option-types.ts";

/** A date and a time of day. */
const fieldsMax = 2;

/** @param formDefault the form where none is given */
export function timeReadingAs(formDefault: "auto" | "syslog") {
  return options({
    form: text
      .default(formDefault)
      .describe(
        "How the time is written: `auto` (ISO 8601, or as Apache's access logs have it); `epoch_s`, `epoch_ms`, `epoch_us`, `epoch_ns`, numbers since 1970, of which seconds may have a fraction; `rfc3164` (`Jun  1 12:00:00`); `syslog`, that or `auto`, which is the default of syslog; or a pattern such as `yyyy/MM/dd HH:mm:ss`, see [formats.md](formats.md#times).",
      ),
    from: filledList(name, fieldsMax)
      .exactOptional()
      .describe(
        "The field that is the time of the line, or two that are it when a blank is put between them, as in `[date, time]`. Without it, it is `timestamp` of the format.",
      ),
    year: integer(yearFirst, yearLast)
      .optional()
      .describe("The year of times that have none; it is never that of the clock on the wall."),
  })
    .superRefine((reading, context) => {
      const form = timeFormOf(reading);
      if (form.kind !== "fault") return;
      const { problem, fix } = form.fault;
      const meant = nearest(reading.form, timeForms);
      const message = `the form ${JSON.stringify(reading.form)} ${problem}`;
      const better = meant === null || meant === reading.form ? fix : `did you mean ${meant}?`;
      context.addIssue({
        code: "custom",
        path: ["form"],
        message: better === "" ? message : `${message}; ${better}`,
      });
    })
    .describe(
      "How the time of a line is written. It is part of what the numbers mean: a change of it is one of the definition.",
    );
}

export const timeReading = timeReadingAs("auto");

timeReading satisfies z.ZodType<TimeReading>;
