// The first step of a partial: what is to become of it, decided against the ledger and all that is
// queued. What is let through can be merged without fail, whatever happens in between.
//
// A partial is checked first, which for a large one takes long: it is done in slices, so that nobody is held
// up, and the decision is made in one go at its end. Most are checked and decided before `submit` returns.

import { crc32 } from "node:zlib";
import { LogmillError } from "../../../shared/base/errors.ts";
import { limits } from "../../../shared/base/limits.ts";
import { deadLetterKey } from "../../../shared/model/definition-key.ts";
import type { BatchHeader } from "../../../shared/protocol/messages.ts";
import type { SourceHint, SourceIdentity } from "../../../shared/model/content.ts";
import type { BatchPartial, DecodedPartial } from "../../../shared/model/partial.ts";
import { emptySummarySheet } from "../../../shared/model/sheet.ts";
import { TimeSlice } from "../../../shared/runtime/time-slice.ts";
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
import type { DurableBatch, Refusal, Submission, Submitted } from "../store.ts";
import { recordMetaBytesMax } from "./log/wal-record.ts";

const noBytes = new Uint8Array(0);

/** What becomes of what was submitted. */
export interface SubmissionSteps {
  /** Nothing is taken any more, and nobody told of it. */
  readonly isOver: () => boolean;
  /** To be written, and reported when it is durable. */
  readonly queue: (entry: Entry) => void;
  /** Merged and durable already. */
  readonly durable: (batch: DurableBatch) => void;
  readonly refused: (batch: Submitted, refusal: Refusal) => void;
  readonly checked: (ms: number) => void;
  /** A fault of logmill itself. */
  readonly fail: (error: unknown) => void;
}

type Checked = DecodedPartial | Refusal;

export class Submissions {
  readonly #ledger: Ledger;
  readonly #definitions: DefinitionsByKey;
  readonly #frames: FrameChecker;
  readonly #pending = new PendingRanges();
  readonly #steps: SubmissionSteps;
  /** Those that were submitted and not decided, the one in check first. */
  readonly #undecided: Submission[] = [];
  #deciding: Promise<void> | null = null;

  constructor(ledger: Ledger, definitions: DefinitionsByKey, steps: SubmissionSteps) {
    this.#ledger = ledger;
    this.#definitions = definitions;
    this.#frames = new FrameChecker(definitions);
    this.#steps = steps;
  }

  /** As `Store.submit`. Batches are decided in the order in which they come. */
  submit(batch: Submission): void {
    if (this.#deciding !== null) {
      this.#undecided.push(batch);
      return;
    }
    const slice = new TimeSlice();
    const steps = this.#check(batch);
    const checked = this.#go(steps, slice);
    if (checked !== null) {
      this.#conclude(batch, checked);
      return;
    }
    this.#undecided.push(batch);
    this.#deciding = this.#decideAll(steps, slice);
  }

  /** Null when everything submitted is decided; else resolves when it is. */
  get deciding(): Promise<void> | null {
    return this.#deciding;
  }

  /** As `Store.deadLetter`. */
  deadLetter(header: BatchHeader): void {
    const partial = deadLinePartial(header);
    const detail =
      headerFault(header) ?? partialFault(this.#definitions, header.summaries, partial);
    if (detail !== null) {
      this.#steps.refused({ header }, { reason: "bad_table", detail });
      return;
    }
    // Known already when the same line is given up again for a summary that was added later.
    const isKnown = this.#verdict(header, [deadLetterKey]) !== "new";
    const summaries = isKnown ? header.summaries : [...header.summaries, deadLetterKey];
    const bytes = encodePartial(partial);
    this.#decide(
      { header: { ...header, summaries }, partial: bytes, crc32: crc32(bytes) },
      partial,
    );
  }

  /** As `Store.hint`. */
  hint(identity: SourceIdentity, hint: SourceHint): void {
    const sourceId = identity.id;
    if (!this.#ledger.has(sourceId) && !this.#pending.has(sourceId)) return;
    if (this.#ledger.isNewestHint(sourceId, hint)) return;
    const meta = encodeHintMeta({ sourceId, hint });
    if (meta.length > recordMetaBytesMax) return;
    const record = { type: "hint" as const, meta, body: noBytes, bodyCrc32: 0 };
    this.#steps.queue({ kind: "hint", record, hint: { sourceId, hint } });
  }

  /** The batch is in the ledger now. */
  merged(merged: Merged): void {
    this.#pending.remove(merged);
  }

  #verdict({ identity, from, to }: BatchHeader, summaries: readonly string[]): Verdict {
    const merged = this.#ledger.verdict(identity.id, summaries, from, to);
    return merged === "new" ? this.#pending.verdict(identity.id, summaries, from, to) : merged;
  }

  /** The partial, or why it cannot be merged, whatever the ledger says. */
  *#check({ header, partial, crc32: sent }: Submission): Generator<void, Checked, undefined> {
    if (crc32(partial) !== sent) return { reason: "checksum" };
    const decoded = yield* decodedPartial(partial);
    if (typeof decoded === "string") return { reason: "bad_table", detail: decoded };
    const detail =
      headerFault(header) ??
      partialFault(this.#definitions, header.summaries, decoded) ??
      (yield* this.#frames.fault(decoded));
    return detail === null ? decoded : { reason: "bad_table", detail };
  }

  /** Checks until it is done or the slice is over, which is null. */
  #go(steps: Iterator<void, Checked>, slice: TimeSlice): Checked | null {
    const startMs = performance.now();
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done === true) return value;
        if (slice.isOver) return null;
      }
    } finally {
      this.#steps.checked(performance.now() - startMs);
    }
  }

  /** @param first the check of the first of those that are undecided. */
  async #decideAll(first: Iterator<void, Checked>, slice: TimeSlice): Promise<void> {
    let steps: Iterator<void, Checked> | null = first;
    try {
      while (this.#undecided.length > 0) {
        await slice.next();
        if (this.#steps.isOver()) break;
        const batch = this.#undecided[0]!;
        steps ??= this.#check(batch);
        const checked = this.#go(steps, slice);
        if (checked === null) continue;
        this.#conclude(batch, checked);
        this.#undecided.shift();
        steps = null;
      }
    } catch (error) {
      this.#steps.fail(error);
    } finally {
      this.#undecided.length = 0;
      this.#deciding = null;
    }
  }

  #conclude(batch: Submission, checked: Checked): void {
    if ("reason" in checked) this.#steps.refused(batch, checked);
    else this.#decide(batch, checked);
  }

  #decide(batch: Submission, decoded: DecodedPartial): void {
    const { header } = batch;
    const lines = decoded.source?.lines ?? 0;
    const { identity, summaries, from, to } = header;
    const merged = this.#ledger.verdict(identity.id, summaries, from, to);
    const queued = this.#pending.verdict(identity.id, summaries, from, to);
    if (merged === "duplicate") this.#steps.durable({ header, duplicate: true, lines });
    else if (merged === "overlap" || queued === "overlap") {
      this.#steps.refused(batch, { reason: "overlap" });
    } else if (queued === "duplicate") this.#steps.queue({ kind: "duplicate", header, lines });
    else this.#queueNew(batch, decoded);
  }

  #queueNew(batch: Submission, partial: DecodedPartial): void {
    const { header, partial: body, crc32: bodyCrc32 } = batch;
    const meta = encodeBatchMeta(header);
    if (meta.length > recordMetaBytesMax) {
      this.#steps.refused(batch, { reason: "bad_table", detail: "its header is too long" });
      return;
    }
    const { source, identity, hint, summaries, from, to } = header;
    const range = rangeOf(from, to, header.crc32, header.tailCrc32, header.marks);
    const merged = { source, identity, hint, range, summaries };
    this.#pending.add(merged);
    const record = { type: "batch" as const, meta, body, bodyCrc32 };
    this.#steps.queue({ kind: "batch", record, header, merged, partial });
  }
}

/** The share of a batch that is one dead-lettered line: nobody has parsed it. */
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
  if (summaries.includes(deadLetterKey)) return "it asks to be a dead letter";
  const isBounded = distinct > 0 && distinct <= limits.summariesMax + 1;
  return isBounded && distinct === summaries.length ? null : "its list of summaries is impossible";
}
