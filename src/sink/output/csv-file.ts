// CSV as a format of files, see `csv-encoder.ts` for its bytes. The bucket is in the name of the file; with
// `bucket: true` it is a column, too, so that files can be concatenated.

import type { CsvOutput } from "../../shared/config/config.ts";
import { allKeys } from "../query/columns.ts";
import { csvChunks, CsvEncoder } from "./csv-encoder.ts";
import type { FileFormat } from "./file-targets.ts";

export function csvFile({ bounds, bucket }: CsvOutput): FileFormat {
  return {
    rendering: { type: "csv", version: 2, bounds },
    keys: (definition) => allKeys(definition).filter(({ kind }) => bucket || kind === "dimension"),
    chunks: (columns, rows) => csvChunks(new CsvEncoder(columns, { bounds }), rows),
  };
}
