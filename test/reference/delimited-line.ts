// Values between delimiters, slowly and plainly. Texts are "binary" strings: one character a byte.

import type { ColumnsFormat } from "../../src/shared/model/format/columns.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";

type Fields = ReadonlyMap<string, string | null>;

/** A record of RFC 4180 in one line; null where its quotes are wrong. */
export function referenceValues(
  line: string,
  delimiter: string,
  quote: ColumnsFormat["quote"],
): readonly string[] | null {
  if (quote === "none") return line.split(delimiter);
  const values: string[] = [];
  let at = 0;
  for (;;) {
    let value = "";
    if (line[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= line.length) return null;
        if (line[at] === '"') {
          at += 1;
          if (line[at] !== '"') break;
        }
        value += line[at]!;
      }
      if (at < line.length && line[at] !== delimiter) return null;
    } else {
      const found = line.indexOf(delimiter, at);
      const end = found < 0 ? line.length : found;
      value = line.slice(at, end);
      if (value.includes('"')) return null;
      at = end;
    }
    values.push(value);
    if (at >= line.length) return values;
    at += 1;
  }
}

export function referenceColumns(format: ColumnsFormat, line: string): Fields | RejectReason {
  const { columns, delimiter, quote, comments, missing } = format;
  if (comments !== undefined && line.startsWith(comments)) return "comment";
  if (/^[ \t\r\v\f]*$/.test(line)) return "blank";
  const values = referenceValues(line, delimiter, quote);
  if (values === null) return "bad_csv";
  return fieldsOfValues(columns, values, missing) ?? "bad_envelope";
}

/** Null where there are not as many values as names. */
function fieldsOfValues(
  names: readonly string[],
  values: readonly string[],
  missing: readonly string[],
): Fields | null {
  if (values.length !== names.length) return null;
  const marks = missing.map((mark) => Buffer.from(mark).toString("latin1"));
  const fields = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = values[index]!;
    if (name !== "" && name !== "_" && !fields.has(name)) {
      fields.set(name, marks.includes(value) ? "" : value);
    }
  }
  return fields;
}
