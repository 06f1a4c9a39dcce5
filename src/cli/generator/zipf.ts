// Draws ranks that follow Zipf's law: the k-th most frequent thing is k^-s times as frequent as the
// first. As in real logs a few users and pages are everywhere, and most are seen once or twice.
//
// Alias method (Walker 1974, built after Vose 1991): two table lookups a draw, however many ranks.

import type { Random } from "../../shared/base/prng.ts";
import { randomBelow } from "../../shared/base/prng.ts";

/** Returns ranks in [0, count). @param exponent s; 0 draws all ranks alike. */
export function zipfRanks(random: Random, count: number, exponent: number): () => number {
  const threshold = new Float64Array(count);
  const alias = new Uint32Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank += 1) {
    threshold[rank] = (rank + 1) ** -exponent;
    total += threshold[rank]!;
  }
  const small: number[] = [];
  const large: number[] = [];
  for (let rank = 0; rank < count; rank += 1) {
    threshold[rank]! *= count / total;
    (threshold[rank]! < 1 ? small : large).push(rank);
  }
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop()!;
    const rich = large.at(-1)!;
    alias[poor] = rich;
    threshold[rich]! -= 1 - threshold[poor]!;
    if (threshold[rich]! < 1) small.push(large.pop()!);
  }
  for (const rank of [...small, ...large]) threshold[rank] = 1;
  return () => {
    const rank = randomBelow(random, count);
    return random() < threshold[rank]! ? rank : alias[rank]!;
  };
}
