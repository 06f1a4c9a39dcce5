// nginx's `log_format`: the line alone, or the whole directive with its quoted pieces.

import type { Escape, LineFault, LinePart, ReadLine } from "./line-parts.ts";
import { nginxVariable } from "./nginx-variables.ts";
import { asWritten, quotedPieces, type Unquoted } from "./quoted-pieces.ts";

/** What nginx calls its ways to escape. */
export const nginxEscapes = ["default", "json", "none"] as const;
export type NginxEscape = (typeof nginxEscapes)[number];

/** Without `escape`, nginx writes a quote as `\x22`. */
const escapes: { readonly [Name in NginxEscape]: Escape } = {
  default: "hex",
  json: "backslash",
  none: "none",
};

interface NginxLine extends ReadLine {
  readonly escape: Escape;
}

/** @param option `escape` as the configuration has it beside the line; null where it has none */
export function readNginx(written: string, option: NginxEscape | null): NginxLine {
  const faults: LineFault[] = [];
  const { told, ...line } = lineIn(written, faults);
  if (told !== null && option !== null && told !== option) {
    const problem = `the line says escape=${told}, and the option beside it ${option}`;
    faults.push({ index: 0, problem, fix: "remove one of them" });
  }
  const escape = option ?? told ?? "default";
  if (/^\s*[{[]\s*"/.test(line.text)) {
    const fix = "read it by the keys of the JSON: format: { json: { … } }";
    faults.push({ index: line.origins[0]!, problem: "this line writes JSON", fix });
  }
  return { parts: partsOf(line, escape, faults), faults, escape: escapes[escape] };
}

/** The text of the line, and how its directive says that values are escaped. */
function lineIn(
  written: string,
  faults: LineFault[],
): Unquoted & { readonly told: NginxEscape | null } {
  const directive = /^\s*(?:log_format\s+\S+\s+(?:escape=(\w+))?|(?='))/.exec(written);
  if (directive === null) return { ...asWritten(written), told: null };
  const told = nginxEscapes.find((name) => name === directive[1]) ?? null;
  if (told === null && directive[1] !== undefined) {
    const problem = `escape=${directive[1]} is none of nginx`;
    faults.push({ index: directive[0].length - directive[1].length, problem, fix: escapeFix });
  }
  return { ...quotedPieces(written, directive[0].length, /^\s*;?\s*$/, faults), told };
}

const escapeFix = `there are ${nginxEscapes.join(", ")}`;

function partsOf(
  { text, origins }: Unquoted,
  escape: NginxEscape,
  faults: LineFault[],
): LinePart[] {
  const parts: LinePart[] = [];
  const pattern = /\$(?:(\w+)|\{(\w+)\})|\$|[^$]+/g;
  for (const match of text.matchAll(pattern)) {
    const name = match[1] ?? match[2];
    const index = origins[match.index]!;
    if (name !== undefined) {
      const variable = nginxVariable(name);
      // A variable without a value is `-`, but nothing at all where values are escaped otherwise.
      const missing = escape === "default" ? ["-"] : ["-", ""];
      parts.push({
        kind: "variable",
        written: match[0],
        index,
        variable: { ...variable, missing },
      });
    } else if (match[0] === "$") {
      faults.push({ index, problem: "no name follows the $", fix: "write $name or ${name}" });
    } else {
      parts.push({ kind: "text", text: match[0] });
    }
  }
  return parts;
}
