// The values that a field has of which a summary counts each: the elements of an array of JSON, or the pieces of a
// delimited text. Texts have one character a byte.

/** How several values stand in one field. */
export interface Explode {
  /** A dimension of the summary. */
  readonly field: string;
  /** What stands between them; absent: the field is an array of JSON, as it is written. */
  readonly delimiter?: string;
}

/** The different values, in their order; one that is empty where there is none. */
export function listElements(text: string, { delimiter }: Explode): readonly string[] {
  const all =
    delimiter === undefined
      ? jsonElements(text)
      : text.split(Buffer.from(delimiter).toString("latin1"));
  const values = [...new Set(all)].filter((value) => value !== "");
  return values.length === 0 ? [""] : values;
}

/** Elements of an array; what is no array is the one element itself. @param text well-formed JSON, or empty */
function jsonElements(text: string): readonly string[] {
  if (!text.startsWith("[")) return [elementText(text)];
  const elements: string[] = [];
  let from = 1;
  let depth = 0;
  for (let at = 1; at < text.length; at += 1) {
    const byte = text[at];
    if (byte === '"') at = stringEnd(text, at);
    else if (byte === "[" || byte === "{") depth += 1;
    else if ((byte === "," && depth === 0) || at === text.length - 1) {
      elements.push(elementText(text.slice(from, at)));
      from = at + 1;
    } else if (byte === "]" || byte === "}") depth -= 1;
  }
  return elements;
}

/** Where the quote stands that ends the string which begins at `at`. */
function stringEnd(text: string, at: number): number {
  let end = at + 1;
  while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  return end;
}

/** A string without its quotes and escapes; anything else as it is written, but `null`, which is empty. */
function elementText(written: string): string {
  const text = written.replace(/^[ \t\r]+/, "").replace(/[ \t\r]+$/, "");
  if (!text.startsWith('"')) return text === "null" ? "" : text;
  return text.slice(1, -1).replace(escape, (found) => {
    // `\xHH` is no escape of JSON, and stays as it is.
    if (found.startsWith("\\x")) return found;
    return Buffer.from(JSON.parse(`"${found}"`) as string).toString("latin1");
  });
}

/** Two halves of a character beyond 16 bits are one. */
const escape =
  /\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\x..|\\./g;
