// From the bytes of a batch to the bytes of a partial. A pure function of its arguments and the
// plan: the kernel is reset for every batch and nothing is kept between two.
//
// Lines are worked on a vector at a time (a few thousand), so that columns stay in the cache
// whatever the size of the batch; tables and dictionaries last for the batch.

import { assert } from "../../shared/base/assert.ts";
import { limits } from "../../shared/base/limits.ts";
import { balanceKey } from "../../shared/model/definition-key.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { encodePartial } from "../../shared/table/partial-codec.ts";
import type { Balance, BatchPartial } from "../../shared/model/partial.ts";
import { BatchColumns } from "./batch-columns.ts";
import type { CompiledPlan, CompiledSource, CompiledSummary } from "./compiled-plan.ts";
import type { StageWatch } from "./stages.ts";
import { textOnly, type TextOnly } from "./no-text.ts";
import { placeRejects, readRejects, withHoles, type RejectedLines } from "./rejected-lines.ts";
import { SummaryTable } from "./summary-table.ts";

const newline = 0x0a;

/**
 * Summarises one batch.
 * @param source name of the source that the lines are from
 * @param payload whole lines; for `oversize` the beginning of one line that fits no batch. It may lie
 *   where `roomForPayload` made room last, and is void afterwards then.
 * @param rangeBytes length of the range that the batch stands for
 * @param summaries keys of the summaries that are wanted, and `balanceKey` if the lines are to be
 *   put on the balance sheet
 * @param isBeginning whether the range begins with the content
 * @param watch told when a stage has ended; nothing depends on it
 * @returns the encoded `BatchPartial`
 */
export function summarise(
  compiled: CompiledPlan,
  source: string,
  payload: Uint8Array,
  kind: "lines" | "oversize",
  rangeBytes: number,
  summaries: readonly string[],
  isBeginning = false,
  watch: StageWatch = () => undefined,
): Uint8Array {
  const compiledSource = compiled.sources.get(source);
  assert(compiledSource !== undefined, `the plan has the source ${source}`);
  const onSheet = summaries.includes(balanceKey);
  const wanted = compiledSource.summaries.filter(({ key }) => summaries.includes(key));
  assert(
    wanted.length === new Set(summaries).size - (onSheet ? 1 : 0),
    "a batch is for summaries of its source",
  );
  const partial = encodePartial(
    kind === "oversize"
      ? oversizePartial(payload, rangeBytes, onSheet)
      : linesPartial(compiled, compiledSource, payload, {
          ...{ rangeBytes, isBeginning, wanted, onSheet, watch },
        }),
  );
  watch("encode");
  return partial;
}

/** A line that is longer than any batch is above the limit of a line, too; a hole is no line. */
function oversizePartial(payload: Uint8Array, bytes: number, onSheet: boolean): BatchPartial {
  const sample = payload.slice(0, limits.sampleBytesMax);
  if (!onSheet) return { balance: null, samples: [], tables: [] };
  const reason = payload[0] === 0 ? "nul_bytes" : "line_too_long";
  const rejected = { [reason]: 1 };
  return {
    balance: { lines: 1, bytes, accepted: 0, filtered: 0, rejected, deadLettered: 0 },
    samples: [{ reason, offset: 0, bytes: sample }],
    tables: [],
  };
}

interface Text {
  readonly start: number;
  /** Just past the last newline. */
  readonly end: number;
  /** What was taken out of the batch. */
  readonly only: TextOnly;
}

/**
 * Forgets what the kernel holds and makes room in it for a payload. A caller that reads the payload to
 * there spares it a copy. Good until the next call of the kernel.
 */
export function roomForPayload({ kernel }: CompiledPlan, bytes: number): Uint8Array {
  kernel.reset();
  const start = kernel.alloc(bytes + 2 * layout.paddingBytes + 1) + layout.paddingBytes;
  return kernel.u8.subarray(start, start + bytes);
}

/** Puts the payload into the kernel unless it is there, so that it is text and ends with a newline. */
function placeText(compiled: CompiledPlan, payload: Uint8Array, isBeginning: boolean): Text {
  const { kernel } = compiled;
  let placed = payload;
  if (payload.buffer !== kernel.u8.buffer) {
    placed = roomForPayload(compiled, payload.length);
    placed.set(payload);
  }
  const memory = kernel.u8;
  const start = placed.byteOffset;
  const only = textOnly(memory, start, start + placed.length, isBeginning);
  let { end } = only;
  memory[start - 1] = newline;
  memory.fill(0, end, end + layout.paddingBytes + 1);
  if (memory[end - 1] !== newline) {
    memory[end] = newline;
    end += 1;
  }
  return { start, end, only };
}

function placeCursor(
  kernel: Kernel,
  text: Text,
  maxLineBytes: number,
  rejects: number,
  lineColumn: number,
): number {
  const cursor = kernel.place(new Uint8Array(layout.cursorBytes));
  const newlines = kernel.alloc(layout.newlinesBytes);
  const words = kernel.u32;
  words[(cursor + layout.cursorNext) / 4] = text.start;
  words[(cursor + layout.cursorEnd) / 4] = text.end;
  words[(cursor + layout.cursorIndexed) / 4] = text.start;
  words[(cursor + layout.cursorNewlines) / 4] = newlines;
  words[(cursor + layout.cursorLineBytesMax) / 4] = maxLineBytes;
  words[(cursor + layout.cursorRejects) / 4] = rejects;
  words[(cursor + layout.cursorLineColumn) / 4] = lineColumn;
  return cursor;
}

/** Steps of the mask program for the wanted summaries and, if need be, for accepted lines. */
function neededSteps(
  source: CompiledSource,
  wanted: readonly CompiledSummary[],
  onSheet: boolean,
): ReadonlySet<number> {
  const steps = wanted.flatMap(({ where, columns }) => [
    where,
    ...columns.map((column) => column.where),
  ]);
  if (onSheet) steps.push(...source.summaries.map(({ where }) => where));
  return source.masks.closure(steps.filter((step) => step !== null));
}

/** Counts lines that at least one summary of the source wants. */
function acceptedCounter(
  kernel: Kernel,
  source: CompiledSource,
  columns: BatchColumns,
): (n: number) => number {
  if (source.summaries.length === 0) return () => 0;
  if (source.summaries.some(({ where }) => where === null)) return (n) => n;
  const masks = [...new Set(source.summaries.map(({ where }) => columns.masks.mask(where)))];
  const any = columns.take(1);
  return (n) => {
    kernel.exports.maskFill(any, 0, n);
    for (const mask of masks) kernel.exports.maskOr(any, mask, any, n);
    return kernel.exports.maskCount(any, n);
  };
}

interface LinesTask {
  readonly rangeBytes: number;
  readonly isBeginning: boolean;
  readonly wanted: readonly CompiledSummary[];
  readonly onSheet: boolean;
  readonly watch: StageWatch;
}

function linesPartial(
  compiled: CompiledPlan,
  source: CompiledSource,
  payload: Uint8Array,
  { rangeBytes: bytes, isBeginning, wanted, onSheet, watch }: LinesTask,
): BatchPartial {
  const { kernel, vectorLines } = compiled;
  const text = placeText(compiled, payload, isBeginning);
  const columns = new BatchColumns(compiled, source, neededSteps(source, wanted, onSheet));
  const rejects = placeRejects(kernel);
  const cursor = placeCursor(kernel, text, source.maxLineBytes, rejects, columns.lines);
  const cut = source.tokeniser.place(kernel, columns.spans, columns.take(8));
  const scratch = { rows: columns.take(4), mask: columns.take(1) };
  const tables = wanted.map(
    (summary) => new SummaryTable(kernel, summary, columns, columns.masks, scratch),
  );
  const bucketings = new Set(wanted.map(({ bucketing }) => bucketing));
  const countAccepted = onSheet ? acceptedCounter(kernel, source, columns) : () => 0;
  const hashed = new Set(
    wanted
      .flatMap((summary) => summary.columns)
      .flatMap(({ input }) => (input.kind === "hash" ? [input.field] : [])),
  );

  let parsed = 0;
  let accepted = 0;
  watch("check");
  let cutLines = vectorLines;
  while (cutLines === vectorLines) {
    cutLines = cut(cursor, vectorLines);
    watch("tokenise");
    const alive = columns.decode(cutLines, rejects);
    columns.derive(alive, hashed, bucketings);
    watch("decode");
    for (const table of tables) table.add(alive);
    parsed += alive;
    accepted += countAccepted(alive);
    watch("aggregate");
  }

  const frames = tables.flatMap((table) => table.encode());
  if (!onSheet) return { balance: null, samples: [], tables: frames };
  const lines = kernel.u32[(cursor + layout.cursorLines) / 4]!;
  const rejected = withHoles(readRejects(kernel, rejects, text.start), text.only);
  const balance = balanceOf(lines + text.only.holes.count, bytes, accepted, parsed, rejected);
  return { balance, samples: rejected.samples, tables: frames };
}

function balanceOf(
  lines: number,
  bytes: number,
  accepted: number,
  parsed: number,
  rejected: RejectedLines,
): Balance {
  assert(lines === parsed + rejected.lines, "every line of a batch parses or is rejected");
  return {
    lines,
    bytes,
    accepted,
    filtered: parsed - accepted,
    rejected: rejected.byReason,
    deadLettered: 0,
  };
}
