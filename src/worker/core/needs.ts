// What a source's lines are used for: the union over all summaries of the plan that read it. A
// line is judged by these needs, never by the summaries that one batch is for, so that its fate is
// the same whenever and for whatever it is read.

import { columnsOf } from "../../shared/metric/kinds.ts";
import { reservedValues } from "../../shared/metric/stored-column.ts";
import { canonicalJson } from "../../shared/model/definition-key.ts";
import type { Expression, SummaryDefinition } from "../../shared/model/plan.ts";

interface DecimalNeed {
  readonly field: string;
  readonly scale: number;
  /** 1 if the greatest value means "none" in some table, else 0. */
  readonly reserved: number;
}

export interface Needs {
  /** All fields that are used, in order of first use. */
  readonly fields: readonly string[];
  readonly timestamps: readonly string[];
  readonly decimals: readonly DecimalNeed[];
  /** Fields of sketches. */
  readonly hashes: readonly string[];
  readonly dimensions: readonly string[];
}

export function decimalKey(field: string, scale: number): string {
  return canonicalJson([field, scale]);
}

/** The fields that a condition reads. */
function fieldsIn(expression: Expression): readonly string[] {
  switch (expression.op) {
    case "field":
      return [expression.name];
    case "string":
    case "number":
      return [];
    case "not":
      return fieldsIn(expression.operand);
    case "in":
      return fieldsIn(expression.left);
    default:
      return [...fieldsIn(expression.left), ...fieldsIn(expression.right)];
  }
}

export function collectNeeds(summaries: readonly SummaryDefinition[]): Needs {
  const fields = new Set<string>();
  const timestamps = new Set<string>();
  const decimals = new Map<string, DecimalNeed>();
  const hashes = new Set<string>();
  const dimensions = new Set<string>();
  for (const summary of summaries) {
    fields.add(summary.timestamp);
    timestamps.add(summary.timestamp);
    for (const dimension of summary.dimensions) {
      fields.add(dimension);
      dimensions.add(dimension);
    }
    const conditions = [summary.where, ...summary.metrics.map((metric) => metric.where)];
    for (const condition of conditions) {
      if (condition !== undefined) fieldsIn(condition).forEach((field) => fields.add(field));
    }
    for (const { input, layout } of summary.metrics.flatMap(columnsOf)) {
      switch (input.kind) {
        case "line":
          break;
        case "hash":
          fields.add(input.field);
          hashes.add(input.field);
          break;
        case "decimal": {
          const { field, scale } = input;
          const key = decimalKey(field, scale);
          const reserved = Math.max(decimals.get(key)?.reserved ?? 0, reservedValues(layout));
          fields.add(field);
          decimals.set(key, { field, scale, reserved });
        }
      }
    }
  }
  return {
    fields: [...fields],
    timestamps: [...timestamps],
    decimals: [...decimals.values()],
    hashes: [...hashes],
    dimensions: [...dimensions],
  };
}
