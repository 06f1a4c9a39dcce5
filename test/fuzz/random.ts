// Numbers that a seed decides, so that every text of the fuzzer can be made again.

export interface Random {
  /** From 0 to `below` - 1. */
  below(below: number): number;
  /** True once in so many times. */
  once(inTimes: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** splitmix32 (after Steele, Lea, Flood, OOPSLA '14). */
export function randomFrom(seed: number, stream: number): Random {
  let state = (Math.imul(seed, 0x9e3779b9) ^ Math.imul(stream + 1, 0x85ebca6b)) >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;
  return {
    below,
    once: (inTimes) => below(inTimes) === 0,
    pick: (values) => values[below(values.length)]!,
  };
}
