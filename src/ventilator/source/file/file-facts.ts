// What the file system says of a file, and how far that can be trusted: a file that is changed twice
// within one tick of the clock looks the same after the second change.

import type { BigIntStats } from "node:fs";
import { hintOf } from "../../../shared/model/content-id.ts";
import type { SourceHint } from "../../../shared/model/content.ts";

export interface FileFacts {
  readonly hint: SourceHint;
  readonly diskBytes: number;
  readonly times: FileTimes;
}

export interface FileTimes {
  /** Of the last change of anything about the file, its permissions too; nobody can set it. */
  readonly changedNs: bigint;
  readonly seenMs: number;
}

/** Longer than the tick of any clock that files are dated by. */
const restMs = 3000;

export function factsOf(path: string, stat: BigIntStats): FileFacts {
  const times = { changedNs: stat.ctimeNs, seenMs: Date.now() };
  return { hint: hintOf(path, stat), diskBytes: Number(stat.size), times };
}

/** Whether any further change of the file shows in its facts. */
export function hasRested({ times }: FileFacts): boolean {
  return times.seenMs - Number(times.changedNs / 1_000_000n) >= restMs;
}

/** Whether nothing about a file has changed between two looks. */
export function isSameFile(a: FileFacts, b: FileFacts): boolean {
  return a.hint.stat === b.hint.stat && a.times.changedNs === b.times.changedNs;
}

/**
 * The hint that the ledger is to remember. Of a file that has changed just now the token does not stand
 * for its content, and is made one that no file has.
 */
export function rememberedHint(facts: FileFacts): SourceHint {
  const { hint } = facts;
  return hasRested(facts) ? hint : { ...hint, stat: `~${hint.stat}` };
}
