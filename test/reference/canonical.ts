// One text per row for comparing tables, whether they come from the oracle or from frames: bucket,
// values, metrics; a sketch as its hashes while it is exact, as its registers beyond.

import type { HllParameters } from "../../src/shared/metric/hll/hll-parameters.ts";
import { schemaOf } from "../../src/shared/table/schema.ts";
import { decodeTable } from "../../src/shared/table/table-view.ts";
import type { MetricDefinition, SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { ReferenceMetric, ReferenceTable } from "./reference-summarise.ts";
import { referenceHash } from "./values.ts";

const explicitMax = 64;

/** Rows of the oracle's tables of one summary, by bucket. */
export function referenceRows(
  definition: SummaryDefinition,
  buckets: ReadonlyMap<number, ReferenceTable>,
): readonly string[] {
  const hashes = new Map<string, bigint>();
  const hash = (text: string): bigint => {
    const known = hashes.get(text) ?? referenceHash(text);
    hashes.set(text, known);
    return known;
  };
  return [...buckets].flatMap(([bucketStart, table]) =>
    [...table.values()].map(({ values, metrics }) => {
      const cells = metrics.flatMap((metric, index) => {
        if (metric.type === "stddev" || metric.type === "stddev_pop") {
          return [metric.value, metric.squares, metric.values].map(String);
        }
        if (metric.type === "first" || metric.type === "last") {
          return [metric.value === null ? "null" : `${metric.value}@${metric.instant}`];
        }
        if (metric.type === "avg") return [String(metric.value), String(metric.values)];
        if (metric.type !== "hll") return [String(metric.value)];
        const parameters = definition.metrics[index] as MetricDefinition & HllParameters;
        return [sketchOf(metric, parameters, hash)];
      });
      return rowText(bucketStart, values, cells);
    }),
  );
}

/** Rows of one frame. */
export function frameRowTexts(
  definition: SummaryDefinition,
  bucketStart: number,
  frame: Uint8Array,
): readonly string[] {
  const schema = schemaOf(definition);
  const view = decodeTable(frame, schema);
  return Array.from({ length: view.rows }, (_, row) => {
    const values =
      schema.dimensions === 0
        ? []
        : definition.dimensions.map((_name, dimension) =>
            Buffer.from(view.value(dimension, row)).toString("latin1"),
          );
    const cells = schema.metrics.map((metric, index) => {
      if (metric.type === "count") return String(view.count(index, row));
      if (metric.type === "sum") return String(view.sum(index, row));
      if (metric.type === "squares") return String(view.squares(index, row));
      if (metric.type === "first" || metric.type === "last") {
        const dated = view.dated(index, row);
        return dated === null ? "null" : `${dated.units}@${dated.instant}`;
      }
      if (metric.type === "min") return String(view.min(index, row));
      if (metric.type === "max") return String(view.max(index, row));
      const sketch = view.hll(index, row);
      if (sketch.form === "explicit") return `exact:${[...sketch.hashes()].join()}`;
      return `registers:${Buffer.from(sketch.registers()).toString("hex")}`;
    });
    return rowText(bucketStart, values, cells);
  });
}

function rowText(bucketStart: number, values: readonly string[], cells: readonly string[]): string {
  return JSON.stringify([bucketStart, values, cells]);
}

function sketchOf(
  { distinct }: ReferenceMetric & { type: "hll" },
  { log2m, regwidth }: HllParameters,
  hash: (text: string) => bigint,
): string {
  const hashes = [...new Set([...distinct].map(hash))];
  if (hashes.length <= explicitMax) {
    return `exact:${hashes.sort((a, b) => (a < b ? -1 : 1)).join()}`;
  }
  const registers = Buffer.alloc(2 ** log2m);
  for (const value of hashes) {
    const register = Number(value & BigInt(registers.length - 1));
    const rest = (value >> BigInt(log2m)).toString(2);
    const zeros = rest === "0" ? 64 - log2m : rest.length - rest.replace(/0*$/, "").length;
    const rank = Math.min(zeros + 1, 2 ** regwidth - 1);
    registers[register] = Math.max(registers[register]!, rank);
  }
  return `registers:${registers.toString("hex")}`;
}
