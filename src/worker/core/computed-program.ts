// Computed values as a program over columns of spans: a step a value, its inputs before it. Equal values of all
// computed fields and conditions of a source are one step.
//
// A column has a name: that of the field that lines have, or the canonical JSON of what is computed, which no
// field is called. A computed field is another name of the column of its value.

import { assert } from "../../shared/base/assert.ts";
import { LogmillError } from "../../shared/base/errors.ts";
import { functionNamed } from "../../shared/function/functions.ts";
import type { FunctionMember } from "../../shared/function/member.ts";
import { valuesIn } from "../../shared/model/expression-values.ts";
import type {
  CallExpression,
  ComputedField,
  Expression,
  ValueExpression,
} from "../../shared/model/plan.ts";
import { columnOf } from "./value-column.ts";

export type ComputedStep =
  | { readonly kind: "constant"; readonly column: string; readonly text: string }
  | {
      readonly kind: "call";
      readonly column: string;
      readonly member: FunctionMember;
      /** Columns of its values. */
      readonly values: readonly string[];
      readonly constants: readonly string[];
    }
  | {
      readonly kind: "time";
      readonly column: string;
      readonly ofHour: (localSec: number) => string;
      /** Name of the field with the time, and its column. */
      readonly field: string;
      readonly value: string;
    }
  | {
      readonly kind: "if";
      readonly column: string;
      readonly condition: Expression;
      readonly then: string;
      readonly else: string;
    };

export class ComputedProgram {
  readonly steps: ComputedStep[] = [];
  /** Fields that lines must have, in order of first use. */
  readonly fields = new Set<string>();
  /** Columns of the computed fields that are used, by name. */
  readonly aliases = new Map<string, string>();
  readonly #computed: ReadonlyMap<string, ValueExpression>;
  readonly #columns = new Set<string>();

  constructor(computed: readonly ComputedField[]) {
    this.#computed = new Map(computed.map(({ name, value }) => [name, value]));
  }

  /** The column of a value, which is computed from now on. */
  add(value: ValueExpression): string {
    if (value.op === "field") return this.#field(value.name);
    const column = columnOf(value);
    if (this.#columns.has(column)) return column;
    const step = this.#stepOf(column, value);
    this.#columns.add(column);
    this.steps.push(step);
    return column;
  }

  #field(name: string): string {
    const value = this.#computed.get(name);
    if (value === undefined) {
      this.fields.add(name);
      return name;
    }
    const known = this.aliases.get(name);
    if (known !== undefined) return known;
    const column = this.add(value);
    this.aliases.set(name, column);
    return column;
  }

  #stepOf(column: string, value: Exclude<ValueExpression, { op: "field" }>): ComputedStep {
    switch (value.op) {
      case "string":
        return { kind: "constant", column, text: bytesOf(value.value) };
      case "number":
        return { kind: "constant", column, text: value.text };
      case "if": {
        valuesIn(value.condition).forEach((inner) => this.add(inner));
        const [then, otherwise] = [this.add(value.then), this.add(value.else)];
        return { kind: "if", column, condition: value.condition, then, else: otherwise };
      }
      case "call":
        return this.#call(column, value);
    }
  }

  #call(column: string, { name, arguments: given, rules }: CallExpression): ComputedStep {
    const member = functionNamed(name);
    assert(member !== undefined, `${name} is a function`);
    if (rules !== member.rules) throw otherRules(member, rules);
    if (member.computing.way === "time") {
      const [time] = given;
      assert(time?.op === "field", `${name} is of a field`);
      const { ofHour } = member.computing;
      return { kind: "time", column, ofHour, field: time.name, value: this.add(time) };
    }
    const last = member.parameters.at(-1)!;
    const kindOf = (index: number): string => (member.parameters[index] ?? last).kind;
    const values = given.filter((_, index) => kindOf(index) === "value");
    const constants = given.flatMap((argument, index) => {
      if (kindOf(index) === "value") return [];
      if (argument.op === "number") return [argument.text];
      assert(argument.op === "string", `${name} has constants`);
      return [bytesOf(argument.value)];
    });
    const columns = values.map((argument) => this.add(argument));
    return { kind: "call", column, member, values: columns, constants };
  }

  /** What must be computed for these columns: names of columns, themselves included. */
  closure(columns: Iterable<string>): ReadonlySet<string> {
    const needed = new Set([...columns].map((name) => this.aliases.get(name) ?? name));
    for (const step of [...this.steps].reverse()) {
      if (!needed.has(step.column)) continue;
      for (const input of inputsOf(step)) needed.add(this.aliases.get(input) ?? input);
    }
    return needed;
  }
}

function inputsOf(step: ComputedStep): readonly string[] {
  switch (step.kind) {
    case "constant":
      return [];
    case "call":
      return step.values;
    case "time":
      return [step.value];
    case "if":
      return [step.then, step.else, ...valuesIn(step.condition).map(columnOf)];
  }
}

/** The plan is of another version of logmill, whose library gives other answers. */
function otherRules({ name, rules = "none" }: FunctionMember, wanted = "none"): LogmillError {
  return new LogmillError(
    "plan_mismatch",
    `the plan wants ${name} by the rules ${wanted}, and this worker has ${rules}; run the same logmill everywhere`,
  );
}

function bytesOf(text: string): string {
  return Buffer.from(text).toString("latin1");
}
