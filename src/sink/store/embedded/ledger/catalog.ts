// What the store knows besides its tables: the ledger, the balance sheet, and how many partials went
// into each bucket. These change together, once per batch, in memory and in every durable state.

import { balanceKey } from "../../../../shared/model/definition-key.ts";
import { rejectReasons } from "../../../../shared/model/reasons.ts";
import type { Balance } from "../../../../shared/model/partial.ts";
import { Ledger, type Merged } from "./ledger.ts";

/** Partials merged, by start of the bucket. */
export type BucketVersions = Map<number, number>;

export class Books {
  readonly ledger = new Ledger();
  /** By source name. */
  readonly balance = new Map<string, Balance>();
  /** By summary key. */
  readonly versions = new Map<string, BucketVersions>();

  /** Enters a batch: its range, its share of the sheet, and one partial for each bucket it touches. */
  enter(
    merged: Merged,
    balance: Balance | null,
    buckets: Iterable<readonly [summaryKey: string, bucketStart: number]>,
  ): void {
    this.ledger.add(merged);
    if (balance !== null) {
      this.balance.set(merged.source, addBalance(this.balance.get(merged.source), balance));
    }
    for (const [summary, bucketStart] of buckets) {
      let versions = this.versions.get(summary);
      if (versions === undefined) {
        versions = new Map();
        this.versions.set(summary, versions);
      }
      versions.set(bucketStart, (versions.get(bucketStart) ?? 0) + 1);
    }
  }

  /** Forgets a summary; the sheet stays, since the lines were counted. */
  drop(summary: string): void {
    this.ledger.drop(summary);
    this.versions.delete(summary);
  }

  /** The sheet by source name, as messages have it. */
  balanceSheet(): Readonly<Record<string, Balance>> {
    return Object.fromEntries(this.balance);
  }
}

/** Whether a batch for these summaries carries a share of the balance sheet. */
export function isForBalance(summaries: readonly string[]): boolean {
  return summaries.includes(balanceKey);
}

function addBalance(sheet: Balance | undefined, share: Balance): Balance {
  if (sheet === undefined) return share;
  const rejected: Balance["rejected"] = Object.fromEntries(
    rejectReasons.flatMap((reason) => {
      const lines = (sheet.rejected[reason] ?? 0) + (share.rejected[reason] ?? 0);
      return lines === 0 ? [] : [[reason, lines]];
    }),
  );
  return {
    lines: sheet.lines + share.lines,
    bytes: sheet.bytes + share.bytes,
    accepted: sheet.accepted + share.accepted,
    filtered: sheet.filtered + share.filtered,
    rejected,
    deadLettered: sheet.deadLettered + share.deadLettered,
  };
}

/** Lines in = accepted + filtered + the sum of rejected + dead-lettered. */
export function balanceAddsUp(sheet: Balance): boolean {
  const rejected = Object.values(sheet.rejected).reduce((sum, lines) => sum + lines, 0);
  return sheet.lines === sheet.accepted + sheet.filtered + rejected + sheet.deadLettered;
}
