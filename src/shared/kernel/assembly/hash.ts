// Seeded hashes for the kernel's own tables, strong enough that nobody who chooses the values can
// make them collide without knowing the seed: NH (Black, Halevi, Krawczyk, Krovetz, Rogaway,
// "UMAC", CRYPTO '99) over blocks, a polynomial over 2^61 - 1 over long inputs, and multiply-shift
// (Dietzfelbinger et al., 1997) at the end. Results of the pipeline never depend on these.

/** Blocks of 16 bytes that one NH covers; longer inputs are cut into stretches of so many. */
const STRETCH_BLOCKS: u32 = 8;
const STRETCH_BYTES: u32 = STRETCH_BLOCKS * 16;
const MERSENNE: u64 = (1 << 61) - 1;

/** 16 bytes of key a block: for stretches, and for tuples of up to 40 numbers (`group.ts`). */
const KEY_BYTES: u32 = 160;
const hashKeys: usize = memory.data(160, 16);
/** Row n of 16 bytes has n bytes of ones: what is beyond a value's end is masked out. */
const tailMasks: usize = memory.data(17 * 16, 16);

let finalOdd: u64 = 1;
let stretchKey: u64 = 1;
/** Odd, for multiply-shift of a 32-bit value. */
export let oddFactor: u32 = 1;

let seedState: u64 = 0;

/** splitmix64 (Steele, Lea, Flood, OOPSLA '14). */
function nextSeed(): u64 {
  seedState += 0x9e3779b97f4a7c15;
  let z = seedState;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** Must be called once, before the first table or dictionary is made. */
export function seedHash(low: u32, high: u32): void {
  seedState = (u64(high) << 32) | u64(low);
  for (let offset: u32 = 0; offset < KEY_BYTES; offset += 8)
    store<u64>(hashKeys + offset, nextSeed());
  finalOdd = nextSeed() | 1;
  stretchKey = nextSeed() % MERSENNE;
  oddFactor = u32(nextSeed()) | 1;
  for (let n: u32 = 0; n <= 16; n += 1) {
    memory.fill(tailMasks + (n << 4), 0, 16);
    memory.fill(tailMasks + (n << 4), 0xff, n);
  }
}

/** Up to 16 bytes at `ptr`, the rest zero. Reads 16. */
@inline
export function loadMasked(ptr: u32, bytes: u32): v128 {
  return v128.and(v128.load(ptr), v128.load(tailMasks + (bytes << 4)));
}

@inline
function nh(block: v128, key: usize): u64 {
  const sums = i32x4.add(block, v128.load(key));
  const low = u64(i64x2.extract_lane(sums, 0));
  const high = u64(i64x2.extract_lane(sums, 1));
  return (low & 0xffffffff) * (low >> 32) + (high & 0xffffffff) * (high >> 32);
}

/** Spreads an NH sum over 32 bits, the first ones best. */
@inline
function finish(sum: u64): u32 {
  return u32((sum * finalOdd) >> 32);
}

@inline
export function hashBlock(block: v128, bytes: u32): u32 {
  return finish(nh(block, hashKeys) + bytes);
}

/** Hash of `bytes` bytes at `ptr`, a multiple of 16 and at most 160. */
export function hashBlocks(ptr: u32, bytes: u32): u32 {
  let sum: u64 = 0;
  for (let offset: u32 = 0; offset < bytes; offset += 16) {
    sum += nh(v128.load(ptr + offset), hashKeys + offset);
  }
  return finish(sum + 16);
}

/** a * b mod 2^61 - 1, both below it. */
function multiplyModulo(a: u64, b: u64): u64 {
  const aHigh = a >> 32;
  const aLow = a & 0xffffffff;
  const bHigh = b >> 32;
  const bLow = b & 0xffffffff;
  // a*b = high*2^64 + middle*2^32 + low, and 2^61 is 1.
  const high = aHigh * bHigh;
  const middle = aHigh * bLow + aLow * bHigh;
  const low = aLow * bLow;
  const sum =
    (high << 3) +
    (middle >> 29) +
    ((middle & ((1 << 29) - 1)) << 32) +
    (low & MERSENNE) +
    (low >> 61);
  const folded = (sum & MERSENNE) + (sum >> 61);
  return folded >= MERSENNE ? folded - MERSENNE : folded;
}

/** Hash of any number of bytes; equal to `hashBlock` where both apply. */
export function hashBytes(ptr: u32, bytes: u32): u32 {
  let at = ptr;
  let left = bytes;
  let stretches: u64 = 0;
  while (left > STRETCH_BYTES) {
    let sum: u64 = 0;
    for (let offset: u32 = 0; offset < STRETCH_BYTES; offset += 16) {
      sum += nh(v128.load(at + offset), hashKeys + offset);
    }
    const digit = ((sum & MERSENNE) + (sum >> 61)) % MERSENNE;
    stretches = (multiplyModulo(stretches, stretchKey) + digit) % MERSENNE;
    at += STRETCH_BYTES;
    left -= STRETCH_BYTES;
  }
  if (at != ptr) stretches = multiplyModulo(stretches, stretchKey);
  let sum = stretches + u64(bytes);
  let key = hashKeys;
  while (left > 16) {
    sum += nh(v128.load(at), key);
    at += 16;
    key += 16;
    left -= 16;
  }
  return finish(sum + nh(loadMasked(at, left), key));
}

/** Whether two stretches of equal length hold the same bytes. */
export function equalBytes(a: u32, b: u32, bytes: u32): bool {
  let offset: u32 = 0;
  while (bytes - offset > 16) {
    const difference = v128.xor(v128.load(a + offset), v128.load(b + offset));
    if (v128.any_true(difference)) return false;
    offset += 16;
  }
  const rest = bytes - offset;
  const difference = v128.xor(loadMasked(a + offset, rest), loadMasked(b + offset, rest));
  return !v128.any_true(difference);
}
