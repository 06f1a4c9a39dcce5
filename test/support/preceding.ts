// What precedes a place in a content and says how its lines are read, found plainly.

import type { Format } from "../../src/shared/model/plan.ts";

/** @param lines with their ends, one character a byte */
export function precedingIn(format: Format, lines: readonly string[]): string {
  const texts = lines.map((line, index) =>
    (index === 0 ? line.replace(/^\xef\xbb\xbf/, "") : line).replace(/^\0+/, ""),
  );
  if (format.type !== "w3c" && format.type !== "columns") return "";
  return format.type === "w3c"
    ? (texts.findLast((line) => /^#fields:/i.test(line)) ?? "")
    : (texts.find((line) => /[^ \t\r\n\v\f]/.test(line)) ?? "");
}
