// One byte a line that says what is wrong with a field: 0 nothing, 1 + `missing_field` where the line
// ends before it, anything else where its value is not of the kind that is needed. Whether any line of
// the vector has a flag is known, so that a sound vector costs next to nothing.

import type { Kernel } from "../../shared/kernel/kernel.ts";
import type { ColumnBlock } from "./column-block.ts";

export class FaultFlags {
  readonly pointer: number;
  /** Whether a line of the vector has a flag. */
  some = false;
  readonly #kernel: Kernel;
  readonly #spans: number;

  /** @param spans column of the field's values */
  constructor(kernel: Kernel, columns: ColumnBlock, spans: number) {
    this.#kernel = kernel;
    this.#spans = spans;
    this.pointer = columns.take(1);
  }

  /** Flags the lines that end before the field, and no others. */
  begin(n: number, hasShortLines: boolean): void {
    const { exports } = this.#kernel;
    if (hasShortLines) this.some = exports.flagMissing(this.#spans, n, this.pointer) > 0;
    else {
      exports.maskFill(this.pointer, 0, n);
      this.some = false;
    }
  }

  /** Looks at what was flagged since. */
  end(n: number): void {
    this.some = this.#kernel.exports.maskCount(this.pointer, n) > 0;
  }
}
