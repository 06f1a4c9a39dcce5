// Fields of some lines as a table, a column a field; the fields that no line has are named below it.

import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import { displayWidth, renderTerminalTable } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import { renderEvents } from "./sample-events.ts";

/** Cells that a column takes at least, with the gap behind it. */
const columnWidthMin = 10;

export function renderFields(
  events: readonly ReadonlyMap<string, Uint8Array>[],
  style: TerminalStyle,
): string {
  const names = [...new Set(events.flatMap((event) => [...event.keys()]))];
  const textOf = (event: ReadonlyMap<string, Uint8Array>, name: string): string =>
    textOfBytes(event.get(name) ?? new Uint8Array());
  const used = names.filter((name) => events.some((event) => textOf(event, name) !== ""));
  const empty = names.filter((name) => !used.includes(name));
  const columns = used.map((title) => ({ title, align: "left" as const }));
  const rows = events.map((event) => used.map((name) => ({ text: textOf(event, name) })));
  const least = used.reduce(
    (sum, name) => sum + Math.max(columnWidthMin, displayWidth(name) + 2),
    0,
  );
  const isTooWide = style.width !== null && least > style.width;
  // A terminal that has no room for all columns has some for rows.
  const table = isTooWide
    ? renderEvents(used, events, style)
    : renderTerminalTable(columns, rows, style);
  return empty.length === 0 ? table : `${table}empty in all of them: ${empty.join(", ")}\n`;
}
