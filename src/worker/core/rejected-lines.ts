// Rejected lines, counted in the kernel by what was wrong with them, with the first few of each kind
// as samples, which are cut out of the text. A source's are counted by reason, a summary's by need.

import { limits } from "../../shared/base/limits.ts";
import type { RejectReason } from "../../shared/model/reasons.ts";
import type { RejectCounts } from "../../shared/model/sheet.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { FaultyValue, SampledLine } from "../../shared/model/partial.ts";
import type { TextOnly } from "./no-text.ts";

const recordBytes = 4 + limits.samplesPerReasonMax * layout.rejectsSampleBytes;

/** What was wrong with the lines of one record. */
export interface Fault {
  readonly reason: RejectReason;
  /** The field; empty where the line as a whole is wrong. */
  readonly field: string;
}

/** Makes the kernel's structure with a record for each of so many kinds, and nothing counted. */
export function placeRejects(kernel: Kernel, kinds: number): number {
  const rejects = kernel.place(new Uint8Array(layout.rejectsHeaderBytes + kinds * recordBytes));
  kernel.u32[rejects / 4] = limits.samplesPerReasonMax;
  return rejects;
}

export interface RejectedLines {
  readonly lines: number;
  readonly byReason: RejectCounts;
  readonly samples: readonly SampledLine[];
}

/**
 * @param faults what each record stands for
 * @param text where the payload begins in the kernel
 */
export function readRejects(
  kernel: Kernel,
  rejects: number,
  faults: readonly Fault[],
  text: number,
): RejectedLines {
  const byReason: Partial<Record<RejectReason, number>> = {};
  const samples: SampledLine[] = [];
  const words = kernel.u32;
  let lines = 0;
  faults.forEach(({ reason, field }, index) => {
    const record = (rejects + layout.rejectsHeaderBytes + index * recordBytes) / 4;
    const count = words[record]!;
    if (count === 0) return;
    byReason[reason] = (byReason[reason] ?? 0) + count;
    lines += count;
    for (let kept = 0; kept < Math.min(count, limits.samplesPerReasonMax); kept += 1) {
      const sample = record + 1 + (kept * layout.rejectsSampleBytes) / 4;
      const at = words[sample]!;
      const length = Math.min(words[sample + 1]!, limits.sampleBytesMax);
      const bytes = kernel.u8.slice(at, at + length);
      const line = { at, length: words[sample + 1]! };
      const value = valueIn(kernel, line, words[sample + 2]!, words[sample + 3]!);
      samples.push({ reason, field, offset: at - text, bytes, value });
    }
  });
  return { lines, byReason, samples: firstOfEachReason(samples) };
}

/** A value that lies in its line; one that was put together elsewhere (doubled quotes) has no place. */
function valueIn(
  kernel: Kernel,
  line: { readonly at: number; readonly length: number },
  from: number,
  length: number,
): FaultyValue | null {
  const at = from - line.at;
  if (at < 0 || at + length > line.length) return null;
  const shown = Math.min(length, limits.sampleValueBytesMax);
  return { at, length, bytes: kernel.u8.slice(from, from + shown) };
}

/** A reason that several fields have still has no more samples than any other. */
function firstOfEachReason(samples: readonly SampledLine[]): SampledLine[] {
  const kept = new Map<RejectReason, number>();
  return [...samples]
    .sort((a, b) => a.offset - b.offset)
    .filter(({ reason }) => {
      const before = kept.get(reason) ?? 0;
      kept.set(reason, before + 1);
      return before < limits.samplesPerReasonMax;
    });
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
