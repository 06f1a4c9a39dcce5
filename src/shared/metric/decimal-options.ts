// The options of the kinds that work on decimal numbers.

import type { OptionSchemas, OptionTypes } from "./option-types.ts";
import type { ColumnInput } from "./stored-column.ts";

export interface DecimalOptions {
  readonly field: string;
  /** Digits after the decimal point; values are integers of 10^-scale. 0 to 18. */
  readonly scale: number;
}

export function decimalOptions({ name, integer }: OptionTypes): OptionSchemas<DecimalOptions> {
  return {
    field: name.describe("A field that holds decimal numbers; an empty one adds nothing."),
    scale: integer(0, 18)
      .prefault(0)
      .describe("Digits kept after the point. Numbers with more are rejected, never rounded."),
  };
}

export function decimalInput({ field, scale }: DecimalOptions): ColumnInput {
  return { kind: "decimal", field, scale };
}
