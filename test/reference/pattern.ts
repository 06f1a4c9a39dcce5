// The steps of a pattern, slowly and plainly.

import {
  fieldSteps,
  type FieldEnd,
  type FieldStep,
  type PatternFormat,
  type PatternStep,
} from "../../src/shared/model/format/pattern.ts";
import type { RejectReason } from "../../src/shared/model/reasons.ts";
import { endpoint, isHost, isUser, requestParts } from "./log-values.ts";

type Fields = Map<string, string>;

/** The fields of a line, or why it has none. */
export function patternLine(format: PatternFormat, line: string): Fields | RejectReason {
  if (/^[ \t\r\v\f]*$/.test(line)) return "blank";
  const fields: Fields = new Map();
  const rest = cutAll(format.steps, line, fields);
  const isWhole = rest === "" || (format.appended === true && rest?.startsWith(" ") === true);
  return isWhole ? fields : "bad_envelope";
}

/** A text as its bytes, one character each. */
function bytes(text: string): string {
  return Buffer.from(text).toString("latin1");
}

/** What is behind the steps; null if the line is none of theirs. */
function cutAll(steps: readonly PatternStep[], line: string, fields: Fields): string | null {
  let rest: string | null = line;
  for (const step of steps) {
    if (rest === null) return null;
    rest = cut(step, rest, fields);
  }
  return rest;
}

function cut(step: PatternStep, rest: string, fields: Fields): string | null {
  if (step.op === "literal") {
    return rest.startsWith(bytes(step.text)) ? rest.slice(bytes(step.text).length) : null;
  }
  if (step.op === "blanks") return rest.startsWith(" ") ? rest.replace(/^ +/, "") : null;
  if (step.op === "optional") {
    if (rest.startsWith(bytes(step.steps[0].text))) return cutAll(step.steps, rest, fields);
    for (const { names } of fieldSteps(step.steps)) for (const name of names) fields.delete(name);
    return rest;
  }
  const spaces = new RegExp(`^(?:[^ ]* ){${step.spaces ?? 0}}`).exec(rest)?.[0];
  if (spaces === undefined) return null;
  const length = lengthOf(step.end, rest.slice(spaces.length));
  if (length === null) return null;
  const value = rest.slice(0, spaces.length + length);
  return take(step, value, fields) ? rest.slice(value.length) : null;
}

function lengthOf(end: FieldEnd, rest: string): number | null {
  const found = (pattern: RegExp): number | null => pattern.exec(rest)?.[0].length ?? null;
  switch (end.at) {
    case "text":
      return rest.includes(bytes(end.text)) ? rest.indexOf(bytes(end.text)) : null;
    case "text_or_line":
      return rest.includes(bytes(end.text)) ? rest.indexOf(bytes(end.text)) : rest.length;
    case "quote":
      return found(/^(?:[^"\\]|\\[^])*(?=")/);
    case "list":
      return found(/^(?:[^ ]|(?<=[,:]) | (?=:))*/);
    case "last":
      return rest.length < bytes(end.text).length ? null : rest.length - bytes(end.text).length;
    case "line":
      return rest.length;
  }
}

const checks: Readonly<Record<string, (value: string) => boolean>> = {
  status: (value) => /^[1-5]\d\d$/.test(value),
  count: (value) => /^\d+$/.test(value),
  number: (value) => /^-?\d+(?:\.\d+)?$/.test(value),
  host: isHost,
  user: isUser,
  word: (value) => /^[^ ]+$/.test(value),
  time: (value) => /^[0-9A-Za-z][^["]*$/.test(value),
};

/** Takes the value of a field; false if it is no good one. */
function take(step: FieldStep, whole: string, fields: Fields): boolean {
  const { names, check, split, missing } = step;
  const value = split === "first" ? whole.split(/[, ]/)[0]! : whole;
  if (missing.some((mark) => bytes(mark) === value)) return true;
  if (check !== undefined && !checks[check]!(value)) return false;
  const values = split === "endpoint" ? endpoint(value) : [value];
  if (values === null) return false;
  const isRequest = split === "request";
  const parts = isRequest ? requestParts(value).map((part) => (part === "-" ? "" : part)) : values;
  names.forEach((name, index) => {
    if (name !== "" && parts[index] !== "") fields.set(name, parts[index]!);
  });
  return true;
}
