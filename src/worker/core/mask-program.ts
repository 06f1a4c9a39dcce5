// Conditions as a program over masks. Equal parts of all conditions of a source are one step each,
// so that a `where` that ten metrics share is computed once.
//
// Steps come in order: a step's operands are before it.

import { assert } from "../../shared/base/assert.ts";
import { isValue } from "../../shared/model/expression-values.ts";
import { canonicalJson } from "../../shared/model/definition-key.ts";
import type { Expression } from "../../shared/model/plan.ts";
import { matcherTable } from "../../shared/regex/matcher.ts";
import * as layout from "../../shared/kernel/assembly/parse-layout.ts";
import { columnOf } from "./value-column.ts";

export interface DecimalLiteral {
  readonly negative: boolean;
  /** Digits without leading zeros. */
  readonly whole: string;
  /** Digits without trailing zeros. */
  readonly fraction: string;
}

export type MaskStep =
  | {
      readonly type: "text";
      /** Name of the column of its values. */
      readonly field: string;
      readonly comparison: number;
      readonly literal: Uint8Array;
    }
  | {
      readonly type: "number";
      readonly field: string;
      readonly comparison: number;
      readonly literal: DecimalLiteral;
    }
  /** `table` is that of `regex/matcher.ts`. */
  | { readonly type: "pattern"; readonly field: string; readonly table: Uint8Array }
  | { readonly type: "and" | "or"; readonly left: number; readonly right: number }
  | { readonly type: "not"; readonly operand: number };

const comparisons: ReadonlyMap<string, number> = new Map([
  ["==", layout.compareEqual],
  ["!=", layout.compareNotEqual],
  ["<", layout.compareLess],
  ["<=", layout.compareLessOrEqual],
  [">", layout.compareGreater],
  [">=", layout.compareGreaterOrEqual],
  ["starts_with", layout.compareStartsWith],
  ["ends_with", layout.compareEndsWith],
  ["contains", layout.compareContains],
]);

/** The canonical digits of a decimal as it is written in a configuration. */
export function decimalLiteral(text: string): DecimalLiteral {
  const match = /^([+-]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
  assert(match !== null, `${text} is a decimal`);
  const [, sign, whole = "", fraction = ""] = match;
  return { negative: sign === "-" && whole + fraction !== "", whole, fraction };
}

export class MaskProgram {
  readonly steps: MaskStep[] = [];
  readonly #indexes = new Map<string, number>();

  /** The step that computes a condition, which is added with its parts if it is new. */
  add(expression: Expression): number {
    switch (expression.op) {
      case "and":
      case "or": {
        const left = this.add(expression.left);
        const right = this.add(expression.right);
        return left === right ? left : this.#step({ type: expression.op, left, right });
      }
      case "not":
        return this.#step({ type: "not", operand: this.add(expression.operand) });
      case "in": {
        const { left, values } = expression;
        return values
          .map((right) => this.#comparison("==", left, right))
          .reduce((before, next) => this.#step({ type: "or", left: before, right: next }));
      }
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
      case "starts_with":
      case "ends_with":
      case "contains":
        return this.#comparison(expression.op, expression.left, expression.right);
      case "matches":
        return this.#pattern(expression.left, expression.right);
      default:
        throw new Error(`assertion failed: ${expression.op} is no condition`);
    }
  }

  #comparison(op: string, left: Expression, right: Expression): number {
    assert(isValue(left), "a comparison has a value on its left");
    const field = columnOf(left);
    const comparison = comparisons.get(op)!;
    if (right.op === "number") {
      assert(comparison <= layout.compareGreaterOrEqual, `${op} is no comparison of numbers`);
      const literal = decimalLiteral(right.text);
      return this.#step({ type: "number", field, comparison, literal });
    }
    assert(right.op === "string", "a comparison has a literal on its right");
    const ordering = comparison >= layout.compareLess && comparison <= layout.compareGreaterOrEqual;
    assert(!ordering, `${op} is no comparison of texts`);
    const literal = new TextEncoder().encode(right.value);
    return this.#step({ type: "text", field, comparison, literal });
  }

  #pattern(left: Expression, right: Expression): number {
    assert(isValue(left) && right.op === "string", "a value matches a pattern");
    const field = columnOf(left);
    const key = canonicalJson({ type: "pattern", field, pattern: right.value });
    return (
      this.#indexes.get(key) ??
      this.#add(key, { type: "pattern", field, table: matcherTable(right.value) })
    );
  }

  #step(step: MaskStep): number {
    const key = canonicalJson(
      step.type === "text" ? { ...step, literal: Array.from(step.literal) } : step,
    );
    const known = this.#indexes.get(key);
    return known ?? this.#add(key, step);
  }

  #add(key: string, step: MaskStep): number {
    this.steps.push(step);
    this.#indexes.set(key, this.steps.length - 1);
    return this.steps.length - 1;
  }

  /** Steps that these need, themselves included. */
  closure(wanted: Iterable<number>): ReadonlySet<number> {
    const needed = new Set(wanted);
    for (let index = this.steps.length - 1; index >= 0; index -= 1) {
      if (!needed.has(index)) continue;
      const step = this.steps[index]!;
      if (step.type === "not") needed.add(step.operand);
      if (step.type !== "and" && step.type !== "or") continue;
      needed.add(step.left);
      needed.add(step.right);
    }
    return needed;
  }
}
