// Looking through bytes sixteen at a time. Every load may run up to 16 bytes past the end that is
// given, which padding makes safe; what lies there never changes the answer.

export const NUL: u8 = 0x00;
export const NEWLINE: u8 = 0x0a;
export const CARRIAGE_RETURN: u8 = 0x0d;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;

/** Every byte's value, in memory, where the compiler does not see that they are constants. */
const bytesInOrder: usize = memory.data<u8>([
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
  0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
  0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f,
]);

/**
 * A vector of one character below `0`. It is loaded, since a constant would be built anew in every
 * round of a loop.
 */
@inline
export function splat(byte: u8): v128 {
  return v128.load8_splat(bytesInOrder + byte);
}

/** Address of the first `byte` in [from, to), or `to`. */
@inline
export function findByte(from: u32, to: u32, byte: u8): u32 {
  const wanted = i8x16.splat(byte);
  for (let at = from; at < to; at += 16) {
    const bits = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (bits) return min(at + ctz(bits), to);
  }
  return to;
}

/** Address of the first of two bytes in [from, to), or `to`. */
@inline
export function findEither(from: u32, to: u32, one: u8, other: u8): u32 {
  const ones = i8x16.splat(one);
  const others = i8x16.splat(other);
  for (let at = from; at < to; at += 16) {
    const block = v128.load(at);
    const bits = i8x16.bitmask(v128.or(i8x16.eq(block, ones), i8x16.eq(block, others)));
    if (bits) return min(at + ctz(bits), to);
  }
  return to;
}

/** Which of 64 bytes equal those of `wanted`, the first in the lowest bit. */
@inline
export function equalBits(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return (
    u64(u32(i8x16.bitmask(i8x16.eq(a, wanted)))) |
    (u64(u32(i8x16.bitmask(i8x16.eq(b, wanted)))) << 16) |
    (u64(u32(i8x16.bitmask(i8x16.eq(c, wanted)))) << 32) |
    (u64(u32(i8x16.bitmask(i8x16.eq(d, wanted)))) << 48)
  );
}

/** As `equalBits`, of the 64 bytes at `at`. */
@inline
export function equalBitsAt(at: u32, wanted: v128): u64 {
  return equalBits(
    v128.load(at),
    v128.load(at, 16),
    v128.load(at, 32),
    v128.load(at, 48),
    wanted,
  );
}

/** Whether two stretches have the same bytes; the first 8 are compared at once, wherever the stretches end. */
@inline
export function haveSameBytes(a: u32, b: u32, bytes: u32): bool {
  if (bytes > 8) return memory.compare(a, b, bytes) == 0;
  return bytes == 0 || (load<u64>(a) ^ load<u64>(b)) << u64(64 - (bytes << 3)) == 0;
}

/** Address of the first place in [from, to) that has the `bytes` bytes of `needle`, or `to`. */
export function findBytes(from: u32, to: u32, needle: u32, bytes: u32): u32 {
  if (bytes == 0) return from;
  const first = load<u8>(needle);
  let at = findByte(from, to, first);
  while (at < to && to - at >= bytes) {
    if (haveSameBytes(at, needle, bytes)) return at;
    at = findByte(at + 1, to, first);
  }
  return to;
}

/** Where a line that ends at `newline` has its last byte + 1: before one carriage return. */
@inline
export function contentEnd(newline: u32): u32 {
  return newline - u32(load<u8>(newline - 1) == CARRIAGE_RETURN);
}

/** Whether [from, to) has nothing but blanks: space, tab, carriage return, \v, \f. */
export function isBlank(from: u32, to: u32): bool {
  for (let at = from; at < to; at += 1) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x09 && byte != 0x0d && byte != 0x0b && byte != 0x0c) return false;
  }
  return true;
}

/** A span: address in the low half, length in the high half. */
@inline
export function spanOf(from: u32, to: u32): u64 {
  return u64(from) | (u64(to - from) << 32);
}
