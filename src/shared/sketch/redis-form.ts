// A HyperLogLog in the bytes of a Redis string, as `GET` gives them and `SET` takes them.
//
//   HYLL            four bytes
//   encoding        one byte: 0 dense, 1 sparse; three bytes 0
//   cached count    eight bytes, little-endian; the highest bit says that it has to be counted anew
//   dense           16,384 ranks of six bits, from the lowest bit of each byte on
//   sparse          runs: 00nnnnnn n + 1 zeros; 01nnnnnn nnnnnnnn n + 1 zeros; 1rrrrrnn n + 1 times rank r + 1
//
// The cache is never trusted when reading, and marked as old when writing: Redis counts anew.

import { LogmillError } from "../base/errors.ts";
import { maxRank } from "../metric/hll/hyperloglog.ts";
import type { HllShape } from "./hll-shape.ts";

/** The one size that Redis knows, without hashes that are kept as they are. */
export const redisShape: HllShape = { log2m: 14, regwidth: 6, expthresh: 0, sparseon: true };

const magic = [0x48, 0x59, 0x4c, 0x4c] as const;
const headerBytes = 16;
const registerCount = 2 ** redisShape.log2m;
const denseBytes = headerBytes + (registerCount * redisShape.regwidth) / 8;
/** Redis makes a longer string dense (`hll-sparse-max-bytes`, 3000 unless configured otherwise). */
const sparseBytesMost = 3000;
const sparseRankMost = 32;
const rankMost = maxRank(redisShape);

const encoding = { dense: 0, sparse: 1 } as const;

function fault(problem: string): LogmillError {
  return new LogmillError("bad_sketch", `redis sketch: ${problem}`);
}

export function decodeRedis(bytes: Uint8Array): Uint8Array {
  if (bytes.length < headerBytes) throw fault(`${bytes.length} bytes are too few for a header`);
  if (magic.some((byte, index) => bytes[index] !== byte))
    throw fault("it does not begin with HYLL");
  const data = bytes.subarray(headerBytes);
  if (bytes[4] === encoding.dense) return denseRegisters(bytes.length, data);
  if (bytes[4] === encoding.sparse) return sparseRegisters(data);
  throw fault(`encoding ${bytes[4]} is unknown`);
}

function denseRegisters(length: number, data: Uint8Array): Uint8Array {
  if (length !== denseBytes) throw fault(`it has ${length} bytes instead of ${denseBytes}`);
  const registers = new Uint8Array(registerCount);
  for (let index = 0; index < registerCount; index += 1) {
    const bit = index * 6;
    const at = bit >> 3;
    const pair = data[at]! | ((data[at + 1] ?? 0) << 8);
    const rank = (pair >> (bit & 7)) & 63;
    if (rank > rankMost) throw fault(`a register holds ${rank}, which no hash gives`);
    registers[index] = rank;
  }
  return registers;
}

function sparseRegisters(data: Uint8Array): Uint8Array {
  const registers = new Uint8Array(registerCount);
  let index = 0;
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at]!;
    const rank = byte >= 128 ? ((byte >> 2) & 31) + 1 : 0;
    let run = (byte & (byte >= 128 ? 3 : 63)) + 1;
    if (byte >= 64 && byte < 128) {
      at += 1;
      const low = data[at];
      if (low === undefined) throw fault("it ends within a run");
      run = (((byte & 63) << 8) | low) + 1;
    }
    if (index + run > registerCount)
      throw fault(`its runs have more than ${registerCount} registers`);
    registers.fill(rank, index, index + run);
    index += run;
  }
  if (index !== registerCount) throw fault(`its runs have ${index} registers of ${registerCount}`);
  return registers;
}

/** Throws `bad_sketch` unless Redis has sketches of this shape. */
export function encodeRedis(shape: HllShape, registers: Uint8Array): Uint8Array {
  const { log2m, regwidth } = shape;
  if (log2m !== redisShape.log2m || regwidth !== redisShape.regwidth) {
    throw fault(
      `Redis has log2m 14 and regwidth 6 alone, and this one has ${log2m} and ${regwidth}` +
        (log2m > 14 && regwidth === 6 ? "; fold it to 14" : ""),
    );
  }
  const runs = sparseRuns(registers);
  return runs === null ? dense(registers) : Uint8Array.from([...header(encoding.sparse), ...runs]);
}

function header(kind: number): number[] {
  return [...magic, kind, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128];
}

function dense(registers: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(denseBytes);
  bytes.set(header(encoding.dense));
  for (const [index, rank] of registers.entries()) {
    const bit = index * 6;
    const at = headerBytes + (bit >> 3);
    const shifted = rank << (bit & 7);
    bytes[at]! |= shifted & 255;
    if (shifted > 255) bytes[at + 1]! |= shifted >> 8;
  }
  return bytes;
}

/** Runs of equal registers; null if they would be longer, or hold more, than Redis leaves sparse. */
function sparseRuns(registers: Uint8Array): number[] | null {
  const runs: number[] = [];
  for (let start = 0; start < registerCount;) {
    const rank = registers[start]!;
    if (rank > sparseRankMost) return null;
    let run = 1;
    const most = rank === 0 ? registerCount : 4;
    while (run < most && registers[start + run] === rank) run += 1;
    if (rank > 0) runs.push(128 | ((rank - 1) << 2) | (run - 1));
    else if (run <= 64) runs.push(run - 1);
    else runs.push(64 | ((run - 1) >> 8), (run - 1) & 255);
    if (headerBytes + runs.length > sparseBytesMost) return null;
    start += run;
  }
  return runs;
}
