// Options of lines that a `log-format` of goaccess describes.

import { readGoaccess } from "../../format/goaccess.ts";
import { options } from "../mappings.ts";
import { text } from "../option-types.ts";
import { fieldTypes } from "./field-types.ts";
import { patternOf } from "./pattern-of.ts";

export const goaccessFormat = options({
  goaccess: text.describe("The `log-format` of goaccess as it stands."),
  date_format: text.exactOptional().describe("goaccess's `date-format`, for `%d`."),
  time_format: text.exactOptional().describe("goaccess's `time-format`, for `%t`."),
  datetime_format: text.exactOptional().describe("goaccess's `datetime-format`, for `%x`."),
  ...fieldTypes,
})
  .describe(
    "Lines that a `log-format` of goaccess describes. `%h` is the field `ip`, `%r` `method`, `url` and `protocol`, `%s` `status`, `%b` `bytes`, `%R` `referrer`, `%u` `user_agent`, `%e` `user`, `%v` `vhost`, `%T` `duration_s`, `%L` `duration_ms`, `%D` `duration_us`.",
  )
  .transform(({ goaccess, dateFormat, timeFormat, datetimeFormat, ...others }, context) => {
    const times = { date: dateFormat, time: timeFormat, datetime: datetimeFormat };
    const line = readGoaccess(goaccess, times);
    return patternOf("goaccess", { ...line, escape: "backslash" }, others, context);
  });
