// What a HyperLogLog holds, apart from how it is written.

/** `undefined` is what postgresql-hll writes for an operation without a result. */
export type HllContent =
  | { readonly kind: "undefined" }
  | { readonly kind: "explicit"; readonly hashes: ReadonlySet<bigint> }
  | { readonly kind: "registers"; readonly registers: Uint8Array };
