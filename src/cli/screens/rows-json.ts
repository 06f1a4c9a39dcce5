// Rows as a JSON array of objects, one a line. A number is written as a JSON number where every
// reader that uses doubles gets exactly it back, else as a string of its digits. Estimates are
// objects with their bounds; what has no value is null.

import { formatDecimal, formatQuotient } from "../../shared/text/number-format.ts";
import { derivedDecimalsMax } from "../../sink/output/csv-encoder.ts";
import { shownKeys } from "../../sink/query/overflow-key.ts";
import type { Row, Value } from "../../sink/query/row.ts";
import type { QueryResult } from "../../sink/query/query.ts";

/** A double holds every decimal of so many significant digits (DBL_DIG of IEEE 754 binary64). */
const exactDigitsMax = 15;
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Streams the whole document, in pieces of one block of rows. */
export async function* renderJson({ columns, rows }: QueryResult): AsyncIterable<string> {
  const names = [...columns.keys, ...columns.metrics].map(({ name }) => JSON.stringify(name));
  let separator = "[\n";
  for await (const block of rows) {
    let text = "";
    for (const row of block) {
      text += `${separator}${jsonObject(names, row)}`;
      separator = ",\n";
    }
    yield text;
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}

function jsonObject(names: readonly string[], row: Row): string {
  const texts = [
    ...shownKeys(row).map((key) => JSON.stringify(utf8.decode(key))),
    ...row.values.map(jsonValue),
  ];
  return `{${texts.map((text, index) => `${names[index]!}:${text}`).join(",")}}`;
}

function jsonValue(value: Value): string {
  if (value === null) return "null";
  switch (value.type) {
    case "count":
      return jsonNumber(value.count.toString());
    case "decimal":
      return jsonNumber(formatDecimal(value.units, value.scale));
    case "fraction":
      return jsonNumber(formatQuotient(value.numerator, value.denominator, derivedDecimalsMax));
    case "estimate":
      return `{"estimate":${value.estimate},"lo":${value.lo},"hi":${value.hi}}`;
  }
}

function jsonNumber(decimal: string): string {
  const exact =
    decimal.replace(/^-?[0.]*|\./g, "").length <= exactDigitsMax ||
    (!decimal.includes(".") && Number.isSafeInteger(Number(decimal)));
  return exact ? decimal : `"${decimal}"`;
}
