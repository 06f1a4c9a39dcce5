// JSON Lines as a format of files: a row is an object on a line of its own, with its bucket, so that files can
// be concatenated. Values are as `shared/metric/value.ts` writes them; estimates have their bounds.

import { allKeys, type ResultColumns } from "../query/columns.ts";
import { rowJson } from "../query/row-json.ts";
import type { Row } from "../query/row.ts";
import type { FileFormat } from "./file-targets.ts";

const pieceChars = 256 * 1024;

export const jsonlFile: FileFormat = {
  rendering: { type: "jsonl", version: 1 },
  keys: allKeys,
  chunks: jsonLines,
};

/** Rows as objects, one a line. */
export async function* jsonLines(
  columns: ResultColumns,
  rows: AsyncIterable<readonly Row[]>,
): AsyncIterable<Uint8Array> {
  const toJson = rowJson(columns);
  let text = "";
  for await (const block of rows) {
    for (const row of block) text += `${toJson(row)}\n`;
    if (text.length < pieceChars) continue;
    yield Buffer.from(text);
    text = "";
  }
  yield Buffer.from(text);
}
