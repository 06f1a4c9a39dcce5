// Masks: one byte a line, 0 or 1. All lengths may be rounded up to 16: columns have room for it.

export function maskAnd(a: u32, b: u32, out: u32, n: u32): void {
  for (let i: u32 = 0; i < n; i += 16) {
    v128.store(out + i, v128.and(v128.load(a + i), v128.load(b + i)));
  }
}

export function maskOr(a: u32, b: u32, out: u32, n: u32): void {
  for (let i: u32 = 0; i < n; i += 16) {
    v128.store(out + i, v128.or(v128.load(a + i), v128.load(b + i)));
  }
}

export function maskNot(a: u32, out: u32, n: u32): void {
  const ones = i8x16.splat(1);
  for (let i: u32 = 0; i < n; i += 16) {
    v128.store(out + i, v128.xor(v128.load(a + i), ones));
  }
}

export function maskFill(out: u32, value: u32, n: u32): void {
  memory.fill(out, u8(value), n);
}

/** Lines whose byte is not 0. */
export function maskCount(mask: u32, n: u32): u32 {
  const zeros = i8x16.splat(0);
  let count: u32 = 0;
  let i: u32 = 0;
  for (; i + 16 <= n; i += 16) {
    count += popcnt(u32(i8x16.bitmask(i8x16.ne(v128.load(mask + i), zeros))));
  }
  for (; i < n; i += 1) count += u32(load<u8>(mask + i) != 0);
  return count;
}

/** `out[i]` = `flags[ids[i]]`: what is known of a dictionary's entry is known of its lines. */
export function maskGather(ids: u32, flags: u32, n: u32, out: u32): void {
  for (let i: u32 = 0; i < n; i += 1) {
    store<u8>(out + i, load<u8>(flags + load<u32>(ids + (i << 2))));
  }
}
