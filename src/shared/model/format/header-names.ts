// The names in the header of a file of columns, and what is wrong with them.

import type { ColumnsFormat } from "./columns.ts";

/**
 * The name of each column; null for one that nobody can ask for, since it is empty, or was there before. A header
 * whose quotes are wrong names nothing.
 * @param line one character a byte
 */
export function headerNames(
  { delimiter, quote }: Pick<ColumnsFormat, "delimiter" | "quote">,
  line: string,
): readonly (string | null)[] {
  const text = line.replace(/\r?\n$/, "").replace(/\r$/, "");
  const values = quote === "none" ? text.split(delimiter) : quotedValues(text, delimiter);
  return values.map((value, index) => {
    const name = value.trim();
    return name === "" || values.indexOf(value) < index ? null : name;
  });
}

function quotedValues(text: string, delimiter: string): readonly string[] {
  const between = delimiter.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
  const value = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${between}]*))(${between}|$)`, "y");
  const values: string[] = [];
  for (;;) {
    const match = value.exec(text);
    if (match === null) return [];
    values.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === "") return values;
  }
}

/** The columns that the configuration asks for and a header has not. */
export function missingColumns(format: ColumnsFormat, line: string): readonly string[] {
  const names = headerNames(format, line);
  return format.columns.filter((name) => !names.includes(name));
}
