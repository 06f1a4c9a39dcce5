// What a metric kind is: everything that logmill has to know of it, in one place. Adding one is
// described in docs/extending.md.

import type { MetricOptions, MetricType } from "../model/plan.ts";
import type { OptionSchemas, OptionTypes } from "./option-types.ts";
import type { CellReader, StoredColumn } from "./stored-column.ts";
import type { Value } from "./value.ts";

/** How a kind is written in the configuration. */
export interface ConfiguredKind<Options> {
  /** What `type` may say; the first is the word that definitions keep. */
  readonly words: readonly [string, ...string[]];
  /** One sentence for docs/configuration.md. */
  readonly description: string;
  /** What the option `where` chooses, as a sentence; null for a kind without it. */
  readonly where: string | null;
  options(types: OptionTypes): OptionSchemas<Options>;
}

/** A kind whose values come from columns of a table. */
export interface StoredKind<Type extends MetricType> extends ConfiguredKind<MetricOptions[Type]> {
  readonly words: readonly [Type, ...string[]];
  /** The columns of a table that it needs, in order. */
  columns(options: MetricOptions[Type]): readonly StoredColumn[];
  /** Whether its values are estimates, which are shown with their bounds. */
  readonly isEstimate: boolean;
  /** The value of a row. `first` is the number of the first of its columns. */
  value(cells: CellReader, first: number, row: number, options: MetricOptions[Type]): Value;
}
