// Lines of values between delimiters, whose names the configuration or the file has.

import type { FieldTypes } from "./field-types.ts";

export interface ColumnsFormat extends FieldTypes {
  readonly type: "columns";
  /** Names of the columns in order, "" or "_" for one that nobody asks for; those that are asked for, with a header. */
  readonly columns: readonly string[];
  /** The first line of a file names its columns; absent where it does not. */
  readonly header?: true;
  /** One byte. */
  readonly delimiter: string;
  /** Whether a value may be in quotes (RFC 4180). */
  readonly quote: "double" | "none";
  /** What a comment begins with; absent where there are none. */
  readonly comments?: "#";
  /** Values that stand for a missing one. */
  readonly missing: readonly string[];
}
