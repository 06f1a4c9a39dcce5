// What precedes a place in a content and says how its lines are read, found plainly.

import type { Format } from "../../src/shared/model/plan.ts";
import { ReferenceCriParts } from "../reference/cri-line.ts";
import { ReferenceParts } from "../reference/docker-parts.ts";

/**
 * @param lines with their ends, one character a byte
 * @param lineCharsMax of longer records of containers only the beginning is looked at
 */
export function precedingIn(
  format: Format,
  lines: readonly string[],
  lineCharsMax?: number,
): string {
  const texts = lines.map((line, index) =>
    (index === 0 ? line.replace(/^\xef\xbb\xbf/, "") : line).replace(/^\0+/, ""),
  );
  if (format.type === "cri") {
    const parts = new ReferenceCriParts();
    for (const text of texts) parts.take(text.replace(/\r?\n$/, ""));
    return parts.preamble;
  }
  if (format.type === "docker") {
    const parts = new ReferenceParts();
    for (const text of texts) parts.take(text.replace(/\n$/, ""), lineCharsMax);
    return parts.preamble;
  }
  if (format.type === "zeek") {
    const last = ["#separator ", "#empty_field\t", "#unset_field\t", "#fields\t"].map((begin) =>
      texts.findLast((line) => line.startsWith(begin)),
    );
    return last
      .flatMap((line) => (line === undefined ? [] : [line.replace(/\r?\n?$/, "\n")]))
      .join("");
  }
  if (format.type !== "w3c" && format.type !== "columns") return "";
  return format.type === "w3c"
    ? (texts.findLast((line) => /^#fields:/i.test(line)) ?? "")
    : (texts.find((line) => /[^ \t\r\n\v\f]/.test(line)) ?? "");
}
