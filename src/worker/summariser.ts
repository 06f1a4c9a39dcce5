// What a worker does to a batch, behind one function type: the shell knows nothing of kernels, and
// tests put something that fails in its place.

import { atOnce } from "../shared/base/steps.ts";
import type { Plan } from "../shared/model/plan.ts";
import { loadSeededKernel } from "../shared/kernel/seeded-kernel.ts";
import type { BatchHeader } from "../shared/protocol/messages.ts";
import type { StageWatch } from "./core/stages.ts";
import { compilePlan } from "./core/compiled-plan.ts";
import type { Tables } from "./core/table-fetch.ts";
import { roomForPayload, summariseSteps, type SummarisedBatch } from "./core/summarise.ts";

/** Turns one batch into its encoded partial: decided by the arguments alone, its bytes a fresh buffer. */
export interface Summariser {
  (header: BatchHeader, payload: Uint8Array, watch: StageWatch): SummarisedBatch;
  /** The same a step at a time. Until all are done it must not be called again. */
  readonly steps?: (
    header: BatchHeader,
    payload: Uint8Array,
    watch: StageWatch,
  ) => Generator<void, SummarisedBatch, undefined>;
  /**
   * Memory for the payload of the next call, which need not be copied then: good until that call, and
   * void after it.
   */
  readonly room?: (bytes: number) => Uint8Array;
}

/** Compiles a plan, and the tables that it looks values up in, into a kernel of its own. After a summariser has thrown, make a new one. */
export function kernelSummariser(plan: Plan, tables: Tables = new Map()): Summariser {
  const compiled = compilePlan(loadSeededKernel(), plan, { tables });
  const steps: NonNullable<Summariser["steps"]> = (header, payload, watch) =>
    summariseSteps(
      compiled,
      header.source,
      payload,
      header.kind,
      header.to - header.from,
      header.summaries,
      header.from === 0,
      watch,
      header.preamble,
    );
  const ofBatch: Summariser = (...batch) => atOnce(steps(...batch));
  return Object.assign(ofBatch, {
    steps,
    room: (bytes: number) => roomForPayload(compiled, bytes),
  });
}
