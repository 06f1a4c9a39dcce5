// The kernel beside the plain implementation: what it makes of a text, in a form that can be compared
// piece by piece.

import assert from "node:assert/strict";
import { limits } from "../../src/shared/base/limits.ts";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import { timeReadingOf } from "../../src/shared/model/format-fields.ts";
import type { Format, Plan } from "../../src/shared/model/plan.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import { frameRows } from "../../src/shared/table/frame-rows.ts";
import { decodePartial } from "../../src/shared/table/partial-codec.ts";
import type { DecodedPartial, RejectSample } from "../../src/shared/model/partial.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { Table } from "../../src/shared/table/table.ts";
import type { CompiledPlan } from "../../src/worker/core/compiled-plan.ts";
import { summarise } from "../../src/worker/core/summarise.ts";
import { frameRowTexts, referenceRows } from "../reference/canonical.ts";
import { referenceSummarise } from "../reference/reference-summarise.ts";

const mergeKernel = loadKernel(2);

export function keysOf(plan: Plan): readonly string[] {
  return [balanceKey, ...plan.summaries.map(summaryKey)];
}

/** The partial of a text, for all summaries of the plan's first source. */
export function partialOf(
  compiled: CompiledPlan,
  plan: Plan,
  content: Uint8Array,
  { isBeginning = false, preamble = new Uint8Array(0) } = {},
): DecodedPartial {
  const source = plan.sources[0]!.name;
  const keys = keysOf(plan);
  const range = [content, "lines", content.length, keys, isBeginning] as const;
  const summarised = summarise(compiled, source, ...range, () => undefined, preamble);
  const partial = decodePartial(summarised.bytes);
  // What the worker counts is what it sends.
  const rows = partial.tables.reduce((sum, { frame }) => sum + frameRows(frame), 0);
  assert.deepEqual([summarised.source, summarised.rows], [partial.source, rows]);
  return partial;
}

/** Rows of all partials, merged by summary and bucket. */
export function mergedRows(
  plan: Plan,
  partials: readonly DecodedPartial[],
): Record<string, string[]> {
  mergeKernel.reset();
  const rows: Record<string, string[]> = {};
  for (const definition of plan.summaries) {
    const key = summaryKey(definition);
    const buckets = new Map<number, Table>();
    for (const { summary, bucketStart, frame } of partials.flatMap(({ tables }) => tables)) {
      if (summary !== key) continue;
      const table = buckets.get(bucketStart) ?? new Table(mergeKernel, schemaOf(definition));
      buckets.set(bucketStart, table);
      table.merge(frame);
    }
    rows[definition.name] = [...buckets]
      .flatMap(([start, table]) => frameRowTexts(definition, start, table.encode()))
      .sort();
  }
  return rows;
}

/** What the plain implementation makes of a text, and what the kernel made of it. */
export function sideBySide(
  plan: Plan,
  partial: DecodedPartial,
  content: Uint8Array,
): { readonly expected: object; readonly actual: object } {
  const oracle = referenceSummarise(plan, plan.sources[0]!.name, content);
  const { format, computed = [] } = plan.sources[0]!;
  const isAsItCame = asItCame(format.type);
  const hasJoinedTime = timeReadingOf(format)?.from?.length === 2;
  // The text of a record is copied, its escapes undone.
  const isJoined = (field: string): boolean =>
    format.type === "docker" ||
    // Whose values are as the format inside has them.
    format.type === "cri" ||
    computed.some(({ name }) => name === field) ||
    (field === "timestamp" && hasJoinedTime);
  const rows = (rowsOf: (definition: Plan["summaries"][number]) => readonly string[]): object =>
    Object.fromEntries(
      plan.summaries.map((definition) => [definition.name, [...rowsOf(definition)].sort()]),
    );
  return {
    expected: {
      source: oracle.source,
      sheets: Object.fromEntries(oracle.sheets),
      samples: inOrder(oracle.samples, ({ text }) => text ?? "", isAsItCame, isJoined),
      rows: rows((definition) =>
        referenceRows(definition, oracle.tables.get(summaryKey(definition))!),
      ),
    },
    actual: {
      source: partial.source,
      sheets: Object.fromEntries(
        (partial.summaries ?? []).map(({ summary, sheet }) => [summary, sheet]),
      ),
      samples: inOrder(partial.samples, valueText, isAsItCame, isJoined),
      rows: rows((definition) =>
        partial.tables
          .filter(({ summary }) => summary === summaryKey(definition))
          .flatMap(({ bucketStart, frame }) => frameRowTexts(definition, bucketStart, frame)),
      ),
    },
  };
}

/**
 * Whether all values of a line are in it as they are: not where quotes are doubled, escapes undone, or a key alone
 * is `true`; and of a line that is cut it is not known.
 */
function asItCame(type: Format["type"]): (line: string) => boolean {
  const marks = new Map<string, RegExp>([
    ...["rsyslog", "columns", "w3c"].map((doubling): [string, RegExp] => [doubling, /"/]),
    ["json", /\\/],
    ["pairs", /\\|(?:^|\s)[^\s="]+(?:\s|$)/],
  ]);
  const mark = marks.get(type);
  return (line) => mark === undefined || (line.length < limits.sampleBytesMax && !mark.test(line));
}

/** Samples as texts, with the value at fault. One that is not in the line as it is has no place. */
function inOrder<Sample extends Omit<RejectSample, "value">>(
  samples: readonly Sample[],
  textOf: (sample: Sample) => string,
  isAsItCame: (line: string) => boolean,
  isJoined: (field: string) => boolean,
): readonly string[] {
  return samples
    .map((sample) => {
      const { summary, reason, field, offset } = sample;
      const line = Buffer.from(sample.bytes).toString("latin1");
      const isSure = isAsItCame(line) && !isJoined(field);
      const value = isSure ? textOf(sample).slice(0, limits.sampleValueBytesMax) : "";
      return [summary, reason, field, offset, line, value].join(" ");
    })
    .sort();
}

function valueText({ bytes, value }: RejectSample): string {
  if (value === null) return "";
  const line = Buffer.from(bytes).toString("latin1");
  const text = Buffer.from(value.bytes).toString("latin1");
  const isThere = line.slice(value.at, value.at + text.length) === text;
  return isThere || value.at + text.length > line.length ? text : `not at ${value.at}: ${text}`;
}
