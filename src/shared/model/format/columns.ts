// Lines of values between delimiters, whose names the configuration or the file has.

import type { FieldTypes } from "./field-types.ts";

export interface ColumnsFormat extends FieldTypes {
  readonly type: "columns";
  /** Names of the columns in order; "" or "_" is a column that nobody asks for. */
  readonly columns: readonly string[];
  /** One byte. */
  readonly delimiter: string;
  /** Whether a value may be in quotes (RFC 4180). */
  readonly quote: "double" | "none";
  /** What a comment begins with; absent where there are none. */
  readonly comments?: "#";
  /** Values that stand for a missing one. */
  readonly missing: readonly string[];
}
