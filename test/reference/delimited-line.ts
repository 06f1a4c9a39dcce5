// Values between delimiters, slowly and plainly. Texts are "binary" strings: one character a byte.

import type { ColumnsFormat } from "../../src/shared/model/format/columns.ts";
import { w3cFields, w3cNames, type W3cFormat } from "../../src/shared/model/format/w3c.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";

type Fields = ReadonlyMap<string, string | null>;

/** A record of RFC 4180 in one line; null where its quotes are wrong. */
function referenceValues(
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

const isBlank = (line: string): boolean => /^[ \t\r\v\f]*$/.test(line);

/** Reads the lines of a content in order: what one says holds for those behind it. */
export function delimitedReader(
  format: ColumnsFormat | W3cFormat,
  lineBytesMax = Infinity,
): (line: string) => Fields | RejectReason {
  let header: readonly string[] | null = null;
  const isColumns = format.type === "columns";
  const mark = isColumns ? format.comments : "#";
  const noEvent = (line: string): RejectReason =>
    line.length > lineBytesMax ? "line_too_long" : "comment";
  return (line) => {
    const isHeader = isColumns && format.header === true && header === null && !isBlank(line);
    if (isHeader) {
      const values = referenceValues(line, format.delimiter, format.quote) ?? [];
      const names = values.map((name) => name.trim());
      header = format.columns.every((column) => names.includes(column)) ? names : [];
      return noEvent(line);
    }
    if (mark !== undefined && line.startsWith(mark)) {
      if (!isColumns && /^#fields:/i.test(line)) header = w3cNames(line);
      return noEvent(line);
    }
    if (line.length > lineBytesMax) return "line_too_long";
    if (isBlank(line)) return "blank";
    if (isColumns && format.header === undefined) return referenceColumns(format, line);
    if (header === null || header.length === 0) return "no_header";
    return isColumns
      ? referenceColumns({ ...format, columns: header }, line)
      : w3c(format.more, header, line);
  };
}

/** Fields that a line has not, since its header does not name them, are missing. */
function w3c(
  more: readonly string[],
  names: readonly string[],
  line: string,
): Fields | RejectReason {
  const values = w3cValues(line);
  if (values === null) return "bad_csv";
  if (values.length < names.length) return "bad_envelope";
  const fields = fieldsOfValues(names, values.slice(0, names.length), ["-"])!;
  const absent = [...w3cFields, ...more].filter((name) => !names.includes(name));
  return new Map([...absent.map((name) => [name, null] as const), ...fields]);
}

function w3cValues(line: string): readonly string[] | null {
  const values: string[] = [];
  let rest = line.replace(/^ +/, "");
  let separator: string | undefined;
  for (;;) {
    const upTo = separator === undefined ? /^[^ \t]*/ : separator === " " ? /^[^ ]*/ : /^[^\t]*/;
    const match = (rest.startsWith('"') ? /^"((?:[^"]|"")*)"/ : upTo).exec(rest);
    if (match === null) return null;
    values.push(match[1]?.replaceAll('""', '"') ?? match[0]);
    rest = rest.slice(match[0].length);
    if (rest === "") return values;
    separator ??= rest[0]!;
    if (!" \t".includes(separator) || !rest.startsWith(separator)) return null;
    rest = rest.slice(1);
    if (separator === " ") {
      rest = rest.replace(/^ +/, "");
      if (rest === "") return values;
    }
  }
}

export function referenceColumns(format: ColumnsFormat, line: string): Fields | RejectReason {
  const { columns, delimiter, quote, comments, missing } = format;
  if (comments !== undefined && line.startsWith(comments)) return "comment";
  if (isBlank(line)) return "blank";
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
