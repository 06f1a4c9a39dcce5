// What may be wrong with a table frame, in words.

/** By the number that the kernel's `checkFrame` returns, see `assembly/frame-check.ts`. */
export const frameFaults = [
  "it is fine",
  "it ends too early",
  "it does not begin like one",
  "its version is not known",
  "its schema is not the table's",
  "its number of rows or entries is impossible",
  "a width is not the narrowest",
  "an id is beyond its dictionary",
  "hashes are not in ascending order",
  "a register is out of order or range",
  "a sketch is not in its canonical form",
  "bytes are left over at its end",
  "a bitmap is impossible",
  "a least or greatest value is the one that stands for none",
] as const;
