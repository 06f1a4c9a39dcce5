// What one summary makes of the lines of a batch: which it counts, which its `where` leaves out, and
// which lack what it needs. A line that the `where` leaves out needs nothing; a field of a metric is
// needed where the `where` of the metric holds.

import { assert } from "../../shared/base/assert.ts";
import type { PartialSheet, RejectSample } from "../../shared/model/partial.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { BatchColumns } from "./batch-columns.ts";
import type { CompiledNeed, CompiledSummary } from "./compiled-plan.ts";
import { reasonOf } from "./needs.ts";
import type { TextOnly } from "./no-text.ts";
import { placeRejects, readRejects, type Fault } from "./rejected-lines.ts";

/** Where the batch's text is, and what was taken out of it. */
interface PlacedText {
  readonly start: number;
  readonly only: TextOnly;
}

/** A status is a byte, and each need takes two of its values; what is beyond shares the last ones. */
const needsTold = 126;

/** Columns that are worked in and hold nothing between two calls. */
export interface VerdictScratch {
  readonly status: number;
  readonly wanted: number;
  readonly mask: number;
}

export class SummaryVerdict {
  readonly #kernel: Kernel;
  readonly #summary: CompiledSummary;
  readonly #columns: BatchColumns;
  readonly #scratch: VerdictScratch;
  readonly #faults: readonly Fault[];
  readonly #rejects: number;
  /** Span columns by fault. */
  readonly #values: number;
  #parsed = 0;
  #wanted = 0;
  #rejected = 0;

  constructor(
    kernel: Kernel,
    summary: CompiledSummary,
    columns: BatchColumns,
    scratch: VerdictScratch,
  ) {
    this.#kernel = kernel;
    this.#summary = summary;
    this.#columns = columns;
    this.#scratch = scratch;
    this.#faults = summary.needs.slice(0, needsTold).flatMap(({ need }): Fault[] => {
      const field = summary.needs.length > needsTold ? "" : need.field;
      return [
        { reason: "missing_field", field },
        { reason: reasonOf(need), field },
      ];
    });
    this.#rejects = placeRejects(kernel, this.#faults.length);
    const spans = this.#faults.map(({ field }) => columns.spans.get(field) ?? 0);
    this.#values = kernel.place(new Uint8Array(Uint32Array.from(spans).buffer));
  }

  /** Mask of the lines of a vector that count; 0 if all do. Good until the next call of any verdict. */
  judge(n: number): number {
    const { exports } = this.#kernel;
    const { status, mask } = this.#scratch;
    const where = this.#columns.masks.mask(this.#summary.where);
    this.#parsed += n;
    this.#wanted += where === 0 ? n : exports.maskCount(where, n);
    const failing = this.#summary.needs.filter(({ need }) => this.#columns.faults(need).some);
    if (failing.length === 0) return where;
    exports.maskFill(status, 0, n);
    let judged = 0;
    for (const need of failing) judged += this.#apply(need, where, n);
    if (judged === 0) return where;
    this.#rejected += exports.rejectRows(
      this.#rejects,
      status,
      this.#columns.lines,
      n,
      this.#values,
    );
    exports.maskCounted(where, status, n, mask);
    return mask;
  }

  #apply(compiled: CompiledNeed, where: number, n: number): number {
    const { exports } = this.#kernel;
    const { status, wanted } = this.#scratch;
    const faults = this.#columns.faults(compiled.need).pointer;
    const ofMetric = this.#columns.masks.mask(compiled.where);
    let lines = where === 0 ? ofMetric : where;
    if (where !== 0 && ofMetric !== 0) {
      exports.maskAnd(where, ofMetric, wanted, n);
      lines = wanted;
    }
    const index = Math.min(this.#summary.needs.indexOf(compiled), needsTold - 1);
    return exports.judge(faults, lines, n, 2 * index + 1, 2 * index + 2, status);
  }

  /** The summary's share of the sheet. @param bytes of the batch's range */
  sheet(
    bytes: number,
    text: PlacedText,
  ): { sheet: PartialSheet; samples: readonly RejectSample[] } {
    const { key } = this.#summary;
    const rejected = readRejects(this.#kernel, this.#rejects, this.#faults, text.start);
    assert(
      rejected.lines === this.#rejected,
      "every line that is rejected is counted by its fault",
    );
    const sheet = {
      bytes,
      parsed: this.#parsed,
      counted: this.#wanted - this.#rejected,
      filtered: this.#parsed - this.#wanted,
      rejected: rejected.byReason,
    };
    return {
      sheet: { summary: key, sheet },
      samples: rejected.samples.map(({ offset, ...sample }) => ({
        ...sample,
        offset: text.only.offsetInBatch(offset),
        summary: key,
      })),
    };
  }
}
