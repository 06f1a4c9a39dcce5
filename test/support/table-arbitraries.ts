// Random schemas and events for properties of tables.

import fc from "fast-check";
import type { ColumnLayout } from "../../src/shared/metric/stored-column.ts";
import type { TableSchema } from "../../src/shared/table/schema.ts";
import { datedValue, type ModelEvent } from "./table-model.ts";

const scale = fc.integer({ min: 0, max: 18 });

const metricArbitrary: fc.Arbitrary<ColumnLayout> = fc.oneof(
  fc.constant({ type: "count" } as const),
  fc.record({
    type: fc.constantFrom(
      "sum" as const,
      "squares" as const,
      "min" as const,
      "max" as const,
      "first" as const,
      "last" as const,
    ),
    scale,
  }),
  fc.record({
    type: fc.constant("hll" as const),
    log2m: fc.integer({ min: 4, max: 12 }),
    regwidth: fc.integer({ min: 4, max: 6 }),
  }),
);

const schemaArbitrary: fc.Arbitrary<TableSchema> = fc.record({
  dimensions: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 5 }) },
    { weight: 1, arbitrary: fc.integer({ min: 6, max: 32 }) },
  ),
  metrics: fc.array(metricArbitrary, { maxLength: 5 }),
});

/** Values of a dimension: few, so that rows meet; of all lengths, with common beginnings. */
export const keyArbitrary: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("", "a", "b", "ab", "a\0", "click").map(latin1) },
  { weight: 1, arbitrary: fc.nat(9).map((n) => latin1(`campaign-with-a-long-name-${n}`)) },
  { weight: 1, arbitrary: fc.nat(3).map((n) => latin1("x".repeat(290) + String(n))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
);

const signed64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 2n }),
  fc.bigInt({ min: -300n, max: 300n }),
);

/** Some far apart, some that share registers, and the special ones. */
const hashArbitrary: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.bigInt({ min: 0n, max: 40n }),
  fc.bigInt({ min: 0n, max: 2n ** 40n - 1n }).map((value) => value << 24n),
  fc.constantFrom(0n, 2n ** 64n - 1n),
);

/** Few instants, so that many values have the same; and the first and last that are read. */
const instantArbitrary = fc.oneof(
  fc.bigInt({ min: 0n, max: 3n }),
  fc.bigInt({ min: -(10n ** 14n), max: 9_214_732_800n * 10n ** 9n }),
);

function valueArbitrary(metric: ColumnLayout): fc.Arbitrary<bigint | null> {
  if (metric.type === "first" || metric.type === "last") {
    const dated = fc.tuple(instantArbitrary, signed64).map((pair) => datedValue(...pair));
    return fc.option(dated, { nil: null, freq: 4 });
  }
  const value =
    metric.type === "count" ? fc.constant(1n) : metric.type === "hll" ? hashArbitrary : signed64;
  return fc.option(value, { nil: null, freq: 4 });
}

function eventsArbitrary(schema: TableSchema, maxLength: number): fc.Arbitrary<ModelEvent[]> {
  const event = fc.record({
    keys: fc.tuple(...Array.from({ length: schema.dimensions }, () => keyArbitrary)),
    values: fc.tuple(...schema.metrics.map(valueArbitrary)),
  });
  return fc.array(event, { maxLength, size: "max" });
}

/** A schema with events of it. */
export const caseArbitrary = schemaArbitrary.chain((schema) =>
  fc.record({ schema: fc.constant(schema), events: eventsArbitrary(schema, 120) }),
);

function latin1(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}
