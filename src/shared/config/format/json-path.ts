// Paths into JSON as people write them: keys behind points, indexes and keys that hold points in brackets.
//
//   request.headers["User-Agent"][0]

import { limits } from "../../base/limits.ts";
import type { JsonPath, JsonStep } from "../../model/format/json.ts";

export interface PathFault {
  /** Index in the path's text. */
  readonly index: number;
  readonly problem: string;
  readonly fix: string;
}

const quotedKey = /^\[("(?:[^"\\]|\\.)*")\]/;
const element = /^\[(0|[1-9]\d*)\]/;
const plainKey = /^[^.[\]"]+/;

/** A path without the name of its field. */
type ParsedPath = Omit<JsonPath, "field">;

const allElements = "[*]";

/** The steps of a path, or what is wrong with it. */
export function parseJsonPath(written: string): ParsedPath | PathFault {
  const isList = written.endsWith(allElements);
  const path = isList ? written.slice(0, -allElements.length) : written;
  const steps: JsonStep[] = [];
  let index = 0;
  while (index < path.length) {
    const isBehindPoint = path[index] === "." && steps.length > 0;
    if (isBehindPoint) index += 1;
    const read = readStep(path.slice(index), isBehindPoint || steps.length === 0);
    if ("problem" in read) return { index, ...read };
    steps.push(read.step);
    index += read.length;
  }
  const [first] = steps;
  if (first === undefined) return { index: 0, problem: "the path is empty", fix: "write a key" };
  if (typeof first === "number") {
    return {
      index: 0,
      problem: "a line is an object, which has no elements",
      fix: "begin with a key",
    };
  }
  if (steps.length > limits.jsonPathStepsMax) {
    return {
      index: 0,
      problem: `the path has more than ${limits.jsonPathStepsMax} steps`,
      fix: "",
    };
  }
  return { steps, ...(isList && { isList }) };
}

/** The step that a path begins with. @param mayBePlain whether a key may stand here without brackets */
function readStep(
  rest: string,
  mayBePlain: boolean,
): { readonly step: JsonStep; readonly length: number } | Omit<PathFault, "index"> {
  const key = mayBePlain ? plainKey.exec(rest) : null;
  if (key !== null) return { step: key[0], length: key[0].length };
  const number = element.exec(rest);
  if (number !== null) {
    const step = Number(number[1]);
    if (step < limits.jsonElementsMax) return { step, length: number[0].length };
    const problem = `an index must be below ${limits.jsonElementsMax}`;
    return { problem, fix: "name an element nearer to the beginning" };
  }
  const quoted = quotedKey.exec(rest);
  const step = quoted === null ? null : unquoted(quoted[1]!);
  if (step !== null) return { step, length: quoted![0].length };
  if (rest.startsWith(allElements)) {
    const problem = "[*], all elements, can stand at the end alone";
    return { problem, fix: "name one element, such as [0]" };
  }
  const fix = 'write key.key, [0] for an element, or ["key"] for a key with one of . [ ] " in it';
  return { problem: "a key or an index is expected here", fix };
}

/** The key that is written as a string of JSON, or null if it is none. */
function unquoted(text: string): string | null {
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}
