// Dates that count from today, in the zone of a summary.

import { bucketLabel, bucketOf } from "../../shared/model/bucket.ts";

const daysAgo = /^(\d{1,5})d$/;

/** `today`, `yesterday` or `7d`, the day seven days ago, as a date; other texts as they are. */
export function dateOf(text: string, timezone: string, nowSec: number): string {
  const days = text === "today" ? 0 : text === "yesterday" ? 1 : daysAgo.exec(text)?.[1];
  if (days === undefined) return text;
  let { start } = bucketOf(timezone, "day", nowSec);
  for (let left = Number(days); left > 0; left -= 1) {
    ({ start } = bucketOf(timezone, "day", start - 1));
  }
  return bucketLabel(timezone, "day", start);
}
