// The line that is inside of an envelope, as the kernel is told of it; how it is cut is told in the kernel's `inner.ts`.

import { assert } from "../../shared/base/assert.ts";
import { innerMessage } from "../../shared/kernel/assembly/inner-layout.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";
import { bodyMessage, fieldsOf } from "../../shared/model/format-fields.ts";
import type { InnerFormat } from "../../shared/model/plan.ts";
import type { InnerProgram, Tokeniser } from "./tokeniser.ts";

/** The fields of a line inside; null is a message. */
export function innerFields(inner: InnerFormat | null): readonly string[] {
  return inner === null ? [bodyMessage] : fieldsOf(inner);
}

/** Makes what puts the program of a line inside into the memory of a batch. */
export function innerPlacer(
  inner: InnerFormat | null,
  tokeniserOf: (format: InnerFormat) => Tokeniser,
): (kernel: Kernel, columns: ReadonlyMap<string, number>, ignored: number) => InnerProgram {
  if (inner === null) {
    return (_, columns) => ({ kind: innerMessage, program: columns.get(bodyMessage) ?? 0 });
  }
  const line = tokeniserOf(inner);
  const fields = fieldsOf(inner);
  return (kernel, columns, ignored) => {
    // Others are the envelope's, and none of its business.
    const own = new Map([...columns].filter(([field]) => fields.includes(field)));
    const placed = line.placeInner?.(kernel, own, ignored);
    assert(placed !== undefined, "lines of this format may be inside of others");
    return placed;
  };
}
