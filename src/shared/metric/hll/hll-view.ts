// One HyperLogLog of a frame, read in TypeScript.

import { LogmillError } from "../../base/errors.ts";
import { hllBounds, type Bounds } from "./hyperloglog-bounds.ts";
import { estimateCardinality, maxRank } from "./hyperloglog.ts";
import { addToRegisters } from "./hll-registers.ts";
import type { HllParameters } from "./hll-parameters.ts";

/** Distinct hashes that are kept as they are; more become registers. */
const explicitMax = 64;
/** A row's tag in a frame: 0 to 64 hashes; this for a byte a register; above it that many codes. */
const tagFull = explicitMax + 1;

export type HllForm = "explicit" | "sparse" | "full";

/** Bytes of one code: register << regwidth | rank. */
function codeBytes({ log2m, regwidth }: HllParameters): number {
  return log2m + regwidth <= 16 ? 2 : 4;
}

/** Bytes that a row with this tag takes. */
export function payloadBytes(tag: number, parameters: HllParameters): number {
  if (tag < tagFull) return tag * 8;
  return tag === tagFull ? 2 ** parameters.log2m : (tag - tagFull) * codeBytes(parameters);
}

export class HllView {
  readonly parameters: HllParameters;
  readonly #tag: number;
  readonly #payload: Uint8Array;

  constructor(parameters: HllParameters, tag: number, payload: Uint8Array) {
    this.parameters = parameters;
    this.#tag = tag;
    this.#payload = payload;
  }

  /** Explicit sets (the empty one too) are exact. */
  get form(): HllForm {
    if (this.#tag < tagFull) return "explicit";
    return this.#tag === tagFull ? "full" : "sparse";
  }

  /** Distinct hashes of an explicit set; of the others 0. */
  get explicitCount(): number {
    return this.#tag < tagFull ? this.#tag : 0;
  }

  /** Hashes of an explicit set, ascending; of the others none. */
  hashes(): BigUint64Array {
    const hashes = new BigUint64Array(this.explicitCount);
    const view = this.#view();
    for (let index = 0; index < hashes.length; index += 1) {
      hashes[index] = view.getBigUint64(index * 8, true);
    }
    return hashes;
  }

  /** Rank by register; what an explicit set would become, too. */
  registers(): Uint8Array {
    const { log2m } = this.parameters;
    const registers = new Uint8Array(2 ** log2m);
    if (this.form === "full") registers.set(this.#payload);
    if (this.form === "sparse") {
      this.#eachCode((register, rank) => {
        registers[register] = rank;
      });
    }
    for (const hash of this.hashes()) addToRegisters(registers, hash, this.parameters);
    return registers;
  }

  /** Distinct values: exact while explicit, else estimated, never below what is certain. Not rounded. */
  estimate(): number {
    if (this.form === "explicit") return this.#tag;
    const histogram = this.#histogram();
    return Math.max(this.#known(histogram), estimateCardinality(histogram, this.parameters));
  }

  /** 95 % interval around the estimate; both ends are the count while explicit. */
  bounds(): Bounds {
    if (this.form === "explicit") return { lo: this.#tag, hi: this.#tag };
    const known = this.#known(this.#histogram());
    return hllBounds(this.estimate(), known, this.parameters);
  }

  /** Distinct values that are certain: one a register, and more than an explicit set holds. */
  #known(histogram: Uint32Array): number {
    const filled = 2 ** this.parameters.log2m - histogram[0]!;
    return Math.max(filled, explicitMax + 1);
  }

  #histogram(): Uint32Array {
    const histogram = new Uint32Array(maxRank(this.parameters) + 1);
    const count = (rank: number): void => {
      if (rank >= histogram.length) {
        throw new LogmillError("bad_table", `table frame: a register holds ${rank}`);
      }
      histogram[rank] = histogram[rank]! + 1;
    };
    if (this.form === "full") {
      for (const rank of this.#payload) count(rank);
    } else {
      histogram[0] = 2 ** this.parameters.log2m - (this.#tag - tagFull);
      this.#eachCode((_register, rank) => count(rank));
    }
    return histogram;
  }

  #eachCode(visit: (register: number, rank: number) => void): void {
    const { regwidth, log2m } = this.parameters;
    const width = codeBytes(this.parameters);
    const view = this.#view();
    for (let offset = 0; offset < this.#payload.length; offset += width) {
      const code = width === 2 ? view.getUint16(offset, true) : view.getUint32(offset, true);
      const register = code >>> regwidth;
      if (register >= 2 ** log2m) {
        throw new LogmillError("bad_table", `table frame: there is no register ${register}`);
      }
      visit(register, code & (2 ** regwidth - 1));
    }
  }

  #view(): DataView {
    const { buffer, byteOffset, length } = this.#payload;
    return new DataView(buffer, byteOffset, length);
  }
}
