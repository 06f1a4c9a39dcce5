// What `logmill store rebuild` prints: what a summary holds, what it was made of, and which of that is
// not there any more; and what `logmill store adopt` prints. Pure.

import { bucketLabel } from "../../shared/model/bucket.ts";
import type { LedgerSource } from "../../shared/protocol/messages.ts";
import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import { visibleText } from "../../shared/text/terminal-table.ts";
import type { SummaryInfo } from "../../sink/store/summary-info.ts";

/** A content that a summary was made of. */
export interface RebuiltContent {
  /** Name of the source in the configuration. */
  readonly source: string;
  /** Where it was last seen, or where it was found; empty where nothing is known. */
  readonly path: string;
  /** Bytes of it that the summary counts. */
  readonly bytes: number;
  readonly isThere: boolean;
}

/** @param exists whether there is a file of this path. */
export function rebuiltContents(
  sources: readonly LedgerSource[],
  key: string,
  exists: (path: string) => boolean,
): RebuiltContent[] {
  return sources.flatMap(({ name, hints, merged }) => {
    const ranges = merged[key] ?? [];
    if (ranges.length === 0) return [];
    const found = hints.find(({ path }) => exists(path));
    return [
      {
        source: name,
        path: (found ?? hints.at(-1))?.path ?? "",
        bytes: ranges.reduce((sum, { from, to }) => sum + to - from, 0),
        isThere: found !== undefined,
      },
    ];
  });
}

/** Names every content that is missing, and none that is there: there may be a great many. */
export function renderLoss(summary: SummaryInfo, contents: readonly RebuiltContent[]): string {
  const missing = contents.filter(({ isThere }) => !isThere);
  const lines = missing.map(({ source, path, bytes }) => {
    return `  ${source}: ${visibleText(path)} (${formatBytes(bytes)})\n`;
  });
  const total = `${formatBytes(bytesOf(contents))} of ${formatCount(contents.length)} inputs`;
  const verdict =
    missing.length === 0
      ? "All of these are where they were last seen.\n"
      : `${formatBytes(bytesOf(missing))} of it cannot be counted again, unless these are elsewhere:\n`;
  return `Forgetting ${summary.name}: ${spanOf(summary)}, made of ${total}.\n${verdict}${lines.join("")}`;
}

/** What `logmill store adopt` has done. */
export function renderAdoption(summary: string, changes: readonly string[]): string {
  if (changes.length === 0)
    return `${summary} is defined as its rows are; there is nothing to adopt.\n`;
  const lines = changes.map((change) => `  ${visibleText(change)}\n`).join("");
  return (
    `The rows of ${summary} stay as they are, and its new definition holds from here on:\n${lines}` +
    "The store keeps this on record; `logmill store inspect` shows it.\n"
  );
}

function spanOf({ buckets, definition }: SummaryInfo): string {
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return "no buckets";
  const { timezone, granularity } = definition;
  const label = (start: number): string => bucketLabel(timezone, granularity, start);
  const count = buckets.length === 1 ? "1 bucket" : `${formatCount(buckets.length)} buckets`;
  return `${count} (${label(first.bucketStart)} to ${label(last.bucketStart)})`;
}

function bytesOf(contents: readonly RebuiltContent[]): number {
  return contents.reduce((sum, { bytes }) => sum + bytes, 0);
}
