// Some events of a file as a table: a row a field, a column an event, as many as the terminal has room for.

import { textOfBytes } from "../../shared/text/text-of-bytes.ts";
import { renderTerminalTable } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";

/** Columns of a terminal that an event takes at least. */
const eventWidth = 22;
const widthOfPipes = 120;

export function renderEvents(
  fields: readonly string[],
  events: readonly ReadonlyMap<string, Uint8Array>[],
  style: TerminalStyle,
): string {
  const width = style.width ?? widthOfPipes;
  const fieldsWidth = Math.max(...fields.map((field) => field.length));
  const shown = Math.max(1, Math.floor((width - fieldsWidth) / eventWidth));
  const columns = events.slice(0, shown).map((event, index) => ({ event, title: `${index + 1}` }));
  return renderTerminalTable(
    [
      { title: "field", align: "left", whole: true },
      ...columns.map(({ title }) => ({ title, align: "left" as const })),
    ],
    fields.map((field) => [
      { text: field },
      ...columns.map(({ event }) => ({ text: textOfBytes(event.get(field) ?? new Uint8Array()) })),
    ]),
    { ...style, width },
  );
}
