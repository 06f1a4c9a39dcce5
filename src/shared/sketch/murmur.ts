// The hash functions that databases feed their HyperLogLogs with (Austin Appleby, public domain).
// Words are read as little-endian, whatever the machine.

const word = (value: bigint): bigint => BigInt.asUintN(64, value);

function rotateLeft(value: bigint, bits: bigint): bigint {
  return word(value << bits) | (value >> (64n - bits));
}

/** Up to eight bytes from `start`, as a little-endian number. */
function wordAt(bytes: Uint8Array, start: number): bigint {
  let value = 0n;
  for (let at = Math.min(start + 8, bytes.length) - 1; at >= start; at -= 1) {
    value = (value << 8n) | BigInt(bytes[at]!);
  }
  return value;
}

const c1 = 0x87c37b91114253d5n;
const c2 = 0x4cf5ad432745937fn;

const mix1 = (value: bigint): bigint => word(rotateLeft(word(value * c1), 31n) * c2);
const mix2 = (value: bigint): bigint => word(rotateLeft(word(value * c2), 33n) * c1);

function finalise(value: bigint): bigint {
  let hash = word((value ^ (value >> 33n)) * 0xff51afd7ed558ccdn);
  hash = word((hash ^ (hash >> 33n)) * 0xc4ceb9fe1a85ec53n);
  return hash ^ (hash >> 33n);
}

/**
 * The low 64 bits of MurmurHash3_x64_128: `hll_hash_bytea(bytes, seed)` and, of UTF-8,
 * `hll_hash_text(text, seed)` of postgresql-hll, as an unsigned number. With seed 0 it is the hash of
 * logmill's metric `distinct`.
 */
export function murmur3_128(bytes: Uint8Array, seed = 0): bigint {
  let h1 = BigInt(seed >>> 0);
  let h2 = h1;
  const whole = bytes.length - (bytes.length % 16);
  for (let at = 0; at < whole; at += 16) {
    h1 ^= mix1(wordAt(bytes, at));
    h1 = word((rotateLeft(h1, 27n) + h2) * 5n + 0x52dce729n);
    h2 ^= mix2(wordAt(bytes, at + 8));
    h2 = word((rotateLeft(h2, 31n) + h1) * 5n + 0x38495ab5n);
  }
  h2 ^= mix2(wordAt(bytes, whole + 8));
  h1 ^= mix1(wordAt(bytes, whole));
  const length = BigInt(bytes.length);
  h1 ^= length;
  h2 ^= length;
  h1 = word(h1 + h2);
  h2 = word(h2 + h1);
  return word(finalise(h1) + finalise(h2));
}

const m = 0xc6a4a7935bd1e995n;

/** The seed of Redis. */
const redisSeed = 0xadc83b19n;

/** MurmurHash64A as Redis calls it for an element of `PFADD`, as an unsigned number. */
export function murmur64a(bytes: Uint8Array): bigint {
  let hash = word(redisSeed ^ word(BigInt(bytes.length) * m));
  const whole = bytes.length - (bytes.length % 8);
  for (let at = 0; at < whole; at += 8) {
    let value = word(wordAt(bytes, at) * m);
    value = word((value ^ (value >> 47n)) * m);
    hash = word((hash ^ value) * m);
  }
  if (whole < bytes.length) hash = word((hash ^ wordAt(bytes, whole)) * m);
  hash = word((hash ^ (hash >> 47n)) * m);
  return hash ^ (hash >> 47n);
}
