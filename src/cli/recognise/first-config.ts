// The configuration that `logmill init` writes: the files, their format, and what an operator asks first; as a
// person would have written it, with a word on what to change.

import { Document, isPair, isScalar, visit } from "yaml";
import { asWritten } from "./as-written.ts";
import { summariesOf, type Questions } from "./questions.ts";
import type { Candidate } from "./candidate.ts";

/**
 * The text of a `logmill.yaml`.
 * @param files as they are to be found from the configuration's folder
 */
export function firstConfig(
  files: readonly string[],
  { name, options }: Candidate,
  questions: Questions,
): string {
  const source = questions.counted === "requests" ? "web" : "events";
  const summaries = summariesOf(questions, [source]);
  const parts = [
    "# Made by `logmill init`. Run it with `logmill run`; docs/configuration.md has all options.",
    yaml({ data_dir: "./data" }),
    "# Whose midnight closes a day, such as Europe/Paris.",
    yaml({ timezone: "UTC" }),
    "sources:",
    indented(`${source}:`, 1),
    indented("type: file", 2),
    indented("# Globs find files that come later, and rotated ones: access.log*", 2),
    indented(yaml({ include: asWritten(files) }), 2),
    indented(`# Recognised as ${name} from the first lines.`, 2),
    indented(yaml({ format: asWritten(options) }), 2),
    "# Counts and sums are exact; a distinct count is an estimate, shown with its interval.",
    yaml({ summaries }),
    yaml({
      outputs: {
        files: {
          type: "csv",
          summaries: Object.keys(summaries),
          path: "out/{summary}/{bucket}.csv",
        },
      },
    }),
  ];
  return `${parts.join("\n")}\n`;
}

/** Members on one line are no longer. */
const flowCharactersMax = 90;

/** Lists and mappings of plain values stand on one line where there is room, as people write them. */
function yaml(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Collection(_, node) {
      if (node === document.contents || node.items.length === 0) return;
      const members: unknown[] = node.items.map((item) => (isPair(item) ? item.value : item));
      const characters = JSON.stringify(node.toJSON()).length;
      node.flow = members.every(isScalar) && characters <= flowCharactersMax;
    },
  });
  return document.toString({ lineWidth: 0 }).trimEnd();
}

function indented(text: string, depth: number): string {
  return text.replaceAll(/^(?=.)/gm, "  ".repeat(depth));
}
