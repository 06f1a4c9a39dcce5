// What is wrong with a configuration: every fault at once, in the order of the file, each with the
// place, the option, what is wrong, and the mend (often: the name that was meant).

import { LogmillError } from "../base/errors.ts";

export interface Fault {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units as editors do. */
  readonly column: number;
  /** Dotted path of the option, empty for the file as a whole. */
  readonly option: string;
  readonly problem: string;
  /** What to do about it; empty where the problem says it. */
  readonly mend: string;
}

/** A message has at most so many lines of faults; `faults` has all. */
const linesMax = 100;

/** A configuration that cannot be used; `message` lists the faults, a line each. */
export class ConfigError extends LogmillError {
  readonly path: string;
  readonly faults: readonly Fault[];

  constructor(path: string, faults: readonly Fault[]) {
    const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
    const lines = faults.slice(0, linesMax).map((fault) => `  ${renderFault(path, fault)}`);
    if (faults.length > linesMax) lines.push(`  and ${faults.length - linesMax} more`);
    super("config_invalid", `the configuration has ${count}:\n${lines.join("\n")}`, {
      fields: { path, faults: faults.length },
    });
    this.path = path;
    this.faults = faults;
  }
}

/** `file:line:column: option: problem; mend`, as compilers and editors have it. */
export function renderFault(path: string, fault: Fault): string {
  const option = fault.option === "" ? "" : `${fault.option}: `;
  const mend = fault.mend === "" ? "" : `; ${fault.mend}`;
  return `${path}:${fault.line}:${fault.column}: ${option}${fault.problem}${mend}`;
}

/** Sorted by position; the same complaint about the same place is kept once. */
export function sortFaults(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>();
  return faults
    .filter(({ line, column, problem }) => {
      const identity = `${line}:${column}:${problem}`;
      return !seen.has(identity) && seen.add(identity);
    })
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `did you mean include?`, or a list of what there is, or nothing if there is nothing. */
export function suggest(written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  if (meant !== null) return `did you mean ${meant}?`;
  return known.length === 0 ? "" : `there ${known.length === 1 ? "is" : "are"} ${listed(known)}`;
}

/** `a, b and c`; long lists are cut. */
export function listed(words: readonly string[], conjunction = "and"): string {
  const most = 12;
  if (words.length > most) {
    return `${words.slice(0, most).join(", ")} ${conjunction} ${words.length - most} more`;
  }
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)!}`;
}

/** The known word at the smallest edit distance, if it is close enough to be a slip. */
export function nearest(written: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const word of known) {
    const distance = editDistance(written.toLowerCase(), word.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours; anything over `limit` is `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length]!, limit);
}
