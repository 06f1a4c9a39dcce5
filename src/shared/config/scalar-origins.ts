// Where each character of a YAML text was written in the file. The text that a scalar means differs
// from what is written (quotes, escapes, folded lines, indentation); a fault in the middle of an
// expression is to be reported at the character that the author sees.
//
// The written form is walked beside the meaning. Blanks may differ (folding), so a character that
// is no blank is looked for after the blanks; everything else is one for one. Where that fails for
// some odd form, the place of the last character found is kept: a column that is a little off.

type ScalarType = string;

/** Offsets in `text`, one for each UTF-16 unit of `value`, of the scalar written at `start`. */
export function scalarOrigins(
  text: string,
  start: number,
  type: ScalarType,
  value: string,
): readonly number[] {
  const origins: number[] = [];
  let at = contentStart(text, start, type);
  for (let index = 0; index < value.length; index += 1) {
    const unit = value[index]!;
    const blank = isBlank(unit);
    while (!blank && isFolding(text, at, type)) at += isLineEscape(text, at, type) ? 2 : 1;
    const length = writtenLength(text, at, type);
    origins.push(Math.min(at, text.length));
    // A folded line break means one blank and is written as many: the loop above skips the others.
    if (!blank || length > 1 || isBlank(text[at] ?? "")) at += length;
  }
  return origins;
}

function contentStart(text: string, start: number, type: ScalarType): number {
  if (type === "QUOTE_SINGLE" || type === "QUOTE_DOUBLE") return start + 1;
  if (type !== "BLOCK_LITERAL" && type !== "BLOCK_FOLDED") return start;
  const header = text.indexOf("\n", start);
  return header === -1 ? text.length : header + 1;
}

/** Units that one character of the meaning takes in the file. */
function writtenLength(text: string, at: number, type: ScalarType): number {
  if (type === "QUOTE_SINGLE") return text.startsWith("''", at) ? 2 : 1;
  if (type !== "QUOTE_DOUBLE" || text[at] !== "\\") return 1;
  const digits = { x: 2, u: 4, U: 8 }[text[at + 1] ?? ""];
  return 2 + (digits ?? 0);
}

function isFolding(text: string, at: number, type: ScalarType): boolean {
  return isBlank(text[at] ?? "") || isLineEscape(text, at, type);
}

/** A backslash at the end of a line in double quotes joins the lines. */
function isLineEscape(text: string, at: number, type: ScalarType): boolean {
  return type === "QUOTE_DOUBLE" && text[at] === "\\" && text[at + 1] === "\n";
}

function isBlank(unit: string): boolean {
  return unit === " " || unit === "\t" || unit === "\n" || unit === "\r";
}
