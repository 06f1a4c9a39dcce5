// The files that the outputs keep up to date, as far as people are told of them.

export interface OutputPaths {
  /** How many there are. */
  readonly count: number;
  /** The first of them. */
  readonly first: readonly string[];
}
