// What became of lines that no worker got through. Which of them a summary lacks is for the sink to
// say: a line may have been said to be dead and then be counted, by another store or a later session,
// or be dead for one summary and counted for one that was added later. So every line that was said to
// be dead, and that the ledger has as dead-lettered, may lack; and the rows, each of them compared exactly,
// say which of them do.

import type { RejectReason } from "../../../src/shared/model/reasons.ts";
import { balanceKey, deadLetterKey, summaryKey } from "../../../src/shared/model/definition-key.ts";
import type { SummaryDefinition } from "../../../src/shared/model/plan.ts";
import type { SourceSheet } from "../../../src/shared/model/sheet.ts";
import type { StoreReader } from "../../../src/sink/store/store.ts";
import {
  decodeDeadLetter,
  lineKey,
  type DeadLetter,
} from "../../../src/ventilator/dead-letter/record.ts";
import type { MemoryFileSystem } from "../../support/memory-file-system.ts";
import type { LineTruth } from "./content.ts";
import { lettersPath } from "./paths.ts";
import type { Watcher } from "./watcher.ts";

/** Letters that are whole, by content and offset. */
export function deadLettersOn(files: MemoryFileSystem): Map<string, DeadLetter> {
  if (!files.paths().includes(lettersPath)) return new Map();
  const lines = Buffer.from(files.file(lettersPath)).toString().split("\n");
  const letters = lines.map(decodeDeadLetter).filter((letter) => letter !== null);
  return new Map(letters.map((letter) => [lineKey(letter), letter]));
}

/** Lines that the ledger has as dead letters, by content and offset. */
export async function deadLettered(
  store: StoreReader,
  watcher: Watcher,
): Promise<Map<string, LineTruth>> {
  const lines = new Map<string, LineTruth>();
  for (const source of (await store.ledger()).sources) {
    const { identity, merged } = source;
    const content = watcher.contents.ofSource(source);
    if (content === null) throw new Error(`the ranges of ${identity.id} are of no content`);
    for (const { from, to } of merged[deadLetterKey] ?? []) {
      for (const [index, end] of content.ends.entries()) {
        const start = content.ends[index - 1] ?? 0;
        if (start >= from && end <= to) lines.set(`${identity.id}:${start}`, content.lines[index]!);
      }
    }
  }
  return lines;
}

/** Those of them that a summary may lack. */
export function mayLack(
  deadLines: ReadonlyMap<string, LineTruth>,
  watcher: Watcher,
  definition: SummaryDefinition | null,
): LineTruth[] {
  const said = watcher.dead.get(definition === null ? balanceKey : summaryKey(definition));
  return [...deadLines].filter(([key]) => said?.has(key) === true).map(([, line]) => line);
}

/** How a balance sheet differs from that of all lines, of which some may be dead letters; or null. */
export function balanceDifference(
  all: SourceSheet,
  sheet: SourceSheet,
  deadLines: readonly LineTruth[],
): string | null {
  const bad = (what: string): string => {
    const [is, should] = [JSON.stringify(sheet), JSON.stringify(all)];
    return `${what} on the sheet ${is}, where ${deadLines.length} of ${should} may be dead letters`;
  };
  if (sheet.lines !== all.lines || sheet.bytes !== all.bytes)
    return bad("lines or bytes are wrong");
  let dead = 0;
  const fates = [
    [null, all.parsed, sheet.parsed] as const,
    ...Object.entries(all.rejected).map(
      ([reason, count]) => [reason, count, sheet.rejected[reason as RejectReason] ?? 0] as const,
    ),
  ];
  for (const [reason, expected, actual] of fates) {
    const missing = expected - actual;
    const missingMax = deadLines.filter(({ rejected }) => rejected === reason).length;
    if (missing < 0 || missing > missingMax) return bad(`${reason ?? "parsed"} is wrong`);
    dead += missing;
  }
  return dead === sheet.deadLettered ? null : bad("the dead do not add up");
}
