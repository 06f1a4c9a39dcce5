// What an output to Redis says about summaries: dimensions that its templates name, and metrics that are its values;
// and that no two rows can get one key.

import {
  isDimension,
  parseTemplate,
  placeholdersOf,
  type Template,
} from "../model/key-template.ts";
import { parseRedisUrl, redisUrlProblem } from "../model/redis-url.ts";
import { suggest } from "../text/nearest-word.ts";
import { nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { keysAt, textAt, textsAt } from "./located-values.ts";

const layouts = ["zset", "hash", "string"] as const;

/** What two outputs may have in common by mistake. */
export interface WrittenKeys {
  /** Option that says it. */
  readonly path: Path;
  readonly servers: readonly string[];
  /** Templates with `{summary}` put in. */
  readonly templates: readonly Template[];
}

/** @param summaries that the output writes, as far as they exist. */
export function checkRedisOutput(
  root: LocatedNode,
  output: string,
  summaries: readonly string[],
  faults: FaultCollector,
): WrittenKeys | null {
  const path = ["outputs", output];
  const found = layouts.filter((layout) => nodeAt(root, [...path, layout]) !== null);
  const [layout] = found;
  if (layout === undefined) {
    faults.key(path, "does not say what it writes", "add zset, hash or string");
    return null;
  }
  if (found.length > 1) {
    const problem = `writes ${found.join(" and ")}`;
    faults.key(path, problem, "make an output of each");
    return null;
  }
  const at = [...path, layout];
  checkTemplate(root, [...at, "key"], ["summary", "bucket"], summaries, faults);
  checkKey(root, [...at, "key"], summaries, faults);
  checkMetric(root, [...at, layout === "zset" ? "score" : "value"], summaries, faults);
  if (layout === "zset") checkMember(root, [...at, "member"], summaries, faults);
  checkExploded(root, at, summaries, faults);
  const endpoints = textsAt(root, [...path, "endpoints"]);
  const servers = placesOf(endpoints, faults);
  const key = textAt(root, [...at, "key"]);
  if (key === null) return null;
  return {
    path: [...at, "key"],
    servers,
    templates: summaries.map((summary) => parseTemplate(key.replaceAll("{summary}", summary))),
  };
}

/** Servers by their places; one that is there twice would be given the keys of two. */
function placesOf(
  endpoints: readonly { readonly text: string; readonly path: Path }[],
  faults: FaultCollector,
): readonly string[] {
  const places: string[] = [];
  for (const { text, path } of endpoints) {
    if (redisUrlProblem(text) !== null) continue;
    const { place } = parseRedisUrl(text);
    if (places.includes(place)) faults.value(path, `${place} is there twice`, "remove one of them");
    places.push(place);
  }
  return places;
}

function checkTemplate(
  root: LocatedNode,
  path: Path,
  own: readonly string[],
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  const text = textAt(root, path);
  if (text === null) return;
  const template = parseTemplate(text);
  for (const { index, problem, fix } of template.faults) faults.inText(path, index, problem, fix);
  for (const name of placeholdersOf(template)) {
    if (own.includes(name)) continue;
    const index = text.indexOf(`{${name}}`);
    if (!isDimension(name)) {
      faults.inText(path, index, `{${name}} is the same for all members`, "leave it out");
      continue;
    }
    for (const summary of summaries) {
      const dimensions = textsAt(root, ["summaries", summary, "dimensions"]);
      const known = dimensions.map((dimension) => dimension.text);
      if (known.includes(name)) continue;
      const problem = `summary ${summary} has no dimension ${name}`;
      faults.inText(path, index, problem, suggest(name, [...own, ...known]));
      break;
    }
  }
}

function checkKey(
  root: LocatedNode,
  path: Path,
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  const text = textAt(root, path);
  if (text === null) return;
  if (text.startsWith("logmill:")) {
    faults.value(path, "logmill keeps its own notes under such keys", "begin with another word");
  }
  if (!text.includes("{bucket}")) {
    faults.value(path, "all buckets would have the same keys", "put {bucket} into it");
  }
  if (summaries.length > 1 && !text.includes("{summary}")) {
    faults.value(path, "all summaries would have the same keys", "put {summary} into it");
  }
}

function checkMember(
  root: LocatedNode,
  path: Path,
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  checkTemplate(root, path, [], summaries, faults);
  const text = textAt(root, path);
  if (text === null || placeholdersOf(parseTemplate(text)).some(isDimension)) return;
  faults.value(path, "all rows would be the same member", "put a dimension into it, as {country}");
}

function checkMetric(
  root: LocatedNode,
  path: Path,
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  const metric = textAt(root, path);
  if (metric === null) return;
  for (const summary of summaries) {
    const known = keysAt(root, ["summaries", summary, "metrics"]);
    if (known.includes(metric)) continue;
    faults.value(path, `summary ${summary} has no metric ${metric}`, suggest(metric, known));
    break;
  }
}

/** A line counts in several rows of an exploded dimension, so that their sum is not the lines. */
function checkExploded(
  root: LocatedNode,
  path: Path,
  summaries: readonly string[],
  faults: FaultCollector,
): void {
  const named = ["key", "member"].flatMap((option) =>
    placeholdersOf(parseTemplate(textAt(root, [...path, option]) ?? "")),
  );
  for (const summary of summaries) {
    const explode = ["summaries", summary, "explode"];
    const field = textAt(root, explode) ?? textAt(root, [...explode, "field"]);
    if (field === null || named.includes(field)) continue;
    const problem = `summary ${summary} has several values of ${field} a line, whose rows do not add up`;
    faults.value([...path, "key"], problem, `put {${field}} into it`);
  }
}
