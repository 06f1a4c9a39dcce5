// Golden files, one line a sample (`name hex`), and the worked examples of the documents that draw
// the same bytes.

import { readFileSync } from "node:fs";

/** What stands behind each name, in the order of the file. */
export function goldenLines(path: string): Map<string, string> {
  return new Map(
    readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line): [string, string] => {
        const space = line.indexOf(" ");
        return [line.slice(0, space), line.slice(space + 1)];
      }),
  );
}

/** The blocks of a document that are fenced as `hex NAME`, as digits without white space. */
export function workedExamples(document: string): { name: string; digits: string }[] {
  return [...document.matchAll(/```hex ([\w/]+)\n([^`]*)```/g)].map(([, name = "", body = ""]) => ({
    name,
    // Digits stand left of the first three spaces, explanations right of them.
    digits: body
      .split("\n")
      .map((line) => line.split(/ {3,}/, 1)[0])
      .join("")
      .replaceAll(/\s/g, ""),
  }));
}
