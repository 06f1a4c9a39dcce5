// A tokeniser cuts lines into the span columns of fields; one exists per format. It is compiled
// once per source and then, for every batch, put into the batch's memory.

import type { Kernel } from "../../shared/kernel/kernel.ts";

/** Cuts at most `capacity` events from the cursor on; fewer only at the end of the text. */
type Cut = (cursor: number, capacity: number) => number;

/** What the kernel is told of lines inside of others, see its `inner-layout.ts`. */
export interface InnerProgram {
  readonly kind: number;
  readonly program: number;
}

export interface Tokeniser {
  /**
   * Writes what the kernel must know into its memory.
   * @param columns pointer to the span column of each field that is used
   * @param ignored a column that may be written to and is not read
   * @param preamble what precedes the batch and says how its lines are read; see `preamble.ts`
   */
  place(
    kernel: Kernel,
    columns: ReadonlyMap<string, number>,
    ignored: number,
    preamble: Uint8Array,
  ): Cut;

  /** As `place`, for lines that are inside of others; absent where they may not be. */
  placeInner?(kernel: Kernel, columns: ReadonlyMap<string, number>, ignored: number): InnerProgram;
}
