// The types that a field may have, each with what decodes a column of it: equal values get equal bytes, and
// what is no value of the type gets a flag. A type that is missing here does not compile.

import type { FieldType, Format } from "../../shared/model/plan.ts";
import type { Kernel } from "../../shared/kernel/kernel.ts";

/**
 * Decodes `n` spans in place; returns how many lines got a flag.
 * @param cursor that of the batch, which has memory for what is not in the text as it is
 * @param flags a byte a line, as in `FaultFlags`; one that a line has stays
 */
export type FieldDecoder = (
  kernel: Kernel,
  cursor: number,
  spans: number,
  n: number,
  flags: number,
) => number;

const decoders: { readonly [Type in FieldType]: FieldDecoder } = {
  ip: ({ exports }, ...column) => exports.canonicalAddresses(...column),
};

/** By the field's name. */
export function decodersOf({ fields = {} }: Format): ReadonlyMap<string, FieldDecoder> {
  return new Map(Object.entries(fields).map(([name, { type }]) => [name, decoders[type]]));
}
