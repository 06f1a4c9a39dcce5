// What the ledger knows of a content, to recognise the file by in which it was found: a beginning and
// an end.

import { limits } from "../../../shared/base/limits.ts";
import { balanceKey } from "../../../shared/model/definition-key.ts";
import type { Window } from "../../../shared/model/read-range.ts";
import type { LedgerSource } from "../../../shared/protocol/messages.ts";
import { isUnread, marksOf } from "./core/match-content.ts";

/** The last window up to `to` that the ledger has the checksum of. */
export function tailOf(source: LedgerSource | null, to: number): Window | null {
  const range = source?.merged[balanceKey]?.findLast((each) => each.to <= to);
  if (range === undefined) return null;
  return { from: range.to - range.tailBytes, to: range.to, crc32: range.tailCrc32 };
}

/** The longest beginning within the first bytes that the ledger has the checksum of. */
export function startOf(source: LedgerSource | null): Window | null {
  const range = source?.merged[balanceKey]?.[0];
  if (range?.from !== 0 || isUnread(range)) return null;
  if (range.to <= limits.fingerprintBytesMax) return { from: 0, to: range.to, crc32: range.crc32 };
  const mark = marksOf(range).list.findLast(({ at }) => at <= limits.fingerprintBytesMax);
  return mark === undefined ? null : { from: 0, to: mark.at, crc32: mark.crc32 };
}
