// What a test of a fault has seen, written down for `docs/guarantees.md`. Without LOGMILL_EVIDENCE,
// which names a folder, nothing is written: an ordinary run of the suite leaves no trace.

import { appendFileSync } from "node:fs";
import { join } from "node:path";

export interface Evidence {
  /** The part of the table that it belongs to. */
  readonly part:
    | "guarantees"
    | "simulation"
    | "fail-points"
    | "chaos"
    | "disk"
    | "network"
    | "mutants"
    | "poison"
    | "drain"
    | "supervision"
    | "security"
    | "hostile input";
  /** What was done to it, such as "kill -9 of the sink between write and fsync". */
  readonly fault: string;
  readonly expected: string;
  /** What happened, from what the test measured and not from what it hoped for. */
  readonly observed: string;
  /** How often; equal faults of several records are added up. */
  readonly runs: number;
  /** Lines lost and lines counted twice, where the test compares with an oracle. */
  readonly lost?: number;
  readonly twice?: number;
}

/** Call it after the assertions: what did not hold is not evidence. */
export function recordEvidence(evidence: Evidence): void {
  const folder = process.env["LOGMILL_EVIDENCE"];
  if (folder === undefined) return;
  appendFileSync(join(folder, `${process.pid}.jsonl`), `${JSON.stringify(evidence)}\n`);
}
