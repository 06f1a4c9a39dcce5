// A format as the plan has it, from the options of the file.

import type { Format } from "../model/plan.ts";
import type { FormatOptions } from "./schema.ts";

export function makeFormat(options: FormatOptions): Format {
  if (options.type !== "rsyslog") return { type: options.type };
  const payloads = Object.entries(options.payloads).map(([program, { type, fields }]) => ({
    program,
    type,
    fields,
  }));
  return { type: "rsyslog", payloads };
}
