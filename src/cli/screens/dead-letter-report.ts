// Dead letters for people and programs. Pure: letters in, text out. Their bytes can be anything, and
// are shown so that no terminal takes them for commands.

import { formatBytes } from "../../shared/text/number-format.ts";
import { renderTerminalTable, visibleText } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import type { DeadLetter } from "../../ventilator/dead-letter/record.ts";
import type { Fate } from "./dead-letter-fate.ts";

export interface NumberedDeadLetter {
  /** From 1, in the order in which they were dead-lettered. */
  readonly number: number;
  readonly letter: DeadLetter;
  readonly fate: Fate;
}

export function renderDeadLetters(
  folder: string,
  letters: readonly NumberedDeadLetter[],
  style: TerminalStyle,
): string {
  if (letters.length === 0) return `no line was dead-lettered in ${visibleText(folder)}\n`;
  const columns = [
    { title: "n", align: "right" },
    { title: "source", align: "left" },
    { title: "file", align: "left" },
    { title: "offset", align: "right" },
    { title: "bytes", align: "right" },
    { title: "reason", align: "left" },
    { title: "state", align: "left" },
  ] as const;
  const rows = letters.map(({ number, letter, fate }) =>
    [
      `${number}`,
      letter.source,
      letter.path,
      `${letter.offset}`,
      `${letter.length}`,
      letter.reason,
      fate,
    ].map((text) => ({ text: visibleText(text) })),
  );
  return renderTerminalTable(columns, rows, style);
}

/** All there is to know about one. */
export function renderDeadLetter({ number, letter, fate }: NumberedDeadLetter): string {
  const { time, source, content, offset, length, path, reason, detail, failures, plan } = letter;
  const facts: readonly (readonly [string, string])[] = [
    ["letter", `${number}, ${fate}`],
    ["time", time],
    ["source", `${source} (content ${content})`],
    ["file", path],
    ["place", `byte ${offset}, ${formatBytes(length)}`],
    ["reason", `${reason} after ${failures} failures: ${detail}`],
    ["plan", plan],
  ];
  const text = facts.map(([name, value]) => `${name.padEnd(8)}${visibleText(value)}\n`).join("");
  const cut = letter.bytes.length < length ? "the line's beginning; the rest was not kept" : "";
  return `${text}\n${escaped(letter.bytes)}\n${cut === "" ? "" : `(${cut})\n`}`;
}

export function deadLetterJson({
  number,
  letter,
  fate,
}: NumberedDeadLetter): Record<string, unknown> {
  const { bytes, ...facts } = letter;
  return { number, state: fate, ...facts, bytes: Buffer.from(bytes).toString("base64") };
}

/** Printable ASCII as it is, everything else as `\xNN`. */
function escaped(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0x5c) text += "\\\\";
    else if (byte >= 0x20 && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return text;
}
