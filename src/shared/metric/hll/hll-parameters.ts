// The parameters of a HyperLogLog, which fix how large and how exact it is.

export interface HllParameters {
  /** Registers are 2^log2m; 4 to 18. */
  readonly log2m: number;
  /** Bits of a register; 4 to 6. Ranks above 2^regwidth - 1 are held at it. */
  readonly regwidth: number;
}
