// A distinct count as people and programs read it.

import type { HllEncoding, HyperLogLog } from "../../shared/sketch/hyperloglog.ts";

const barMost = 40;

export function sketchJson(encoding: HllEncoding, sketch: HyperLogLog): object {
  const { kind, shape } = sketch;
  return {
    encoding,
    kind,
    ...shape,
    estimate: kind === "undefined" ? null : sketch.estimate(),
    ranks: ranksOf(sketch),
  };
}

export function renderSketch(encoding: HllEncoding, sketch: HyperLogLog): string {
  const { log2m, regwidth, expthresh, sparseon } = sketch.shape;
  const shape = `log2m ${log2m}, regwidth ${regwidth}, expthresh ${expthresh}, sparseon ${sparseon ? 1 : 0}`;
  const head = `${encoding}: ${sketch.kind}, ${shape}\n`;
  if (sketch.kind === "undefined")
    return `${head}no count: the result of an operation without one\n`;
  return `${head}${countLine(sketch)}\n${histogram(ranksOf(sketch))}`;
}

function countLine(sketch: HyperLogLog): string {
  const { value, lo, hi, method } = sketch.estimate();
  const number = (figure: number): string => figure.toLocaleString("en-US");
  if (method === "exact") return `${number(value)} distinct values, exactly`;
  const bounds = `${number(Math.floor(lo))} to ${number(Math.ceil(hi))}`;
  return `${number(Math.round(value))} distinct values (95 %: ${bounds})`;
}

/** How many registers hold each rank, up to the largest. */
function ranksOf(sketch: HyperLogLog): number[] {
  const counts: number[] = [];
  for (const rank of sketch.registers()) {
    while (counts.length <= rank) counts.push(0);
    counts[rank]! += 1;
  }
  return counts;
}

function histogram(counts: readonly number[]): string {
  const most = Math.max(...counts);
  const width = String(most).length;
  const rows = counts.map((count, rank) => {
    const bar = "#".repeat(Math.ceil((count / most) * barMost));
    return `${String(rank).padStart(4)}  ${String(count).padStart(width)}  ${bar}`.trimEnd();
  });
  return `rank  registers\n${rows.join("\n")}\n`;
}
