// Rows as a table of Markdown, for issues and chats, with the texts that the terminal's table has.

import type { ResultColumns } from "../../sink/query/columns.ts";
import type { Row } from "../../sink/query/row.ts";
import { visibleText } from "../../shared/text/terminal-table.ts";
import { tableOfRows } from "./rows-table.ts";

/** Every line ends with `\n`. */
export function renderMarkdown(columns: ResultColumns, rows: readonly Row[]): string {
  const { titles, cells } = tableOfRows(columns, rows);
  const lines = [
    titles.map(({ title }) => escaped(title)),
    titles.map(({ align }) => (align === "right" ? "---:" : "---")),
    ...cells.map((row) => row.map(({ text, note = "" }) => escaped(text + note))),
  ];
  return lines.map((line) => `| ${line.join(" | ")} |\n`).join("");
}

/** Text that shows as it is. */
function escaped(text: string): string {
  return visibleText(text).replace(/[\\`*_[\]<>|~&]/g, "\\$&");
}
