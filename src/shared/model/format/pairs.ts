// Lines of pairs, `key=value`, of which fields are found by keys.

import type { FieldTypes } from "./field-types.ts";

export interface PairsFormat extends FieldTypes {
  readonly type: "pairs";
  readonly keys: readonly { readonly field: string; readonly key: string }[];
}
