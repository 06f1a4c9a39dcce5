// What writing and checking a table frame share: constants of the format, narrowed widths, codes
// of registers. The bytes are drawn in `table/FORMAT.md`.

export const MAGIC: u32 = 0x42544d4c; // "LMTB"
export const FRAME_VERSION: u32 = 1;
/** Magic, version, dimensions, metrics, rows. */
export const HEADER_BYTES: u32 = 12;
/** Entries, width of lengths, width of ids, two bytes of zero. */
export const DICTIONARY_HEADER_BYTES: u32 = 8;
/** CRC-32 at the end, which JavaScript writes and checks. */
export const CHECKSUM_BYTES: u32 = 4;

/** An HLL row's tag: 0 to 64 hashes; 65 = one byte a register; 65 + n = n codes. */
export const TAG_FULL: u32 = 65;

/** Bytes that an unsigned number needs: 1, 2, 4 or 8. */
@inline
export function widthOf(largest: u64): u32 {
  if (largest < 0x100) return 1;
  if (largest < 0x10000) return 2;
  return largest < 0x100000000 ? 4 : 8;
}

/** A number's bits without its sign: numbers of a column are folded and or-ed for `signedWidth`. */
@inline
export function fold(value: i64): u64 {
  return u64(value ^ (value >> 63));
}

/** Bytes that signed numbers need whose folds are below or equal to this. */
@inline
export function signedWidth(folded: u64): u32 {
  if (folded < 0x80) return 1;
  if (folded < 0x8000) return 2;
  return folded < 0x80000000 ? 4 : 8;
}

/** Stores the low `width` bytes of element `i`. */
@inline
export function storeNarrow(base: u32, i: u32, width: u32, value: u64): void {
  if (width == 1) store<u8>(base + i, u8(value));
  else if (width == 2) store<u16>(base + (i << 1), u16(value));
  else if (width == 4) store<u32>(base + (i << 2), u32(value));
  else store<u64>(base + (i << 3), value);
}

@inline
export function loadNarrow(base: u32, i: u32, width: u32): u64 {
  if (width == 1) return u64(load<u8>(base + i));
  if (width == 2) return u64(load<u16>(base + (i << 1)));
  if (width == 4) return u64(load<u32>(base + (i << 2)));
  return load<u64>(base + (i << 3));
}

@inline
export function loadSigned(base: u32, i: u32, width: u32): i64 {
  if (width == 1) return i64(load<i8>(base + i));
  if (width == 2) return i64(load<i16>(base + (i << 1)));
  if (width == 4) return i64(load<i32>(base + (i << 2)));
  return load<i64>(base + (i << 3));
}

/** Bytes of one register code: register << regwidth | rank. */
@inline
export function codeBytes(log2m: u32, regwidth: u32): u32 {
  return log2m + regwidth <= 16 ? 2 : 4;
}

/** Registers are written as codes if and only if that is smaller than a byte each. */
@inline
export function isSparse(members: u32, log2m: u32, regwidth: u32): bool {
  return members * codeBytes(log2m, regwidth) < u32(1) << log2m;
}

/** How many of 2^log2m registers are not 0. */
export function countRegisters(registers: u32, log2m: u32): u32 {
  const end = registers + (u32(1) << log2m);
  let count: u32 = 0;
  for (let at = registers; at < end; at += 16) {
    const filled = i8x16.ne(v128.load(at), i8x16.splat(0));
    count += popcnt(i8x16.bitmask(filled));
  }
  return count;
}
