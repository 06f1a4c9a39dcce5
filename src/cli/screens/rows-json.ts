// Rows as a JSON array of objects, one a line, with values as `shared/metric/value.ts` writes them.

import { rowJson } from "../../sink/query/row-json.ts";
import type { Answer } from "../../sink/query/row.ts";

/** Streams the whole document, in pieces of one block of rows. */
export async function* renderJson({ columns, rows }: Answer): AsyncIterable<string> {
  const toJson = rowJson(columns);
  let separator = "[\n";
  for await (const block of rows) {
    let text = "";
    for (const row of block) {
      text += `${separator}${toJson(row)}`;
      separator = ",\n";
    }
    yield text;
  }
  yield separator === "[\n" ? "[]\n" : "\n]\n";
}
