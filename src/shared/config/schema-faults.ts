// Says in plain words what the schema found: what is wrong, what is allowed, what was meant.

import type * as z from "zod";
import { listed, nearest, suggest } from "../text/nearest-word.ts";
import { nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";
import { keysAt } from "./located-values.ts";
import type { FaultCollector } from "./fault-collector.ts";
import { allowedKeys, optionSchema } from "./json-schema.ts";

/** Types that the design has and this version has not. */
const planned = new Set([
  "stdin",
  "syslog",
  "zeromq",
  "quantiles",
  "top",
  "bloom",
  "postgres",
  "parquet",
]);

/** Options of earlier versions, and what to do about them. */
const formerOptions: ReadonlyMap<string, string> = new Map([
  [
    "cluster.batch.timeout",
    "it never had an effect; a batch goes out as soon as it is cut. Delete it",
  ],
]);

export function reportIssue(
  issue: z.core.$ZodIssue,
  root: LocatedNode,
  faults: FaultCollector,
): void {
  const path = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const node = nodeAt(root, path);
  if (node === null) {
    reportMissing(issue, path, root, faults);
    return;
  }
  if (node.kind === "scalar" && node.value === null && issue.code !== "custom") {
    const missing = issue.code === "invalid_union" ? "" : ` ${expectation(issue)}`;
    faults.key(path, "has no value", `it${missing || " must have one"}, or leave it out`);
    return;
  }
  switch (issue.code) {
    case "unrecognized_keys":
      for (const key of issue.keys) {
        const former = formerOptions.get([...path, key].join("."));
        const known = allowedKeys(root, path);
        faults.key([...path, key], "is no option", former ?? suggest(key, known));
      }
      return;
    case "invalid_key": {
      faults.key(path, issue.issues.map(({ message }) => message).join("; "));
      return;
    }
    case "invalid_union": {
      reportUnion(issue, path, node, faults);
      return;
    }
    case "invalid_value": {
      reportValue(issue.values.map(String), path, node, faults);
      return;
    }
    case "custom": {
      const { index, fix, isOfKey } = issue.params ?? {};
      if (typeof index === "number") faults.inText(path, index, issue.message, String(fix));
      else if (isOfKey === true) faults.key(path, issue.message, String(fix));
      else faults.value(path, issue.message);
      return;
    }
    default: {
      faults.value(path, expectation(issue), hint(issue, node));
      return;
    }
  }
}

function reportMissing(
  issue: z.core.$ZodIssue,
  path: Path,
  root: LocatedNode,
  faults: FaultCollector,
): void {
  const key = String(path.at(-1));
  const around = path.slice(0, -1);
  const known = allowedKeys(root, around);
  const { types = [], others = [] } = waysToTell(issue);
  const misspelt = keysAt(root, around).find((name) => {
    const meant = known.includes(name) ? null : nearest(name, known);
    return meant !== null && [key, ...others].includes(meant);
  });
  if (misspelt !== undefined) {
    const meant = nearest(misspelt, known)!;
    faults.key([...around, misspelt], "is no option", `did you mean ${meant}?`);
    return;
  }
  const options = issue.code === "invalid_union" ? unionOptions(issue) : types;
  const instead = others.length > 0 ? `; or ${listed(others, "or")}` : "";
  const fix = options.length > 0 ? `write ${key}: ${listed(options, "or")}${instead}` : "";
  const purpose = optionSchema(root, path)?.description;
  const about = purpose === undefined ? "" : ` (${firstSentence(purpose)})`;
  faults.key(path, `is missing${about}`, fix);
}

/** Where neither a type nor any other key tells what a mapping is: what there is of either. */
function waysToTell(issue: z.core.$ZodIssue): {
  readonly types?: readonly string[];
  readonly others?: readonly string[];
} {
  return issue.code === "custom" ? (issue.params ?? {}) : {};
}

function firstSentence(text: string): string {
  const [first] = text.split(/[.;](?:\s|$)/);
  return first!.charAt(0).toLowerCase() + first!.slice(1).replaceAll("`", "");
}

function reportUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  node: LocatedNode,
  faults: FaultCollector,
): void {
  const options = unionOptions(issue);
  if (options.length === 0) {
    faults.value(path, issue.message);
    return;
  }
  reportValue(options, path, node, faults);
}

function unionOptions(issue: z.core.$ZodIssueInvalidUnion): readonly string[] {
  return "options" in issue ? (issue.options ?? []).map(String) : [];
}

function reportValue(
  options: readonly string[],
  path: Path,
  node: LocatedNode,
  faults: FaultCollector,
): void {
  const written = node.kind === "scalar" ? String(node.value) : null;
  if (written !== null && planned.has(written)) {
    faults.value(path, `${written} is not supported yet`, `supported: ${listed(options, "or")}`);
    return;
  }
  const meant = written === null ? null : nearest(written, options);
  const problem = `must be ${listed(options, "or")}`;
  const found = written === null ? "" : `, not ${JSON.stringify(written)}`;
  faults.value(path, `${problem}${found}`, meant === null ? "" : `did you mean ${meant}?`);
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_type" || !issue.message.startsWith("Invalid input")) {
    return issue.message;
  }
  const words = new Map<string, string>([
    ["string", "text"],
    ["array", "a list"],
    ["object", "a mapping"],
    ["record", "a mapping"],
    ["boolean", "true or false"],
  ]);
  return `must be ${words.get(issue.expected) ?? issue.expected}`;
}

function hint(issue: z.core.$ZodIssue, node: LocatedNode): string {
  if (issue.code !== "invalid_type") return "";
  if (issue.expected === "array" && node.kind === "scalar") {
    return `write [${JSON.stringify(node.value)}]`;
  }
  if (issue.expected === "string" && node.kind === "scalar") return "put it in quotes";
  return "";
}
