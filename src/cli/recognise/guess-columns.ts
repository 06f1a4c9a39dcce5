// A format for values between delimiters, whose first line names them.

import { headerNames } from "../../shared/model/format/header-names.ts";
import { meansTime } from "./field-names.ts";
import { timeFormOfValues } from "./time-forms.ts";

const delimiters = ["\t", ",", ";", "|"];
const namesMin = 2;

/** As it is written in a configuration; null where the first line names nothing, or no time. */
export function guessColumns(lines: readonly string[]): Record<string, unknown> | null {
  const [header, ...rows] = lines;
  if (header === undefined || rows.length === 0) return null;
  for (const delimiter of delimiters) {
    const names = headerNames({ delimiter, quote: "double" }, header);
    const columns = names.filter((name) => name !== null && /^[A-Za-z_][\w-]{0,63}$/.test(name));
    // A name that no configuration takes is more likely a value, and the line no header.
    if (columns.length < namesMin || columns.length < names.length) continue;
    const values = rows.map((row) => row.split(delimiter).map(unquoted));
    const time = names.findIndex((name) => name !== null && meansTime(name));
    if (time < 0) continue;
    const times = values.filter(({ length }) => length === names.length).map((row) => row[time]!);
    const form = timeFormOfValues(times);
    if (form === null) continue;
    const from = names[time] === "timestamp" ? {} : { from: [names[time]] };
    const timestamp = { ...(form !== "auto" && { form }), ...from };
    return {
      columns,
      header: true,
      ...(delimiter !== "," && { delimiter }),
      ...(Object.keys(timestamp).length > 0 && { timestamp }),
    };
  }
  return null;
}

function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}
