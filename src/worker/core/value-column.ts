// What the column of a value is called.

import { canonicalJson } from "../../shared/model/definition-key.ts";
import type { ValueExpression } from "../../shared/model/plan.ts";

/** The name of a field, or of what is computed, which is no name of a field. */
export function columnOf(value: ValueExpression): string {
  return value.op === "field" ? value.name : canonicalJson(value);
}
