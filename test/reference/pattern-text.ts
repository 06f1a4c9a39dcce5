// Regular expressions by JavaScript's own, which knows more than they do and tries again and again. Texts are
// "binary" strings. Characters are those of UTF-8; a byte that is of none becomes half of a surrogate pair, which
// no class but `.` and negated ones takes.

/** The pattern in JavaScript's words: `.` is any character, and white space is that of ASCII. */
export function referencePattern(pattern: string, flags = ""): RegExp {
  const ignoresCase = pattern.startsWith("(?i)");
  const source = (ignoresCase ? pattern.slice(4) : pattern)
    .replaceAll("(?P<", "(?<")
    .replace(/\\[^]|\[\^?|\]/g, (token) => words[token] ?? token);
  return new RegExp(source, `su${ignoresCase ? "i" : ""}${flags}`);
}

const words: Readonly<Record<string, string>> = {
  "\\s": "[\\t-\\r ]",
  "\\S": "[^\\t-\\r ]",
  '\\"': '"',
  "\\'": "'",
  "\\ ": " ",
  "\\-": "\\x2d",
};

export function referenceMatches(value: string, pattern: string): boolean {
  return referencePattern(pattern).test(charactersOf(value));
}

/** The characters of bytes. */
export function charactersOf(value: string): string {
  const bytes = Buffer.from(value, "latin1");
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const length = [1, 2, 3, 4].find((count) => {
      const part = bytes.subarray(at, at + count);
      return part.length === count && Buffer.from(part.toString()).equals(part);
    });
    const part = bytes.subarray(at, at + (length ?? 1));
    text += length === undefined ? String.fromCharCode(0xdc00 + part[0]!) : part.toString();
    at += length ?? 1;
  }
  return text;
}

/** The bytes of characters. */
export function bytesOf(text: string): string {
  return Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    const isByte = character.length === 1 && code >= 0xdc00 && code <= 0xdfff;
    if (isByte) return String.fromCharCode(code - 0xdc00);
    return Buffer.from(character).toString("latin1");
  }).join("");
}
