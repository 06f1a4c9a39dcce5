// The first step of a partial: what is to become of it, decided at once against the ledger and all
// that is queued. What is let through can be merged without fail, whatever happens in between.

import { crc32 } from "node:zlib";
import { LogmillError } from "../../../shared/base/errors.ts";
import { limits } from "../../../shared/base/limits.ts";
import { atOnce } from "../../../shared/base/steps.ts";
import { deadLetterKey } from "../../../shared/model/definition-key.ts";
import type { BatchHeader } from "../../../shared/protocol/messages.ts";
import type { SourceHint, SourceIdentity } from "../../../shared/model/content.ts";
import type { BatchPartial, DecodedPartial } from "../../../shared/model/partial.ts";
import { emptySummarySheet } from "../../../shared/model/sheet.ts";
import { inSlices } from "../../../shared/runtime/time-slice.ts";
import { areMarksOf } from "../../../shared/model/content-marks.ts";
import { decodePartialSteps, encodePartial } from "../../../shared/table/partial-codec.ts";
import { isForBalance, isPseudoKey } from "./ledger/catalog.ts";
import type { Ledger, Merged, Verdict } from "./ledger/ledger.ts";
import { PendingRanges } from "./ledger/pending-ranges.ts";
import { rangeOf } from "./ledger/range-set.ts";
import { encodeBatchMeta, encodeHintMeta } from "./log/batch-record.ts";
import type { Entry } from "./log/group-commit.ts";
import type { DefinitionsByKey } from "./manifest/definitions.ts";
import { FrameChecker, partialFault } from "./partial-check.ts";
import type { Submission } from "../store.ts";
import { recordMetaBytesMax } from "./log/wal-record.ts";

const noBytes = new Uint8Array(0);

export class Submissions {
  readonly #ledger: Ledger;
  readonly #definitions: DefinitionsByKey;
  readonly #frames: FrameChecker;
  readonly #pending = new PendingRanges();
  readonly #queue: (entry: Entry) => void;
  /** Partials that were checked before they are submitted. */
  readonly #checked = new WeakMap<Uint8Array, DecodedPartial | Submission>();

  constructor(ledger: Ledger, definitions: DefinitionsByKey, queue: (entry: Entry) => void) {
    this.#ledger = ledger;
    this.#definitions = definitions;
    this.#frames = new FrameChecker(definitions);
    this.#queue = queue;
  }

  /** As `Store.prepare`. */
  async prepare(header: BatchHeader, bytes: Uint8Array, bodyCrc32: number): Promise<void> {
    this.#checked.set(bytes, await inSlices(this.#check(header, bytes, bodyCrc32)));
  }

  /** As `Store.submit`. */
  submit(header: BatchHeader, bytes: Uint8Array, bodyCrc32: number): Submission {
    const checked = this.#checked.get(bytes) ?? atOnce(this.#check(header, bytes, bodyCrc32));
    this.#checked.delete(bytes);
    return "kind" in checked ? checked : this.#decide(header, checked, bytes, bodyCrc32);
  }

  /** The partial, or why it cannot be merged, whatever the ledger says. */
  *#check(
    header: BatchHeader,
    bytes: Uint8Array,
    bodyCrc32: number,
  ): Generator<void, DecodedPartial | Submission, undefined> {
    if (crc32(bytes) !== bodyCrc32) return { kind: "checksum" };
    const decoded = yield* decodedPartial(bytes);
    if (typeof decoded === "string") return { kind: "bad_table", detail: decoded };
    const detail =
      headerFault(header) ??
      partialFault(this.#definitions, header.summaries, decoded) ??
      (yield* this.#frames.fault(decoded));
    return detail === null ? decoded : { kind: "bad_table", detail };
  }

  /** As `Store.deadLetter`. */
  deadLetter(header: BatchHeader): Submission {
    const detail = headerFault(header);
    if (detail !== null) return { kind: "bad_table", detail };
    const partial = deadLinePartial(header);
    const bytes = encodePartial(partial);
    const unknown = partialFault(this.#definitions, header.summaries, partial);
    if (unknown !== null) return { kind: "bad_table", detail: unknown };
    // Known already when the same line is given up again for a summary that was added later.
    const isKnown = this.#verdict(header, [deadLetterKey]) !== "new";
    const summaries = isKnown ? header.summaries : [...header.summaries, deadLetterKey];
    return this.#decide({ ...header, summaries }, partial, bytes, crc32(bytes));
  }

  /** As `Store.hint`. */
  hint(identity: SourceIdentity, hint: SourceHint): void {
    const sourceId = identity.id;
    if (!this.#ledger.has(sourceId) && !this.#pending.has(sourceId)) return;
    if (this.#ledger.isNewestHint(sourceId, hint)) return;
    const meta = encodeHintMeta({ sourceId, hint });
    if (meta.length > recordMetaBytesMax) return;
    const record = { type: "hint" as const, meta, body: noBytes, bodyCrc32: 0 };
    this.#queue({ kind: "hint", record, hint: { sourceId, hint } });
  }

  /** The batch is in the ledger now. */
  merged(merged: Merged): void {
    this.#pending.remove(merged);
  }

  #verdict({ identity, from, to }: BatchHeader, summaries: readonly string[]): Verdict {
    const merged = this.#ledger.verdict(identity.id, summaries, from, to);
    return merged === "new" ? this.#pending.verdict(identity.id, summaries, from, to) : merged;
  }

  #decide(
    header: BatchHeader,
    partial: DecodedPartial,
    bytes: Uint8Array,
    bodyCrc32: number,
  ): Submission {
    const lines = partial.source?.lines ?? 0;
    const { identity, summaries, from, to } = header;
    const merged = this.#ledger.verdict(identity.id, summaries, from, to);
    if (merged === "duplicate") return { kind: "duplicate", lines };
    const queued = this.#pending.verdict(identity.id, summaries, from, to);
    if (merged === "overlap" || queued === "overlap") return { kind: "overlap" };
    if (queued === "duplicate") {
      this.#queue({ kind: "duplicate", header, lines });
      return { kind: "queued" };
    }
    return this.#queueNew(header, partial, bytes, bodyCrc32);
  }

  #queueNew(
    header: BatchHeader,
    partial: DecodedPartial,
    body: Uint8Array,
    bodyCrc32: number,
  ): Submission {
    const meta = encodeBatchMeta(header);
    if (meta.length > recordMetaBytesMax)
      return { kind: "bad_table", detail: "its header is too long" };
    const { source, identity, hint, summaries, from, to } = header;
    const range = rangeOf(from, to, header.crc32, header.tailCrc32, header.marks);
    const merged = { source, identity, hint, range, summaries };
    this.#pending.add(merged);
    const record = { type: "batch" as const, meta, body, bodyCrc32 };
    this.#queue({ kind: "batch", record, header, merged, partial });
    return { kind: "queued" };
  }
}

/** The share of a batch that is one line, put aside: nobody has parsed it. */
function deadLinePartial({ from, to, summaries }: BatchHeader): BatchPartial {
  const bytes = to - from;
  const line = { lines: 1, bytes, parsed: 0, rejected: {}, deadLettered: 1 };
  return {
    source: isForBalance(summaries) ? line : null,
    summaries: summaries
      .filter((key) => !isPseudoKey(key))
      .map((summary) => ({ summary, sheet: { ...emptySummarySheet, bytes } })),
    samples: [],
    tables: [],
  };
}

/** The partial, or what is wrong with its bytes. */
function* decodedPartial(bytes: Uint8Array): Generator<void, DecodedPartial | string, undefined> {
  if (bytes.length > limits.messageBytesMax) return "the partial is too long";
  try {
    return yield* decodePartialSteps(bytes);
  } catch (error) {
    if (error instanceof LogmillError && error.code === "bad_table") return error.message;
    throw error;
  }
}

function headerFault({ from, to, summaries, marks }: BatchHeader): string | null {
  if (!(Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && to > from)) {
    return "its range is impossible";
  }
  if (!areMarksOf(from, to, marks)) return "its marks are impossible";
  const distinct = new Set(summaries).size;
  if (summaries.includes(deadLetterKey)) return "it asks to be put aside";
  const isBounded = distinct > 0 && distinct <= limits.summariesMax + 1;
  return isBounded && distinct === summaries.length ? null : "its list of summaries is impossible";
}
