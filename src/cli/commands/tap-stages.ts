// The options of `logmill tap`.

export const tapStages = ["lines", "fields", "rows"] as const;

export interface TapArguments {
  readonly source: string;
  /** Path of the configuration. */
  readonly config: string;
  readonly stage: (typeof tapStages)[number];
  readonly limit: number;
  readonly json: boolean;
}
