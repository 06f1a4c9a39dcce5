// From the bytes of a batch to the bytes of a partial. A pure function of its arguments and the
// plan: the kernel is reset for every batch and nothing is kept between two.
//
// Lines are worked on a vector at a time (a few thousand), so that columns stay in the cache
// whatever the size of the batch; tables and dictionaries last for the batch.

import { assert } from "../../shared/base/assert.ts";
import { atOnce } from "../../shared/base/steps.ts";
import { limits } from "../../shared/base/limits.ts";
import { balanceKey } from "../../shared/model/definition-key.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { frameRows } from "../../shared/table/frame-rows.ts";
import { encodePartialSteps } from "../../shared/table/partial-codec.ts";
import type { BatchPartial, PartialTable, RejectSample } from "../../shared/model/partial.ts";
import { rejectReasons } from "../../shared/model/reasons.ts";
import { emptySummarySheet, type SourceSheet } from "../../shared/model/sheet.ts";
import { BatchColumns } from "./batch-columns.ts";
import {
  selectSummaries,
  type CompiledPlan,
  type CompiledSource,
  type CompiledSummary,
} from "./compiled-plan.ts";
import type { StageWatch } from "./stages.ts";
import { allText, beginsWithMark, textOnly, type TextOnly } from "./no-text.ts";
import {
  placeRejects,
  readRejects,
  withHoles,
  type Fault,
  type RejectedLines,
} from "./rejected-lines.ts";
import { SummaryTable } from "./summary-table.ts";
import { SummaryVerdict } from "./summary-verdict.ts";

const newline = 0x0a;
const noBytes = new Uint8Array(0);

/** What a format rejects lines for. */
const formatFaults: readonly Fault[] = rejectReasons.map((reason) => ({ reason, field: "" }));

/** A batch's `BatchPartial`, encoded, and what of it a worker counts. */
export interface SummarisedBatch {
  readonly bytes: Uint8Array;
  readonly source: SourceSheet | null;
  /** Of all its tables. */
  readonly rows: number;
}

/** As `summariseSteps`, without a pause. */
export function summarise(...task: Parameters<typeof summariseSteps>): SummarisedBatch {
  return atOnce(summariseSteps(...task));
}

/**
 * Summarises one batch, a step at a time: a summary's share of a vector of lines, or a table. Between
 * two steps nothing may use the kernel.
 * @param source name of the source that the lines are from
 * @param payload whole lines; for `oversize` the beginning of one line that fits no batch. It may lie
 *   where `roomForPayload` made room last, and is void afterwards then.
 * @param rangeBytes length of the range that the batch stands for
 * @param summaries keys of the summaries that are wanted, and `balanceKey` if the lines are to be
 *   put on the balance sheet
 * @param isBeginning whether the range begins with the content
 * @param watch told when a stage has ended; nothing depends on it
 * @param preamble what precedes the range and says how its lines are read; empty where there is nothing
 */
export function* summariseSteps(
  compiled: CompiledPlan,
  source: string,
  payload: Uint8Array,
  kind: "lines" | "oversize",
  rangeBytes: number,
  summaries: readonly string[],
  isBeginning = false,
  watch: StageWatch = () => undefined,
  preamble: Uint8Array = noBytes,
): Generator<void, SummarisedBatch, undefined> {
  const compiledSource = compiled.sources.get(source);
  assert(compiledSource !== undefined, `the plan has the source ${source}`);
  const onSheet = summaries.includes(balanceKey);
  const wanted = compiledSource.summaries.filter(({ key }) => summaries.includes(key));
  assert(
    wanted.length === new Set(summaries).size - (onSheet ? 1 : 0),
    "a batch is for summaries of its source",
  );
  const partial =
    kind === "oversize"
      ? oversizePartial(payload, rangeBytes, wanted, onSheet)
      : yield* linesPartial(
          compiled,
          compiledSource,
          placeText(compiled, payload, isBeginning, false),
          {
            ...{ payloadBytes: payload.length, rangeBytes, isBeginning },
            ...{ wanted, onSheet, watch, preamble },
          },
        );
  const bytes = yield* encodePartialSteps(partial);
  const rows = partial.tables.reduce((sum, { frame }) => sum + frameRows(frame), 0);
  watch("encode");
  return { bytes, source: partial.source, rows };
}

/** A line that is longer than any batch is above the limit of a line, too; a hole is no line. */
function oversizePartial(
  payload: Uint8Array,
  bytes: number,
  wanted: readonly CompiledSummary[],
  onSheet: boolean,
): BatchPartial {
  const reason = payload[0] === 0 ? "nul_bytes" : "line_too_long";
  const sample = { reason, field: "", offset: 0, summary: null, value: null } as const;
  const rejected = { [reason]: 1 };
  return {
    source: onSheet ? { lines: 1, bytes, parsed: 0, rejected, deadLettered: 0 } : null,
    summaries: wanted.map(({ key }) => ({ summary: key, sheet: { ...emptySummarySheet, bytes } })),
    samples: onSheet ? [{ ...sample, bytes: payload.slice(0, limits.sampleBytesMax) }] : [],
    tables: [],
  };
}

interface Text {
  readonly start: number;
  /** Just past the last newline. */
  readonly end: number;
  /** What was taken out of the batch. */
  readonly only: TextOnly;
  /** Whether NULs were looked for. */
  readonly isTextOnly: boolean;
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

/**
 * Puts the payload into the kernel unless it is there, so that it ends with a newline.
 * @param mayHaveNuls whether it is worth looking for what is no text
 */
function placeText(
  compiled: CompiledPlan,
  payload: Uint8Array,
  isBeginning: boolean,
  mayHaveNuls: boolean,
): Text {
  const { kernel } = compiled;
  let placed = payload;
  if (payload.buffer !== kernel.u8.buffer) {
    placed = roomForPayload(compiled, payload.length);
    placed.set(payload);
  }
  const memory = kernel.u8;
  const start = placed.byteOffset;
  const isTextOnly = mayHaveNuls || (isBeginning && beginsWithMark(placed));
  const only = isTextOnly
    ? textOnly(memory, start, start + placed.length, isBeginning)
    : allText(start + placed.length);
  let { end } = only;
  memory[start - 1] = newline;
  memory.fill(0, end, end + layout.paddingBytes + 1);
  if (memory[end - 1] !== newline) {
    memory[end] = newline;
    end += 1;
  }
  return { start, end, only, isTextOnly };
}

/** As `placeText`, once more for a payload that is there, and has NULs. */
function placeTextOnly(
  compiled: CompiledPlan,
  { start }: Text,
  bytes: number,
  isBeginning: boolean,
): Text {
  const room = roomForPayload(compiled, bytes);
  assert(room.byteOffset === start, "the first block of a kernel is always in the same place");
  return placeText(compiled, room, isBeginning, true);
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

interface LinesTask {
  readonly payloadBytes: number;
  readonly rangeBytes: number;
  readonly isBeginning: boolean;
  readonly wanted: readonly CompiledSummary[];
  readonly onSheet: boolean;
  readonly watch: StageWatch;
  readonly preamble: Uint8Array;
}

function* linesPartial(
  compiled: CompiledPlan,
  source: CompiledSource,
  text: Text,
  task: LinesTask,
): Generator<void, BatchPartial, undefined> {
  const { rangeBytes: bytes, isBeginning, wanted, onSheet, watch, preamble } = task;
  const { kernel, vectorLines } = compiled;
  const columns = new BatchColumns(compiled, source, selectSummaries(source, wanted));
  const rejects = placeRejects(kernel, formatFaults.length);
  const cursor = placeCursor(kernel, text, source.maxLineBytes, rejects, columns.lines);
  const cut = source.tokeniser.place(kernel, columns.cutSpans, columns.take(8), preamble);
  const [status, scratch] = [columns.take(1), columns.take(1)];
  const ofVerdict = { status, wanted: scratch, mask: columns.take(1) };
  const ofTable = { rows: columns.take(4), mask: scratch, vectorLines };
  const parts = wanted.map((summary) => ({
    verdict: new SummaryVerdict(kernel, summary, columns, ofVerdict),
    table: new SummaryTable(kernel, summary, columns, columns.masks, ofTable),
  }));

  let parsed = 0;
  watch("check");
  let cutLines = vectorLines;
  while (cutLines === vectorLines) {
    cutLines = cut(cursor, vectorLines);
    watch("tokenise");
    if (!text.isTextOnly && kernel.u32[(cursor + layout.cursorNuls) / 4] !== 0) {
      const again = placeTextOnly(compiled, text, task.payloadBytes, isBeginning);
      return yield* linesPartial(compiled, source, again, task);
    }
    columns.decode(cutLines, cursor);
    watch("decode");
    for (const { verdict, table } of parts) {
      yield;
      table.add(cutLines, verdict.judge(cutLines));
    }
    parsed += cutLines;
    watch("aggregate");
  }

  const tables: PartialTable[] = [];
  for (const { table } of parts) {
    for (const encoded of table.encode()) {
      tables.push(encoded);
      yield;
    }
  }
  const shares = parts.map(({ verdict }) => verdict.sheet(bytes, text));
  const read = readRejects(kernel, rejects, formatFaults, text.start);
  const rejected = withHoles(read, text.only);
  const lines = kernel.u32[(cursor + layout.cursorLines) / 4]! + text.only.holes.count;
  const ofFormat = onSheet ? rejected.samples : [];
  return {
    source: onSheet ? sourceSheet(lines, bytes, parsed, rejected) : null,
    summaries: shares.map(({ sheet }) => sheet),
    samples: [
      ...ofFormat.map((sample): RejectSample => ({ ...sample, summary: null })),
      ...shares.flatMap(({ samples }) => samples),
    ].sort((a, b) => a.offset - b.offset),
    tables,
  };
}

function sourceSheet(
  lines: number,
  bytes: number,
  parsed: number,
  rejected: RejectedLines,
): SourceSheet {
  assert(lines === parsed + rejected.lines, "every line of a batch parses or is rejected");
  return { lines, bytes, parsed, rejected: rejected.byReason, deadLettered: 0 };
}
