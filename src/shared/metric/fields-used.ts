// What summaries read of a line: values, the fields that these are made of, and which of a source's computed
// fields are among them.

import { canonicalJson } from "../model/definition-key.ts";
import { fieldsOfValue, valuesIn } from "../model/expression-values.ts";
import type {
  ComputedField,
  Expression,
  PlanSource,
  SummaryDefinition,
  ValueExpression,
} from "../model/plan.ts";
import type { Readings } from "../model/reading.ts";
import { columnsOf } from "./kinds.ts";

/** A summary as it is made from the lines of one source, which has a `where` of its own. */
export function asReadFrom(
  source: Pick<PlanSource, "where">,
  definition: SummaryDefinition,
): SummaryDefinition {
  const [left, right] = [source.where, definition.where];
  if (left === undefined) return definition;
  return { ...definition, where: right === undefined ? left : { op: "and", left, right } };
}

/** The values that a summary of a source uses, each once, in order of first use. */
export function valuesUsed({
  timestamp,
  dimensions,
  where,
  metrics,
}: SummaryDefinition): readonly ValueExpression[] {
  const field = (name: string): ValueExpression => ({ op: "field", name });
  const ofCondition = (condition: Expression | undefined): readonly ValueExpression[] =>
    condition === undefined ? [] : valuesIn(condition);
  const values = [
    ...[timestamp, ...dimensions].map(field),
    ...[where, ...metrics.map((metric) => metric.where)].flatMap(ofCondition),
    ...metrics
      .flatMap(columnsOf)
      .flatMap(({ input }) => (input.kind === "line" ? [] : [field(input.field)])),
  ];
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}

/** The computed fields of a source that a summary uses, by itself or through others, by name. */
function computedUsed(
  computed: readonly ComputedField[],
  definition: SummaryDefinition,
): readonly ComputedField[] {
  const used = new Set<ComputedField>();
  const add = (value: ValueExpression): void => {
    for (const name of fieldsOfValue(value)) {
      const field = computed.find((other) => other.name === name);
      if (field === undefined || used.has(field)) continue;
      used.add(field);
      add(field.value);
    }
  };
  valuesUsed(definition).forEach(add);
  return [...used].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** How the lines of a summary's sources are read, as far as it matters to the summary. */
export function readingsFor(
  definition: SummaryDefinition,
  sources: readonly PlanSource[],
): Readings {
  const readings = sources
    .filter(({ name }) => definition.from.includes(name))
    .map(({ name, computed: all, ...reading }): [string, Readings[string]] => {
      const computed = computedUsed(all ?? [], asReadFrom(reading, definition));
      return [name, computed.length === 0 ? reading : { ...reading, computed }];
    });
  return Object.fromEntries(readings);
}
