// A rejected line for people: what is wrong, where, the line with the value at fault marked, and what to
// do. A line is cut around the mark to what the terminal holds, and control characters are made visible.

import type { RejectExample } from "../../shared/model/sheet.ts";
import { displayWidth, paint, visibleText } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";

const indent = "  ";

/** @param style of the terminal; without a width nothing is cut. */
export function renderReject(example: RejectExample, style: TerminalStyle): string {
  const { source, summary, reason, field, path, offset, problem, fix } = example;
  const what = field === "" ? reason : `${reason} in ${field}`;
  const who = summary === null ? `source ${source}` : `summary ${summary}`;
  const head = `${what}, ${who}: ${visibleText(path)}, byte ${offset}`;
  const words = [problem, fix].filter((text) => text !== undefined).map(visibleText);
  return [
    paint(head, "bold", style),
    ...markedLine(example, style.width),
    ...words.map((text) => indent + text),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** The line, and below it a mark under the value at fault where its place is known. */
function markedLine({ line, mark }: RejectExample, width: number | null): string[] {
  const shown = visibleText(line);
  const room = width === null ? shown.length : Math.max(8, width - indent.length);
  const value = mark ?? { from: 0, length: 0 };
  // The value stays in sight, with as much of the line before it as there is room for.
  const end = Math.min(shown.length, Math.max(room, value.from + value.length + 1));
  const from = Math.max(0, Math.min(end - room, value.from));
  const before = from > 0 ? "…" : "";
  const text = cutTo(before + shown.slice(from + before.length, end), room, end < shown.length);
  if (mark === undefined) return [indent + text];
  const start = displayWidth(before + shown.slice(from + before.length, value.from));
  const marked = displayWidth(shown.slice(value.from, value.from + value.length));
  const length = Math.max(1, Math.min(marked, room - start));
  return [indent + text, `${indent}${" ".repeat(start)}${"^".repeat(length)}`];
}

/** Wide characters take two cells: what does not fit goes at the end. */
function cutTo(text: string, room: number, isCut: boolean): string {
  if (!isCut && displayWidth(text) <= room) return text;
  let kept = text;
  while (displayWidth(kept) > room - 1) kept = kept.slice(0, -1);
  return `${kept}…`;
}
