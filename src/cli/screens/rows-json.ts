// Rows as a JSON array of objects, one a line, with values as `shared/metric/value.ts` writes them.

import { jsonText } from "../../shared/metric/value.ts";
import { shownKeys } from "../../sink/query/overflow-key.ts";
import type { Row } from "../../sink/query/row.ts";
import type { QueryResult } from "../../sink/query/query.ts";

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
    ...row.values.map(jsonText),
  ];
  return `{${texts.map((text, index) => `${names[index]!}:${text}`).join(",")}}`;
}
