// What outputs say about summaries and about each other: summaries that must exist, and paths or keys
// that must never be the same for two tables.

import { resolve } from "node:path";
import { canOverlap } from "../model/template-overlap.ts";
import { storedKindNamed } from "../metric/kinds.ts";
import { suggest } from "../text/nearest-word.ts";
import { nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";
import { placeOf } from "./file-place.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { keysAt, textAt, textsAt } from "./located-values.ts";
import { checkRedisOutput, type WrittenKeys } from "./redis-references.ts";

const placeholders = ["summary", "bucket"];

/** @param folder of the configuration file, in which relative paths begin. */
export function checkOutputs(root: LocatedNode, folder: string, faults: FaultCollector): void {
  /** Which output writes which summary to which place, and how it writes its path. */
  const writers = new Map<string, { readonly output: string; readonly path: string }>();
  const keys: Writer[] = [];
  for (const output of keysAt(root, ["outputs"])) {
    const summaries = checkSummaryNames(root, output, faults);
    if (textAt(root, ["outputs", output, "type"]) === "redis") {
      checkBounds(root, ["outputs", output, "hash", "bounds"], summaries, faults);
      checkKeys(output, checkRedisOutput(root, output, summaries, faults), keys, faults);
      continue;
    }
    checkPath(root, output, summaries, faults);
    checkBounds(root, ["outputs", output, "bounds"], summaries, faults);
    const template = textAt(root, ["outputs", output, "path"]);
    if (template === null) continue;
    for (const summary of summaries) {
      const path = resolve(folder, template.replaceAll("{summary}", summary));
      const place = placeOf(path);
      const other = writers.get(place);
      if (other === undefined) {
        writers.set(place, { output, path });
        continue;
      }
      if (other.output === output) continue;
      const how = other.path === path ? "" : `: ${other.path} is one place with ${path}`;
      const problem = `output ${other.output} writes the same files${how}`;
      faults.value(["outputs", output, "path"], problem, "give them different paths");
      break;
    }
  }
}

interface Writer extends WrittenKeys {
  readonly output: string;
}

/** @param writers the outputs before. */
function checkKeys(
  output: string,
  written: WrittenKeys | null,
  writers: Writer[],
  faults: FaultCollector,
): void {
  if (written === null) return;
  const other = writers.find((writer) => mayShareKeys(writer, written));
  if (other !== undefined) {
    const problem = `output ${other.output} may write the same keys`;
    faults.value(written.path, problem, "begin them with different words");
  }
  writers.push({ output, ...written });
}

function mayShareKeys(one: WrittenKeys, other: WrittenKeys): boolean {
  return (
    one.servers.some((server) => other.servers.includes(server)) &&
    one.templates.some((mine) => other.templates.some((theirs) => canOverlap(mine, theirs)))
  );
}

/** The summaries that an output writes, as far as they exist; all if it names none. */
function checkSummaryNames(
  root: LocatedNode,
  output: string,
  faults: FaultCollector,
): readonly string[] {
  const known = keysAt(root, ["summaries"]);
  const path = ["outputs", output, "summaries"];
  if (nodeAt(root, path) === null) return known;
  const seen = new Set<string>();
  for (const { text, path: at } of textsAt(root, path)) {
    if (!known.includes(text)) {
      faults.value(at, `there is no summary ${text}`, suggest(text, known));
    } else if (seen.has(text)) {
      faults.value(at, `the summary ${text} is there twice`, "remove one of them");
    }
    seen.add(text);
  }
  return known.filter((summary) => seen.has(summary));
}

function checkPath(
  root: LocatedNode,
  output: string,
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  const path = ["outputs", output, "path"];
  const template = textAt(root, path);
  if (template === null) return;
  for (const match of template.matchAll(/(?<!\$)\{([^{}]*)\}/g)) {
    const name = match[1]!;
    if (placeholders.includes(name)) continue;
    faults.inText(path, match.index, `{${name}} stands for nothing`, suggest(name, placeholders));
  }
  if (!template.includes("{bucket}")) {
    const problem = "all buckets would have the same file";
    faults.value(path, problem, `put {bucket} into it: out/{summary}/{bucket}.csv`);
  }
  if (summaries.length > 1 && !template.includes("{summary}")) {
    faults.value(path, "all summaries would have the same files", "put {summary} into it");
  }
}

/** With bounds, an estimate `users` has the columns `users_lo` and `users_hi` beside it. */
function checkBounds(
  root: LocatedNode,
  option: Path,
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  const bounds = nodeAt(root, option);
  if (bounds?.kind !== "scalar" || bounds.value !== true) return;
  for (const summary of summaries) {
    const path = ["summaries", summary];
    const metrics = keysAt(root, [...path, "metrics"]);
    const dimensions = textsAt(root, [...path, "dimensions"]).map(({ text }) => text);
    for (const metric of metrics) {
      const type = textAt(root, [...path, "metrics", metric, "type"]) ?? "";
      if (storedKindNamed(type)?.isEstimate !== true) continue;
      for (const column of [`${metric}_lo`, `${metric}_hi`]) {
        if (!metrics.includes(column) && !dimensions.includes(column)) continue;
        const problem = `summary ${summary} has a column ${column} already`;
        faults.value(option, problem, "rename it, or leave bounds out");
      }
    }
  }
}
