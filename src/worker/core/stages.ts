// The stages of a batch's way through the kernel. The core has no clock: it tells a watch, which the
// shell hands it, whenever a stage has ended, a few times for every few thousand lines.

export const kernelStages = ["check", "tokenise", "decode", "aggregate", "encode"] as const;

/**
 * `check`: comparing checksums and placing the text · `tokenise`: finding lines and fields ·
 * `decode`: values, hashes, buckets and conditions · `aggregate`: grouping and adding ·
 * `encode`: the partial's bytes.
 */
export type KernelStage = (typeof kernelStages)[number];

/** Told that everything since the call before belonged to this stage. */
export type StageWatch = (stage: KernelStage) => void;
