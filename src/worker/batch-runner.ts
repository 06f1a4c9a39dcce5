// One batch in, one answer out: the frames of its partial, or why there are none. Everything that
// can go wrong with a batch ends here, so that the shell around it only moves messages.

import { crc32 } from "node:zlib";
import { limits } from "../shared/base/limits.ts";
import type { Plan } from "../shared/model/plan.ts";
import { encodePartialMessage } from "../shared/protocol/codec.ts";
import type { BatchHeader, BatchTask } from "../shared/protocol/messages.ts";
import { inSlices } from "../shared/runtime/time-slice.ts";
import type { Tables } from "./core/table-fetch.ts";
import type { StageWatch } from "./core/stages.ts";
import type { SummarisedBatch } from "./core/summarise.ts";
import { addRejected, newCounters } from "./counters.ts";
import type { FailureReason, WorkerCounters } from "./counters.ts";
import { takePoison } from "./test-poison.ts";
import { RangeReader, RangeUnreadable } from "./range-reader.ts";
import type { Range } from "./range-reader.ts";
import type { Summariser } from "./summariser.ts";

export type Task = BatchTask;

export type BatchResult =
  | {
      readonly kind: "partial";
      readonly frames: readonly Uint8Array[];
      readonly partialBytes: number;
    }
  | { readonly kind: "failed"; readonly reason: FailureReason; readonly detail: string };

const detailCharactersMax = 500;

export class BatchRunner {
  readonly counters: WorkerCounters = newCounters();
  readonly #worker: string;
  readonly #makeSummariser: (plan: Plan, tables: Tables) => Summariser;
  #plan: { readonly fingerprint: string; readonly plan: Plan; readonly tables: Tables } | null =
    null;
  #summarise: Summariser | null = null;
  readonly #ranges = new RangeReader();

  /** @param worker its id, which goes into every partial. */
  constructor(worker: string, makeSummariser: (plan: Plan, tables: Tables) => Summariser) {
    this.#worker = worker;
    this.#makeSummariser = makeSummariser;
  }

  /**
   * Compiles the plan, unless it is the one that is compiled already.
   * @param tables that it looks values up in
   */
  adopt(fingerprint: string, plan: Plan, tables: Tables): void {
    if (this.#plan?.fingerprint === fingerprint) return;
    this.#summarise = this.#makeSummariser(plan, tables);
    this.#plan = { fingerprint, plan, tables };
  }

  /** Nothing is in work: lets go of what is only kept for the next batch. */
  async rest(): Promise<void> {
    await this.#ranges.close();
  }

  /** A batch that breaks the summariser is the batch's fault until proved otherwise. */
  async run(task: Task): Promise<BatchResult> {
    const { header, payload } = task;
    const watch = this.#stageWatch();
    if (crc32(payload) !== task.payloadCrc32) {
      return this.#failed("checksum", "the bytes that came are not the bytes that were sent");
    }
    if (header.checksums === "given" || !this.#hasPlanOf(header)) {
      return this.#summarised(task, header, payload, watch);
    }
    let range: Range;
    try {
      range = await this.#ranges.read(header, this.#summarise?.room);
    } catch (error) {
      if (error instanceof RangeUnreadable) return this.#failed("source", error.message);
      return this.#broken(error);
    }
    // The ledger remembers the checksum of what was counted, not of what once was in the file.
    return this.#summarised(task, { ...header, crc32: range.crc32 }, range.bytes, watch);
  }

  #hasPlanOf(header: BatchHeader): boolean {
    return header.plan === this.#plan?.fingerprint;
  }

  async #summarised(
    { sealed, attempt }: Task,
    header: BatchHeader,
    payload: Uint8Array,
    watch: StageWatch,
  ): Promise<BatchResult> {
    if (this.#plan === null || !this.#hasPlanOf(header)) {
      return this.#failed("plan", `this worker has plan ${this.#plan?.fingerprint ?? "none"}`);
    }
    let summarised: SummarisedBatch;
    try {
      const summarise = (this.#summarise ??= this.#makeSummariser(
        this.#plan.plan,
        this.#plan.tables,
      ));
      takePoison(payload);
      // In slices, since a worker that does not beat is given up.
      summarised =
        summarise.steps === undefined
          ? summarise(header, payload, watch)
          : await inSlices(summarise.steps(header, payload, watch));
    } catch (error) {
      return this.#broken(error);
    }
    const { bytes: partial } = summarised;
    if (partial.length > limits.messageBytesMax) {
      return this.#failed("error", `its partial has ${partial.length} bytes, too many to send`);
    }
    this.#count(header, summarised);
    const batch = { header, sealed, attempt };
    const message = { ...batch, worker: this.#worker, crc32: crc32(partial), partial };
    const frames = encodePartialMessage({ type: "partial", ...message });
    return { kind: "partial", frames, partialBytes: partial.length };
  }

  /** Adds the time since its making, and then since the call before, to the stage it is told. */
  #stageWatch(): StageWatch {
    const { kernelSeconds } = this.counters;
    let sinceMs = performance.now();
    return (stage) => {
      const nowMs = performance.now();
      kernelSeconds[stage] += (nowMs - sinceMs) / 1000;
      sinceMs = nowMs;
    };
  }

  #count(header: BatchHeader, { bytes, source, rows }: SummarisedBatch): void {
    const { counters } = this;
    counters.batches += 1;
    counters.partialRows += rows;
    counters.bytes += header.to - header.from;
    counters.partialBytes += bytes.length;
    if (source === null) return;
    counters.lines += source.lines;
    addRejected(counters, source.rejected);
  }

  /** A kernel that has thrown may be in any state. */
  #broken(error: unknown): BatchResult {
    this.#summarise = null;
    return this.#failed("error", error instanceof Error ? error.message : String(error));
  }

  #failed(reason: FailureReason, detail: string): BatchResult {
    this.counters.failed[reason] += 1;
    return { kind: "failed", reason, detail: detail.slice(0, detailCharactersMax) };
  }
}
