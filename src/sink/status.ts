// What a sink says at /status: the plan, its store, how much of each source is durable, the balance
// sheets, and the newest rejected lines.

import { balanceKey } from "../shared/model/definition-key.ts";
import type { RoleStatus } from "../shared/runtime/http/status-board.ts";
import type { Store } from "./store/store.ts";

/** @param plan its fingerprint. */
export async function sinkStatus(
  plan: string,
  store: Store,
  isGreeted: boolean,
): Promise<RoleStatus> {
  const { sources, sheets } = await store.ledger();
  const contents = new Map<string, { contents: number; mergedBytes: number; gaps: number }>();
  for (const { name, merged } of sources) {
    const line = contents.get(name) ?? { contents: 0, mergedBytes: 0, gaps: 0 };
    const ranges = merged[balanceKey] ?? [];
    line.contents += 1;
    // What is missing from the beginning on, or between two ranges, is still under way.
    line.gaps += Math.max(0, ranges.length - (ranges[0]?.from === 0 ? 1 : 0));
    for (const { from, to } of ranges) line.mergedBytes += to - from;
    contents.set(name, line);
  }
  const { kind } = store.state;
  return {
    plan,
    store: { id: store.storeId, state: kind },
    ventilator: { isThere: isGreeted },
    sources: [...contents].map(([source, line]) => ({
      source,
      ...line,
      balance: sheets.sources[source] ?? null,
    })),
    summaries: (await store.summaries()).map(({ name, adoptions, buckets }) => ({
      summary: name,
      buckets: buckets.length,
      adoptions: adoptions.map(({ atSec, changes }) => ({ atSec, changes })),
      sheets: sheets.summaries[name] ?? {},
    })),
    rejected: await store.examples(),
    uncounted: await store.uncounted(),
  };
}
