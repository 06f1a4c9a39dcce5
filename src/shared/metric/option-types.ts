// The kinds of values that options of metrics take. The configuration makes them (see
// `shared/config/option-types.ts`); a kind only names the ones it wants, so that a worker, which knows
// all kinds, need not load what checks a configuration.

import type * as z from "zod";
import type { Expression } from "../model/plan.ts";

export interface OptionTypes {
  /** Name of a field or metric. */
  readonly name: z.ZodType<string>;
  /** Arithmetic over other metrics. */
  readonly arithmetic: z.ZodType<Expression>;
  /** A whole number within `[min, max]`. */
  readonly integer: (min: number, max: number) => z.ZodType<number>;
}

/** A checked option for each member of a definition. */
export type OptionSchemas<Options> = {
  readonly [Name in keyof Options]: z.ZodType<Options[Name]>;
};
