// What messages are made of besides single values: the header of a batch, who its content is, and what a
// sink has of it. Schemas, from which come the types; see `messages.ts`.

import * as z from "zod";
import { limits } from "../base/limits.ts";
import type { SourceHint, SourceIdentity } from "../model/content.ts";
import type { OutputPaths } from "../model/output-paths.ts";
import type { Window } from "../model/read-range.ts";
import type {
  KeptSheet,
  RejectExample,
  Sheets,
  SourceSheet,
  UncountedFile,
  ValueMark,
} from "../model/sheet.ts";
import type { TableInfo } from "../model/table-info.ts";
import { rejectReasons } from "../model/reasons.ts";
import {
  binary,
  bytes,
  count,
  flag,
  hex,
  listOf,
  mapOf,
  oneOf,
  orNil,
  part,
  text,
  u32,
  u64,
  type Wire,
} from "./wire-types.ts";

/** Bytes of `SealedHeader.tag`, and of the key it is made with. */
export const tagBytes = 16;
export const tagKeyBytes = 32;

export const key = hex(16);
export const sha256 = hex(32).describe("SHA-256 of the table.");

/** A table that values are looked up in, as a plan's message tells of it. */
export const tableInfo = part("table", {
  name: text.describe("What it is a table of; calls of the plan's functions name it so."),
  sha256,
  bytes: count.describe("Its length."),
}) satisfies z.ZodType<TableInfo>;

export const identity = part("identity", {
  id: key.describe("SHA-256 (first 16 bytes) of the first `headBytes` bytes of the content."),
  headBytes: count.describe("At most 64 KiB."),
  family: hex(8).describe("SHA-256 (first 8 bytes) of the first line; stays as content grows."),
}) satisfies z.ZodType<SourceIdentity>;

export const hint = part("hint", {
  path: text.describe("Where the content was last seen."),
  inode: text.describe("`dev:ino`, and `:birthtimeNs` where the file system knows it."),
  stat: text.describe(
    "`dev:ino:size:mtimeNs`, and `:contentBytes` of a compressed file that was read to its end.",
  ),
}) satisfies z.ZodType<SourceHint>;

const window = part("window", {
  from: count.describe("Bytes `[from, to)` of the content."),
  to: count.describe("Their end."),
  crc32: u32.describe("Their CRC-32."),
}) satisfies z.ZodType<Window>;

/** What the tag covers. */
export const batchHeader = part("header", {
  session: u64.describe("Drawn at every start of a ventilator."),
  batch: count.describe("Numbered within the session."),
  plan: key.describe("Fingerprint of the plan."),
  source: text.describe("Name of the source in the configuration."),
  identity: identity.describe("Whose bytes these are."),
  hint: hint.describe("Where they lie."),
  from: count.describe("Byte range `[from, to)` of the decompressed content; it is not empty."),
  to: count.describe("Its end."),
  checksums: oneOf(["given", "measured"]).describe(
    "`measured`: the ventilator has not read the range, and the worker measures its CRC-32.",
  ),
  crc32: u32.describe("CRC-32 of the range's content; 0 where the worker measures it."),
  tailCrc32: u32.describe("CRC-32 of its last min(4096, to - from) bytes."),
  marks: binary
    .optional()
    .describe("Checksums of the range's beginning at line ends, packed as in `content-marks.ts`."),
  witnesses: listOf(window, 2)
    .optional()
    .describe("What a worker that reads the range from the file finds around it, after reading."),
  preamble: binary
    .optional()
    .describe(
      "The header or directive of the content that says how the range's lines are read; absent where none is before it.",
    ),
  kind: oneOf(["lines", "oversize"]).describe(
    "`oversize`: the range is one line that fits no batch, and the payload its beginning.",
  ),
  summaries: listOf(key, limits.summariesMax + 1).describe(
    "Keys of the definitions that the range is for.",
  ),
});

/** `batchHeader` as it is checked; a part of its own, since a check of two members ends the list of them. */
export const checkedBatchHeader = batchHeader.refine(({ from, to }) => from < to);

export type BatchHeader = Wire<typeof batchHeader>;

export const sealed = part("sealed header", {
  bytes: binary.describe("The packed header: made once, by the ventilator, and echoed as it came."),
  tag: bytes(tagBytes).describe("Proves to the sink that the ventilator cut this batch."),
});

export type SealedHeader = Wire<typeof sealed>;

/** Travels as a list, see `packedRange`: a content may have very many. */
const range = part("range", {
  from: count.describe("Byte range `[from, to)`."),
  to: count.describe("Its end."),
  crc32: u32.describe("CRC-32 of its content; of the ranges of the balance sheet."),
  tailCrc32: u32.describe("CRC-32 of its last `tailBytes` bytes."),
  tailBytes: count.describe(
    "min(4096, to - from) of a range merged in one piece, and up to three times as many of one that grew in small pieces.",
  ),
  marks: binary
    .optional()
    .describe("As in a header; of ranges that were merged before there were marks, absent or few."),
}).meta({
  description:
    "A list of these values in this order, without their names; the last may be missing.",
});

export type LedgerRange = Wire<typeof range>;

const { from, to, crc32, tailCrc32, tailBytes, marks } = range.shape;
const packedRange = z
  .tuple([from, to, crc32, tailCrc32, tailBytes, marks])
  .meta({ title: "range" });

type PackedRange = Wire<typeof packedRange>;

const packedRanges = listOf(packedRange)
  .refine((list) =>
    list.every(([start, end], at) => start < end && start >= (list[at - 1]?.[1] ?? 0)),
  )
  .meta({ title: "list of range" });

export const packedSource = part("ledger source", {
  name: text.describe("Name of the source in the configuration."),
  identity,
  hints: listOf(hint).describe(
    "Newest last, at most 8; none where the source goes on from the part before.",
  ),
  merged: mapOf(key, packedRanges).describe("Merged ranges by definition, in order and disjoint."),
});

type PackedSource = Wire<typeof packedSource>;

/** What a sink has of one content. */
export interface LedgerSource extends Omit<PackedSource, "merged"> {
  readonly merged: Readonly<Record<string, readonly LedgerRange[]>>;
}

export function packSource({ merged, ...source }: LedgerSource): PackedSource {
  return { ...source, merged: mapValues(merged, (ranges) => ranges.map(packRange)) };
}

export function unpackSource({ merged, ...source }: PackedSource): LedgerSource {
  return { ...source, merged: mapValues(merged, (ranges) => ranges.map(unpackRange)) };
}

function packRange({ from, to, crc32, tailCrc32, tailBytes, marks }: LedgerRange): PackedRange {
  const numbers = [from, to, crc32, tailCrc32, tailBytes] as const;
  return marks === undefined || marks.length === 0 ? [...numbers] : [...numbers, marks];
}

function unpackRange([from, to, crc32, tailCrc32, tailBytes, marks]: PackedRange): LedgerRange {
  const range = { from, to, crc32, tailCrc32, tailBytes };
  return marks === undefined ? range : { ...range, marks };
}

function mapValues<V, W>(map: Readonly<Record<string, V>>, of: (value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, of(value)]));
}

const rejected = mapOf(oneOf(rejectReasons), count).describe("Lines by reason.");

const sourceSheet = part("source sheet", {
  lines: count.describe("The sum of those parsed, rejected by the format, and dead-lettered."),
  bytes: count,
  parsed: count,
  rejected,
  deadLettered: count,
}) satisfies z.ZodType<SourceSheet>;

const summarySheet = part("summary sheet", {
  bytes: count.describe("Of the ranges that were read for the summary."),
  bytesBefore: count.describe("Of those that were read before summaries had sheets."),
  parsed: count.describe("The sum of those counted, filtered, and rejected by the summary."),
  counted: count,
  filtered: count,
  rejected,
}) satisfies z.ZodType<KeptSheet>;

export const sheets = part("sheets", {
  sources: mapOf(text, sourceSheet).describe("By source."),
  summaries: mapOf(
    text,
    mapOf(text, summarySheet).meta({ title: "map of text to summary sheet" }),
  ).describe("By summary, then by source."),
}).meta({ description: "Durable sheets of the store." }) satisfies z.ZodType<Sheets>;

const mark = part("mark", {
  from: count.describe("In UTF-16 units."),
  length: count,
}) satisfies z.ZodType<ValueMark>;

export const example = part("example", {
  source: text,
  summary: orNil(text).describe("Who could not count the line; nil: the format rejected it."),
  reason: oneOf(rejectReasons),
  field: text.describe("What is missing or wrong; empty where the line as a whole is."),
  path: text.describe("Where the file was when the line was read."),
  offset: count.describe("Of the line in the decompressed content."),
  line: text.describe("Its beginning."),
  value: text.optional().describe("The value at fault, or its beginning, where it is known."),
  mark: mark.optional().describe("Where in `line` all of the value is."),
  problem: text.optional().describe("What is wrong, in words."),
  fix: text.optional().describe("What to do about it, in words."),
}) satisfies z.ZodType<RejectExample>;

export const uncountedFile = part("uncounted file", {
  content: key.describe("The identity's `id`."),
  source: text,
  summary: orNil(text).describe(
    "Who rejected all of its parsed lines; nil: the format rejected all.",
  ),
  path: text.describe("Where the file was last."),
  rejected,
  example: orNil(example).describe("The first of its lines, where that was kept."),
}) satisfies z.ZodType<UncountedFile>;

export const outputPaths = part("output paths", {
  count: count.describe("Files that the outputs wrote or left as they were."),
  first: listOf(text, limits.outputPathsToldMax).describe("The first of them."),
}) satisfies z.ZodType<OutputPaths>;

export const acknowledged = part("acknowledged batch", {
  batch: batchHeader.shape.batch,
  duplicate: flag.describe("The range was merged before; nothing was added."),
  lines: count.describe("Lines of the batch."),
});

/** What members are made of, for the page of the protocol. */
export const messageParts = [
  tableInfo,
  sealed,
  batchHeader,
  window,
  identity,
  hint,
  acknowledged,
  packedSource,
  range,
  sheets,
  sourceSheet,
  summarySheet,
  example,
  mark,
  uncountedFile,
  outputPaths,
] as const;
