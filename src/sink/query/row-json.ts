// One row as a JSON object: its keys as text, its metrics as `shared/metric/value.ts` writes them.

import { jsonText } from "../../shared/metric/value.ts";
import type { ResultColumns } from "./columns.ts";
import { shownKeys } from "./overflow-key.ts";
import type { Row } from "./row.ts";

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Writes rows of these columns. */
export function rowJson({ keys, metrics }: ResultColumns): (row: Row) => string {
  const names = [...keys, ...metrics].map(({ name }) => JSON.stringify(name));
  return (row) => {
    const texts = [
      ...shownKeys(row).map((key) => JSON.stringify(utf8.decode(key))),
      ...row.values.map(jsonText),
    ];
    return `{${texts.map((text, index) => `${names[index]!}:${text}`).join(",")}}`;
  };
}
