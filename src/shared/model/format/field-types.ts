// The types of fields, which every format may give, and how the time is read.

import type { TimeReading } from "./time-form.ts";

/**
 * What a field holds that is more than bytes: the type says which values are good, and gives equal values one
 * spelling before anything is compared, grouped or counted.
 */
export type FieldType = "ip";

/** What the lines of every format may say of their fields. */
export interface FieldTypes {
  /** Types by the field's name; absent where no field has one. */
  readonly fields?: Readonly<Record<string, { readonly type: FieldType }>>;
  /** Absent where `timestamp` is read as it is. */
  readonly timestamp?: TimeReading;
}
