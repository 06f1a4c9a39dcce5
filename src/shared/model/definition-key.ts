// Names for definitions that follow their meaning: equal definitions have equal fingerprints on
// every machine, whatever order the keys of the file had.

import { createHash } from "node:crypto";
import type { Plan, SummaryDefinition } from "./plan.ts";

/** The pseudo-summary under which the ledger keeps what the balance sheet has counted. */
export const balanceKey = "00000000000000000000000000000000";

/**
 * The pseudo-summary under which the ledger keeps dead-lettered lines.
 * Only the sink writes it: no batch is for it.
 */
export const deadLetterKey = "ffffffffffffffffffffffffffffffff";

/** JSON with sorted keys and no white space; absent and undefined are the same. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value);
}

function fingerprint(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex").slice(0, 32);
}

/** A definition without the bounds of its rows, which a change of leaves every row as it is. */
function unbounded(definition: SummaryDefinition): Record<string, unknown> {
  return { ...definition, maxRows: undefined, maxRowsLeast: undefined };
}

/**
 * 32 hex digits that stand for what a summary's tables contain. `from` is left out: a summary may
 * be given further sources, which adds rows and changes no old one.
 */
export function summaryKey(definition: SummaryDefinition): string {
  return fingerprint({ ...unbounded(definition), from: undefined });
}

/** 32 hex digits that stand for everything a worker does to a batch. */
export function planFingerprint(plan: Plan): string {
  return fingerprint({ ...plan, summaries: plan.summaries.map(unbounded) });
}
