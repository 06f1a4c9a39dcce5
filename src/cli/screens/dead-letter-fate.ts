// What has become of a line that was dead-lettered, as the ledger of the store has it. Pure.

import { balanceKey, deadLetterKey } from "../../shared/model/definition-key.ts";
import type { LedgerSource } from "../../shared/protocol/messages.ts";
import type { DeadLetter } from "../../ventilator/dead-letter/record.ts";

export type Fate =
  /** On the balance sheet as dead-lettered. */
  | "dead-lettered"
  /** The sink has not been told yet. */
  | "pending"
  /** An attempt that was late got through after all: the line counts. */
  | "counted"
  /** It was sent again. */
  | "replayed"
  /** There is no store here that could tell. */
  | "unknown";

/** @param ledger sources by the id of their content; null when there is no store. */
export function fateIn(
  ledger: ReadonlyMap<string, LedgerSource> | null,
  { content, offset, length }: DeadLetter,
): Fate {
  if (ledger === null) return "unknown";
  const merged = ledger.get(content)?.merged ?? {};
  const holds = (key: string): boolean =>
    (merged[key] ?? []).some(({ from, to }) => from <= offset && offset + length <= to);
  if (holds(deadLetterKey)) return "dead-lettered";
  return holds(balanceKey) ? "counted" : "pending";
}
