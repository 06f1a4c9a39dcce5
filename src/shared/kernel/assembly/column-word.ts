// The word that stands for a column in frames and tables: its type, then its parameters in the bits above. The
// types are those of `metric/stored-column.ts`.

export const TYPE_COUNT: u32 = 1;
export const TYPE_SUM: u32 = 2;
export const TYPE_MIN: u32 = 3;
export const TYPE_MAX: u32 = 4;
export const TYPE_HLL: u32 = 5;
export const TYPE_SQUARES: u32 = 6;
export const TYPE_FIRST: u32 = 7;
export const TYPE_LAST: u32 = 8;

@inline
export function typeOf(word: u32): u32 {
  return word & 0xff;
}

@inline
export function log2mOf(word: u32): u32 {
  return (word >> 8) & 0xff;
}

@inline
export function regwidthOf(word: u32): u32 {
  return (word >> 16) & 0xff;
}

/** Whether a column holds values with their times. */
@inline
export function isDated(type: u32): bool {
  return type == TYPE_FIRST || type == TYPE_LAST;
}

/** Bytes of one row in a column. A type that is not known must never pass for one that is. */
@inline
export function cellBytes(type: u32): u32 {
  if (type == TYPE_SUM || isDated(type)) return 16;
  if (type == TYPE_SQUARES) return 24;
  return type - TYPE_COUNT <= TYPE_HLL - TYPE_COUNT ? 8 : unreachable();
}
