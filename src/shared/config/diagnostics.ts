// What is wrong with a configuration: every fault at once, in the order of the file, each with the
// place, the option, what is wrong, and the fix (often: the name that was meant).

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
  readonly fix: string;
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

/** `file:line:column: option: problem; fix`, as compilers and editors have it. */
export function renderFault(path: string, fault: Fault): string {
  const option = fault.option === "" ? "" : `${fault.option}: `;
  const fix = fault.fix === "" ? "" : `; ${fault.fix}`;
  return `${path}:${fault.line}:${fault.column}: ${option}${fault.problem}${fix}`;
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
