// The fields that a line of each format has, by name.

import type { Format } from "./plan.ts";

export const envelopeFields = ["timestamp", "host", "program"] as const;

const commonFields = [
  "ip",
  "ident",
  "user",
  "timestamp",
  "method",
  "url",
  "protocol",
  "status",
  "bytes",
] as const;

const combinedFields = [...commonFields, "referrer", "user_agent"] as const;

/** Whether a column of a payload is one that nobody asks for. */
export function isUnnamed(column: string): boolean {
  return column === "" || column === "_";
}

/** Names of all fields, each once, in the order of the line. */
export function fieldsOf(format: Format): readonly string[] {
  if (format.type !== "rsyslog") return format.type === "common" ? commonFields : combinedFields;
  const columns = format.payloads.flatMap(({ fields }) => fields);
  return [...new Set([...envelopeFields, ...columns.filter((column) => !isUnnamed(column))])];
}
