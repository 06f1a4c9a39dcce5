// A HyperLogLog in the bytes of postgresql-hll: Aggregate Knowledge's storage specification, schema
// version 1. Three bytes of header, then what the type says:
//
//   byte 0   version 1 in the high nibble, type in the low one
//   byte 1   regwidth - 1 in the high three bits, log2m in the low five
//   byte 2   one bit 0, one bit sparseon, six bits expthresh: 63 automatic, 0 none, else 1 + its log2
//   EXPLICIT the hashes, big-endian, ascending as signed numbers
//   SPARSE   pairs of index (log2m bits) and rank (regwidth bits), ascending, from the highest bit on
//   FULL     all ranks, regwidth bits each, from the highest bit on
//
// Written as postgresql-hll writes it, so that equal sketches are equal bytes in both.

import { LogmillError } from "../base/errors.ts";
import { maxRank } from "../metric/hll/hyperloglog.ts";
import { BitReader, BitWriter } from "./bits.ts";
import type { HllContent } from "./hll-content.ts";
import { checkShape, type HllShape } from "./hll-shape.ts";

const type = { undefined: 0, empty: 1, explicit: 2, sparse: 3, full: 4 } as const;
const headerBytes = 3;
const automatic = 63;
/** Exponents of thresholds end here; 32 to 62 mean nothing. */
const thresholdMost = 31;
/** postgresql-hll has room for 2^17 registers. */
const log2mMost = 17;

function fault(problem: string): LogmillError {
  return new LogmillError("bad_sketch", `postgres sketch: ${problem}`);
}

export function decodePostgres(bytes: Uint8Array): { shape: HllShape; content: HllContent } {
  if (bytes.length < headerBytes) throw fault(`${bytes.length} bytes are too few for a header`);
  const [first, second, third] = bytes as unknown as readonly [number, number, number];
  if (first >> 4 !== 1) throw fault(`schema version ${first >> 4} is unknown; 1 is read`);
  const threshold = third & 63;
  if (third >> 7 !== 0) throw fault("the highest bit of byte 2 is set");
  if (threshold > thresholdMost && threshold !== automatic) {
    throw fault(`the threshold ${threshold} is unknown`);
  }
  const shape: HllShape = {
    log2m: second & 31,
    regwidth: (second >> 5) + 1,
    expthresh: threshold === automatic ? -1 : threshold === 0 ? 0 : 2 ** (threshold - 1),
    sparseon: (third & 64) !== 0,
  };
  checkShape(shape);
  return { shape, content: decodeContent(first & 15, shape, bytes.subarray(headerBytes)) };
}

function decodeContent(kind: number, shape: HllShape, data: Uint8Array): HllContent {
  switch (kind) {
    case type.undefined:
    case type.empty:
      if (data.length > 0) throw fault(`${data.length} bytes follow a header that has none`);
      return kind === type.empty ? { kind: "explicit", hashes: new Set() } : { kind: "undefined" };
    case type.explicit:
      return { kind: "explicit", hashes: explicitHashes(data) };
    case type.sparse:
      return { kind: "registers", registers: sparseRegisters(shape, data) };
    case type.full:
      return { kind: "registers", registers: fullRegisters(shape, data) };
    default:
      throw fault(`type ${kind} is unknown`);
  }
}

function explicitHashes(data: Uint8Array): Set<bigint> {
  if (data.length % 8 !== 0) throw fault(`${data.length} bytes are no whole number of hashes`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const hashes = new Set<bigint>();
  let before: bigint | null = null;
  for (let at = 0; at < data.length; at += 8) {
    const hash = view.getBigInt64(at);
    if (before !== null && hash <= before) throw fault("its hashes do not ascend");
    before = hash;
    hashes.add(BigInt.asUintN(64, hash));
  }
  return hashes;
}

function sparseRegisters(shape: HllShape, data: Uint8Array): Uint8Array {
  const registers = new Uint8Array(2 ** shape.log2m);
  const reader = new BitReader(data);
  const pairBits = shape.log2m + shape.regwidth;
  let next = 0;
  while (reader.remaining >= pairBits) {
    const index = reader.read(shape.log2m);
    if (index < next) throw fault("its registers do not ascend");
    registers[index] = checkedRank(reader.read(shape.regwidth), 1, shape);
    next = index + 1;
  }
  endOf(reader);
  return registers;
}

function fullRegisters(shape: HllShape, data: Uint8Array): Uint8Array {
  const registers = new Uint8Array(2 ** shape.log2m);
  const expected = Math.ceil((registers.length * shape.regwidth) / 8);
  if (data.length !== expected) {
    throw fault(`its registers take ${data.length} bytes instead of ${expected}`);
  }
  const reader = new BitReader(data);
  for (let index = 0; index < registers.length; index += 1) {
    registers[index] = checkedRank(reader.read(shape.regwidth), 0, shape);
  }
  endOf(reader);
  return registers;
}

function checkedRank(rank: number, least: number, shape: HllShape): number {
  if (rank >= least && rank <= maxRank(shape)) return rank;
  throw fault(`a register holds ${rank}, which no hash gives`);
}

function endOf(reader: BitReader): void {
  const { remaining } = reader;
  if (remaining >= 8) throw fault(`${remaining} bits are left over`);
  if (reader.read(remaining) !== 0) throw fault("the bits that fill its last byte are not 0");
}

export function encodePostgres(shape: HllShape, content: HllContent): Uint8Array {
  if (shape.log2m > log2mMost) {
    throw fault(`log2m is ${shape.log2m}; PostgreSQL takes at most ${log2mMost}, so fold it`);
  }
  if (content.kind === "undefined") return header(shape, type.undefined);
  if (content.kind === "explicit") {
    const { hashes } = content;
    if (hashes.size === 0) return header(shape, type.empty);
    const bytes = header(shape, type.explicit, hashes.size * 8);
    const view = new DataView(bytes.buffer);
    const ascending = BigInt64Array.from(hashes, (hash) => BigInt.asIntN(64, hash)).sort();
    for (const [index, hash] of ascending.entries()) {
      view.setBigInt64(headerBytes + index * 8, hash);
    }
    return bytes;
  }
  return encodeRegisters(shape, content.registers);
}

function encodeRegisters(shape: HllShape, registers: Uint8Array): Uint8Array {
  const { log2m, regwidth } = shape;
  const filled = registers.reduce((count, rank) => count + (rank === 0 ? 0 : 1), 0);
  const sparseBits = filled * (log2m + regwidth);
  const fullBits = registers.length * regwidth;
  const sparse = shape.sparseon && sparseBits < fullBits;
  const dataBytes = Math.ceil((sparse ? sparseBits : fullBits) / 8);
  const bytes = header(shape, sparse ? type.sparse : type.full, dataBytes);
  const writer = new BitWriter(bytes.subarray(headerBytes));
  for (const [index, rank] of registers.entries()) {
    if (sparse && rank === 0) continue;
    if (sparse) writer.write(index, log2m);
    writer.write(rank, regwidth);
  }
  return bytes;
}

/** Bytes of a sketch of which the header is filled in. */
function header(shape: HllShape, kind: number, dataBytes = 0): Uint8Array {
  const { log2m, regwidth, expthresh, sparseon } = shape;
  const threshold = expthresh === -1 ? automatic : expthresh === 0 ? 0 : Math.log2(expthresh) + 1;
  const bytes = new Uint8Array(headerBytes + dataBytes);
  bytes[0] = (1 << 4) | kind;
  bytes[1] = ((regwidth - 1) << 5) | log2m;
  bytes[2] = (sparseon ? 64 : 0) | threshold;
  return bytes;
}
