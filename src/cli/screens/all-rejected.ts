// Sources none of whose lines was ever understood, although there are some: their format is not that of
// their files, and a run that ends with 0 would not say so.

import { formatCount } from "../../shared/text/number-format.ts";
import { balanceSince, emptyBalance, type Sheets } from "./balance-sheet.ts";

/** A sentence for each source of which lines were read now, and all of them always were rejected. */
export function allRejected(before: Sheets, after: Sheets): string[] {
  return Object.entries(after).flatMap(([source, sheet]) => {
    const { lines } = balanceSince(before[source] ?? emptyBalance, sheet);
    const { blank = 0, ...others } = sheet.rejected;
    const reasons = Object.entries(others).filter(([, count]) => count > 0);
    const rejected = reasons.reduce((sum, [, count]) => sum + count, blank);
    if (lines === 0 || reasons.length === 0 || rejected < sheet.lines) return [];
    const named = reasons.map(([reason, count]) => `${formatCount(count)} ${reason}`).join(", ");
    const every = rejected === 1 ? "the only line" : `every one of ${formatCount(rejected)} lines`;
    return [
      `source ${source}: ${every} was rejected (${named}); its format is not that of its files`,
    ];
  });
}
