// JSON lines, of which fields are found by paths.

import type { FieldTypes } from "./field-types.ts";

/** The key of a member, or the index of an element. */
export type JsonStep = string | number;

export interface JsonPath {
  readonly field: string;
  /** From the line's object on; at least one. */
  readonly steps: readonly JsonStep[];
  /** The values of an array one by one, or the one value that stands there: text as it is written. */
  readonly isList?: true;
}

/** A line is an object of JSON, and a field what is found in it by a path. */
export interface JsonFormat extends FieldTypes {
  readonly type: "json";
  readonly paths: readonly JsonPath[];
}
