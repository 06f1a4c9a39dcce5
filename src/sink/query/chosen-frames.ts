// The rows of stored frames whose dimensions are as a condition wants them, as frames again. What a condition says
// of one dimension is asked once for each of its values in a frame.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import { isOverflowFrame } from "../../shared/table/overflow-frame.ts";
import type { TableSchema } from "../../shared/table/schema.ts";
import { decodeTable, type TableView } from "../../shared/table/table-view.ts";
import { Table } from "../../shared/table/table.ts";
import type { StoredCondition } from "./asked-rows.ts";

/**
 * @param kernel whose memory is used while a frame is looked at.
 * @param names of the dimensions.
 * @param onUnknown called for an overflow row, which is left out: which of its keys are meant is not known.
 */
export async function* chosenFrames(
  kernel: Kernel,
  schema: TableSchema,
  names: readonly string[],
  frames: AsyncIterable<Uint8Array>,
  conditions: readonly StoredCondition[],
  onUnknown: () => void,
): AsyncIterable<Uint8Array> {
  for await (const frame of frames) {
    if (isOverflowFrame(frame)) {
      onUnknown();
      continue;
    }
    const view = decodeTable(frame, schema);
    const isChosen = new Uint8Array(view.rows).fill(1);
    for (const condition of conditions) narrow(isChosen, view, names, condition);
    const count = isChosen.reduce((sum, one) => sum + one, 0);
    if (count === view.rows) yield frame;
    else if (count > 0) yield* partOf(kernel, schema, view, isChosen);
  }
}

function partOf(
  kernel: Kernel,
  schema: TableSchema,
  view: TableView,
  isChosen: Uint8Array,
): Uint8Array[] {
  const table = new Table(kernel, schema);
  try {
    table.mergeViewRows(view, 0, view.rows);
    const parts: Uint8Array[] = [];
    for (const { frame, isWithin } of table.encodeChosen(view.rows, isChosen)) {
      if (!isWithin) break;
      parts.push(frame);
    }
    return parts;
  } finally {
    table.free();
  }
}

function narrow(
  isChosen: Uint8Array,
  view: TableView,
  names: readonly string[],
  { dimensions, holds }: StoredCondition,
): void {
  const holdsIn = (row: number): boolean => holds((name) => view.value(names.indexOf(name), row));
  const [only, ...others] = dimensions;
  const answers = new Map<number, boolean>();
  for (const row of isChosen.keys()) {
    if (isChosen[row] === 0) continue;
    if (only === undefined || others.length > 0) {
      isChosen[row] = Number(holdsIn(row));
      continue;
    }
    const entry = view.entry(only, row);
    const answer = answers.get(entry) ?? holdsIn(row);
    answers.set(entry, answer);
    isChosen[row] = Number(answer);
  }
}
