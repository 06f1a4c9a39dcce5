// A batch's rejected lines: counted by reason in the kernel, with the first few of each reason as
// samples, which are cut out of the text.

import { limits } from "../../shared/base/limits.ts";
import { rejectReasons, type RejectReason } from "../../shared/model/reasons.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { RejectSample } from "../../shared/model/partial.ts";
import type { TextOnly } from "./no-text.ts";

const recordBytes = 4 + limits.samplesPerReasonMax * layout.rejectsSampleBytes;

/** Makes the kernel's structure, with nothing counted. */
export function placeRejects(kernel: Kernel): number {
  const bytes = layout.rejectsHeaderBytes + rejectReasons.length * recordBytes;
  const rejects = kernel.place(new Uint8Array(bytes));
  kernel.u32[rejects / 4] = limits.samplesPerReasonMax;
  return rejects;
}

export interface RejectedLines {
  readonly lines: number;
  readonly byReason: Readonly<Partial<Record<RejectReason, number>>>;
  readonly samples: readonly RejectSample[];
}

/** @param text where the payload begins in the kernel */
export function readRejects(kernel: Kernel, rejects: number, text: number): RejectedLines {
  const byReason: Partial<Record<RejectReason, number>> = {};
  const samples: RejectSample[] = [];
  const words = kernel.u32;
  let lines = 0;
  rejectReasons.forEach((reason, index) => {
    const record = (rejects + layout.rejectsHeaderBytes + index * recordBytes) / 4;
    const count = words[record]!;
    if (count === 0) return;
    byReason[reason] = count;
    lines += count;
    for (let kept = 0; kept < Math.min(count, limits.samplesPerReasonMax); kept += 1) {
      const sample = record + 1 + (kept * layout.rejectsSampleBytes) / 4;
      const at = words[sample]!;
      const length = Math.min(words[sample + 1]!, limits.sampleBytesMax);
      samples.push({ reason, offset: at - text, bytes: kernel.u8.slice(at, at + length) });
    }
  });
  return { lines, byReason, samples };
}

/** Adds what was no text, and says where in the batch each line is. */
export function withHoles(rejected: RejectedLines, only: TextOnly): RejectedLines {
  const { count, samples } = only.holes;
  const placed = rejected.samples.map((sample) => ({
    ...sample,
    offset: only.offsetInBatch(sample.offset),
  }));
  if (count === 0) return { ...rejected, samples: placed };
  return {
    lines: rejected.lines + count,
    byReason: { ...rejected.byReason, nul_bytes: count },
    samples: [...placed, ...samples],
  };
}
