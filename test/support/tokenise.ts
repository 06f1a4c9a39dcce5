// Cuts a text with one tokeniser and reads the fields back, for tests of formats.

import { rejectReasons, type RejectReason } from "../../src/shared/model/reasons.ts";
import * as layout from "../../src/shared/kernel/assembly/parse-layout.ts";
import type { Format } from "../../src/shared/model/plan.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { placeRejects, readRejects } from "../../src/worker/core/rejected-lines.ts";
import { tokeniserOf } from "../../src/worker/format/tokenisers.ts";
import { column } from "./kernel-columns.ts";

export interface Tokenised {
  /** Values of the fields asked for, by line that was cut; null where the line ends before the field. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rejected: Readonly<Partial<Record<RejectReason, number>>>;
  readonly lines: number;
}

export function tokenise(
  format: Format,
  fields: readonly string[],
  text: string,
  { maxLineBytes = 1000, preamble = new Uint8Array(0) } = {},
): Tokenised {
  const kernel = loadKernel(5);
  const content = Buffer.from(text.endsWith("\n") ? text : `${text}\n`, "latin1");
  const lead = Buffer.alloc(layout.paddingBytes, "\n");
  const tail = Buffer.alloc(layout.paddingBytes);
  const start = kernel.place(Buffer.concat([lead, content, tail])) + lead.length;
  const capacity = content.length;
  const columns = new Map(fields.map((field) => [field, column(kernel, capacity, 8)]));
  const cursor = kernel.place(new Uint8Array(layout.cursorBytes));
  const faults = rejectReasons.map((reason) => ({ reason, field: "" }));
  const rejects = placeRejects(kernel, rejectReasons.length);
  const set = (field: number, value: number): void => {
    kernel.u32[(cursor + field) / 4] = value;
  };
  set(layout.cursorNext, start);
  set(layout.cursorEnd, start + content.length);
  set(layout.cursorIndexed, start);
  set(layout.cursorNewlines, kernel.alloc(layout.newlinesBytes));
  set(layout.cursorLineBytesMax, maxLineBytes);
  set(layout.cursorRejects, rejects);
  set(layout.cursorLineColumn, column(kernel, capacity, 8));
  const ignored = column(kernel, capacity, 8);
  const cut = tokeniserOf(format, fields).place(kernel, columns, ignored, preamble);
  const n = cut(cursor, capacity);
  const rows = Array.from({ length: n }, (_, line) =>
    [...columns.values()].map((pointer) => {
      const at = kernel.u32[pointer / 4 + line * 2]!;
      const length = kernel.u32[pointer / 4 + line * 2 + 1]!;
      if (at === layout.missingSpan && length === 0) return null;
      return Buffer.from(kernel.u8.subarray(at, at + length)).toString("latin1");
    }),
  );
  const { byReason } = readRejects(kernel, rejects, faults, start);
  const known = rejectReasons.filter((reason) => byReason[reason] !== undefined);
  return {
    rows,
    rejected: Object.fromEntries(known.map((reason) => [reason, byReason[reason]])),
    lines: kernel.u32[(cursor + layout.cursorLines) / 4]!,
  };
}
