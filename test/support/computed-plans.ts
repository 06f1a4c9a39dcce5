// Plans with computed fields and with functions in conditions, at random.

import fc from "fast-check";
import { functionNamed } from "../../src/shared/function/functions.ts";
import type {
  CallExpression,
  ComputedField,
  Expression,
  MetricDefinition,
  Plan,
  SummaryDefinition,
  ValueExpression,
} from "../../src/shared/model/plan.ts";
import { adsPlan } from "./summarise-cases.ts";

const lineFields = ["event", "user", "campaign", "revenue", "extra", "host"];

const text = (value: string): ValueExpression => ({ op: "string", value });
const number = (digits: string): ValueExpression => ({ op: "number", text: digits });
const call = (name: string, ...given: ValueExpression[]): CallExpression => {
  const rules = functionNamed(name)?.rules;
  return { op: "call", name, arguments: given, ...(rules !== undefined && { rules }) };
};

const texts = fc.constantFrom(
  ...["", "click", "CLICK", "c1", "grün", " x\t", "-1.5", "2e1", "www.a.co.uk:80", "/p?q=%"],
  ...["https://A.example:80/p/r?x=1&q=Z%41+b#q=c", "http://u@B.c.example?q=2", "#a?q=1"],
);
const ofOne = fc.constantFrom("lower", "upper", "trim", "length", "url_host", "url_path");
const ofTime = fc.constantFrom("hour_of_day", "day_of_week", "day_part");
const steps = fc.constantFrom("1", "0.25", "100", "3");
const lengths = fc.constantFrom("1", "2", "3", "4", "5", "9", "40");

/** A value of the fields with these names. */
function valueOf(names: readonly string[]): fc.Arbitrary<ValueExpression> {
  const { value } = fc.letrec<{ value: ValueExpression; condition: Expression }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...names).map((name): ValueExpression => ({ op: "field", name })),
      texts.map(text),
      fc.tuple(ofOne, tie("value")).map(([name, inner]) => call(name, inner)),
      fc
        .tuple(ofTime, fc.constantFrom("timestamp", "timestamp", ...names))
        .map(([name, time]) => call(name, { op: "field", name: time })),
      tie("value").map((inner) => call("domain", call("url_host", inner))),
      tie("value").map((inner) => call("url_param", inner, text("q"))),
      fc.tuple(tie("value"), steps).map(([inner, step]) => call("bucket", inner, number(step))),
      fc.tuple(tie("value"), lengths).map(([inner, n]) => call("prefix", inner, number(n))),
      tie("value").map((inner) => call("regex_extract", inner, text("(?i)[a-m]+(\\d)?"))),
      fc
        .tuple(
          fc.constantFrom("concat", "coalesce"),
          fc.array(tie("value"), { minLength: 1, maxLength: 3 }),
        )
        .map(([name, parts]) => call(name, ...parts)),
      fc
        .tuple(tie("condition"), tie("value"), tie("value"))
        .map(([condition, then, otherwise]): ValueExpression => ({
          ...{ op: "if", condition, then, else: otherwise },
        })),
    ),
    condition: conditionOn(tie("value")),
  }));
  return value;
}

function conditionOn(value: fc.Arbitrary<ValueExpression>): fc.Arbitrary<Expression> {
  const ofTexts = fc.constantFrom("==", "!=", "starts_with", "ends_with", "contains");
  const ofNumbers = fc.constantFrom("==", "<", ">=");
  const comparison = fc.oneof(
    fc.tuple(ofTexts, value, texts).map(([op, left, right]) => ({ op, left, right: text(right) })),
    fc
      .tuple(value, fc.constantFrom("^[a-m]", "\\d+$", "(?i)a|c", "ü|1", "^$", "[^a-z]"))
      .map(([left, pattern]) => ({ op: "matches", left, right: text(pattern) })),
    fc
      .tuple(ofNumbers, value, fc.constantFrom("0", "1", "0.5"))
      .map(([op, left, right]) => ({ op, left, right: number(right) })),
    fc
      .tuple(value, fc.array(texts, { minLength: 1, maxLength: 3 }))
      .map(([left, values]) => ({ op: "in", left, values: values.map(text) })),
  ) as fc.Arbitrary<Expression>;
  return fc.oneof(
    { weight: 3, arbitrary: comparison },
    { weight: 1, arbitrary: comparison.map((operand): Expression => ({ op: "not", operand })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom("and", "or"), comparison, comparison)
        .map(([op, left, right]): Expression => ({ op, left, right })),
    },
  );
}

const computedNames = ["one", "two", "three", "four"];

/** Each is made of fields of the line and of those before it. */
const computedFields = fc
  .integer({ min: 1, max: computedNames.length })
  .chain((count) =>
    fc.tuple(
      ...computedNames
        .slice(0, count)
        .map((name, index) =>
          valueOf([...lineFields, ...computedNames.slice(0, index)]).map(
            (value): ComputedField => ({ name, value }),
          ),
        ),
    ),
  );

function metricsOn(
  names: readonly string[],
  condition: fc.Arbitrary<Expression>,
): fc.Arbitrary<readonly MetricDefinition[]> {
  const field = fc.constantFrom(...names);
  const hll = { type: "hll", log2m: 8, regwidth: 5 } as const;
  return fc
    .tuple(condition, field, field, fc.boolean())
    .map(([where, counted, summed, isFiltered]): readonly MetricDefinition[] => [
      { name: "lines", type: "count" },
      { name: "some", type: "count", where },
      { name: "distinct", field: counted, ...hll },
      { name: "sum", type: "sum", field: summed, scale: 6, ...(isFiltered && { where }) },
    ]);
}

function summaryOn(name: string, names: readonly string[]): fc.Arbitrary<SummaryDefinition> {
  const condition = conditionOn(valueOf(names));
  const record = {
    dimensions: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
    delimiter: fc.option(fc.constantFrom("1", "c", "ll", "é"), { nil: null }),
    where: fc.option(condition, { nil: null }),
    metrics: metricsOn(names, condition),
  };
  return fc.record(record).map(({ where, delimiter, ...others }) => {
    const [field] = others.dimensions;
    return {
      ...{ name, from: ["ads"], timestamp: "timestamp", granularity: "day", timezone: "UTC" },
      ...others,
      ...(delimiter !== null && field !== undefined && { explode: { field, delimiter } }),
      ...(where !== null && { where }),
    };
  });
}

/** Two summaries of lines as `adsContent` has them. */
export const computedPlans: fc.Arbitrary<Plan> = computedFields.chain((computed) => {
  const names = [...lineFields, ...computed.map(({ name }) => name)];
  const summaries = fc.tuple(summaryOn("first", names), summaryOn("second", names));
  const where = fc.option(conditionOn(valueOf(names)), { nil: null });
  return fc.tuple(summaries, where).map(([both, ofSource]) => ({
    ...adsPlan,
    sources: adsPlan.sources.map((source) => ({
      ...{ ...source, computed },
      ...(ofSource !== null && { where: ofSource }),
    })),
    summaries: both,
  }));
});
