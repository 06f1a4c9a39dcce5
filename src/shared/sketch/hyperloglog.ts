// A distinct count as a value of its own: a HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, AofA '07)
// that is written and read in the formats of PostgreSQL and Redis, and merged in any order.

import { LogmillError } from "../base/errors.ts";
import { addToRegisters } from "../metric/hll/hll-registers.ts";
import { hllBounds } from "../metric/hll/hyperloglog-bounds.ts";
import { estimateCardinality, maxRank } from "../metric/hll/hyperloglog.ts";
import type { HllContent } from "./hll-content.ts";
import { checkShape, defaultShape, explicitLimit, unionShape, type HllShape } from "./hll-shape.ts";
import { decodePostgres, encodePostgres } from "./postgres-form.ts";
import { decodeRedis, encodeRedis, redisShape } from "./redis-form.ts";

export type HllEncoding = "postgres" | "redis";

export interface Estimate {
  /** Exact, or the most likely number; not rounded. */
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
  /** How often the truth lies from `lo` to `hi`: 0.95, or 1 for an exact count. */
  readonly confidence: number;
  readonly method: "exact" | "hyperloglog";
}

export class HyperLogLog {
  readonly shape: HllShape;
  #content: HllContent;

  private constructor(shape: HllShape, content: HllContent) {
    this.shape = shape;
    this.#content = content;
    this.#promote();
  }

  /** An empty sketch; what is not given is as postgresql-hll has it. Throws `bad_sketch` for a shape there is not. */
  static create(shape: Partial<HllShape> = {}): HyperLogLog {
    const whole = { ...defaultShape, ...shape };
    checkShape(whole);
    return new HyperLogLog(whole, { kind: "explicit", hashes: new Set() });
  }

  /** Throws `bad_sketch` where the bytes are no such sketch. */
  static decode(bytes: Uint8Array, encoding: HllEncoding): HyperLogLog {
    if (encoding === "redis") {
      return new HyperLogLog(redisShape, { kind: "registers", registers: decodeRedis(bytes) });
    }
    const { shape, content } = decodePostgres(bytes);
    return new HyperLogLog(shape, content);
  }

  /** `explicit`: the hashes themselves are there, and the count is exact. */
  get kind(): HllContent["kind"] {
    return this.#content.kind;
  }

  /** Adds a hash of 64 bits, signed or unsigned; to an undefined sketch nothing. */
  addHash(hash: bigint): this {
    const content = this.#content;
    const unsigned = BigInt.asUintN(64, hash);
    if (content.kind === "registers") {
      addToRegisters(content.registers, unsigned, this.shape);
    } else if (content.kind === "explicit" && !content.hashes.has(unsigned)) {
      (content.hashes as Set<bigint>).add(unsigned);
      this.#promote();
    }
    return this;
  }

  /** Ranks by register; of an undefined sketch none. A copy. */
  registers(): Uint8Array {
    const content = this.#content;
    if (content.kind === "undefined") return new Uint8Array(0);
    if (content.kind === "registers") return content.registers.slice();
    return registersOf(content.hashes, this.shape);
  }

  /**
   * The sketch of what either has seen. Where the operands differ, it has the lesser precision of both,
   * which `shape` tells. A union with an undefined sketch is undefined.
   */
  union(other: HyperLogLog): HyperLogLog {
    const shape = unionShape(this.shape, other.shape);
    const [one, two] = [this.#content, other.#content];
    if (one.kind === "undefined" || two.kind === "undefined") {
      return new HyperLogLog(shape, { kind: "undefined" });
    }
    if (one.kind === "explicit" && two.kind === "explicit") {
      const hashes = new Set([...one.hashes, ...two.hashes]);
      return new HyperLogLog(shape, { kind: "explicit", hashes });
    }
    const registers = this.#registersAs(shape);
    for (const [index, rank] of other.#registersAs(shape).entries()) {
      if (registers[index]! < rank) registers[index] = rank;
    }
    return new HyperLogLog(shape, { kind: "registers", registers });
  }

  /** The sketch that the same values would have made with fewer registers: exactly that one. */
  fold(log2m: number): HyperLogLog {
    const shape = { ...this.shape, log2m };
    checkShape(shape);
    if (log2m > this.shape.log2m) {
      throw new LogmillError(
        "bad_sketch",
        `a sketch of log2m ${this.shape.log2m} cannot be folded to ${log2m}, which is more exact`,
      );
    }
    const content = this.#content;
    if (content.kind === "undefined") return new HyperLogLog(shape, content);
    if (content.kind === "explicit") {
      return new HyperLogLog(shape, { kind: "explicit", hashes: new Set(content.hashes) });
    }
    return new HyperLogLog(shape, { kind: "registers", registers: this.#registersAs(shape) });
  }

  /** Throws `bad_sketch` for an undefined sketch, which has no count. */
  estimate(): Estimate {
    const content = this.#content;
    if (content.kind === "undefined") {
      throw new LogmillError("bad_sketch", "an undefined sketch has no count");
    }
    if (content.kind === "explicit") {
      const { size } = content.hashes;
      return { value: size, lo: size, hi: size, confidence: 1, method: "exact" };
    }
    const histogram = new Uint32Array(maxRank(this.shape) + 1);
    for (const rank of content.registers) histogram[rank]! += 1;
    // Every register that is not 0 has seen a value of its own.
    const known = content.registers.length - histogram[0]!;
    const value = Math.max(known, estimateCardinality(histogram, this.shape));
    const { lo, hi } = hllBounds(value, known, this.shape);
    return { value, lo, hi, confidence: 0.95, method: "hyperloglog" };
  }

  /**
   * Throws `bad_sketch` where the format has no such sketch. Redis has registers alone: hashes that
   * are kept as they are become some.
   */
  encode(encoding: HllEncoding): Uint8Array {
    if (encoding === "postgres") return encodePostgres(this.shape, this.#content);
    if (this.#content.kind === "undefined") {
      throw new LogmillError("bad_sketch", "Redis has no undefined sketches");
    }
    return encodeRedis(this.shape, this.registers());
  }

  /** Makes hashes registers when they are more than the shape keeps. */
  #promote(): void {
    const content = this.#content;
    if (content.kind !== "explicit" || content.hashes.size <= explicitLimit(this.shape)) return;
    this.#content = { kind: "registers", registers: registersOf(content.hashes, this.shape) };
  }

  /** Registers as the same values would have filled them in a shape that is no more exact. */
  #registersAs(shape: HllShape): Uint8Array {
    const from = this.registers();
    const added = this.shape.log2m - shape.log2m;
    const registers = new Uint8Array(2 ** shape.log2m);
    const cap = maxRank(shape);
    for (const [index, rank] of from.entries()) {
      if (rank === 0) continue;
      // The bits of the index that are no more index come before those that made the rank.
      const rest = index >>> shape.log2m;
      const folded = rest === 0 ? added + rank : 32 - Math.clz32(rest & -rest);
      const target = index & (registers.length - 1);
      registers[target] = Math.max(registers[target]!, Math.min(folded, cap));
    }
    return registers;
  }
}

function registersOf(hashes: ReadonlySet<bigint>, shape: HllShape): Uint8Array {
  const registers = new Uint8Array(2 ** shape.log2m);
  for (const hash of hashes) addToRegisters(registers, hash, shape);
  return registers;
}
