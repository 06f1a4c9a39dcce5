// What of a source is still to be sent: the ledger says which ranges are merged for which summary,
// the flight which ranges are under way, and the rest is work. Stretches for which different
// summaries are missing are separate items, since a batch is for the same summaries throughout.
//
// Edges come from batches, which end at line ends, so items begin and end at line ends as well. The
// last item is open: it goes on to wherever the content ends.

/** Bytes `[from, to)` of a content. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface WorkItem {
  readonly from: number;
  /** Null: to the end of the content. */
  readonly to: number | null;
  /** Summary keys, in the order of `wanted`. */
  readonly summaries: readonly string[];
}

/** Summary key → spans that need not be sent, in any order; they may touch and overlap. */
export type HeldSpans = ReadonlyMap<string, readonly Span[]>;

/**
 * The items still to be sent, in order of content.
 * @param wanted keys that the whole content is wanted for, at least one.
 */
export function workList(held: HeldSpans, wanted: readonly string[]): WorkItem[] {
  const perKey = wanted.map((key) => ({ key, spans: unite(held.get(key) ?? []), at: 0 }));
  const edges = new Set([0]);
  for (const { spans } of perKey) for (const { from, to } of spans) edges.add(from).add(to);
  const starts = [...edges].sort((a, b) => a - b);
  const items: WorkItem[] = [];
  for (const [index, from] of starts.entries()) {
    const summaries = perKey.filter((cursor) => isMissing(cursor, from)).map(({ key }) => key);
    if (summaries.length > 0) append(items, { from, to: starts[index + 1] ?? null, summaries });
  }
  return items;
}

/** The same spans, ascending, disjoint and not touching. */
export function unite(spans: readonly Span[]): Span[] {
  const united: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    if (to <= from) continue;
    const last = united.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else united.push({ from, to });
  }
  return united;
}

export function sameWork(a: readonly WorkItem[], b: readonly WorkItem[]): boolean {
  return (
    a.length === b.length &&
    a.every((item, index) => {
      const other = b[index]!;
      return item.from === other.from && item.to === other.to && sameKeys(item, other);
    })
  );
}

function sameKeys(a: WorkItem, b: WorkItem): boolean {
  return (
    a.summaries.length === b.summaries.length &&
    a.summaries.every((key, index) => key === b.summaries[index])
  );
}

/** Whether the stretch that begins at `from`, a place not before the last one asked, is not held. */
function isMissing(cursor: { readonly spans: readonly Span[]; at: number }, from: number): boolean {
  while (cursor.at < cursor.spans.length && cursor.spans[cursor.at]!.to <= from) cursor.at += 1;
  const span = cursor.spans[cursor.at];
  return span === undefined || span.from > from;
}

function append(items: WorkItem[], item: WorkItem): void {
  const last = items.at(-1);
  if (last?.to === item.from && sameKeys(last, item))
    items[items.length - 1] = { ...last, to: item.to };
  else items.push(item);
}
