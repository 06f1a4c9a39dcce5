// Expressions of the configuration: conditions over the values of an event (`where`), values that are computed
// (`fields`), and arithmetic over the metrics of a summary (`derived`), checked by type and turned into the plain
// data of `plan.ts`. Workers and queries interpret that data; no code is ever made from text.
//
//   condition   value == "text"   value != 404   value < 10   value in ["a", "b"]
//               starts_with(value, "text")   ends_with(…)   contains(…)   matches(value, "pattern")
//               and && or || not !   ( )
//   value       field   "text"   12.5   function(value, …)   if(condition, value, value)
//   arithmetic  metric   12.5   + - * / unary -   ( )
//
// A comparison with a number compares exact decimals, one with a text compares bytes; ordering
// (<, <=, >, >=) is for numbers. `field("user-agent")` and `metric("click-rate")` stand for names
// that are no words of an expression. `not` binds like in Python: `not a == b` is `not (a == b)`.

import type { Expression, ValueExpression } from "../model/plan.ts";
import { listed } from "../text/nearest-word.ts";
import { convertArithmetic } from "./arithmetic.ts";
import { Conversion, type LiteralNode, type Scope } from "./conversion.ts";
import { calleeName, isLiteral, parseExpressionText, startOf } from "./expression-parser.ts";
import type {
  BinaryNode,
  CallNode,
  ExpressionFault,
  ParsedExpression,
} from "./expression-parser.ts";
import {
  conditionWords,
  convertValue,
  isConditionWord,
  isVarying,
  noFunction,
} from "./value-expression.ts";
import { searchedPattern } from "./pattern-argument.ts";
import { functionNamed } from "../function/functions.ts";

export type { Scope };

export interface ExpressionResult<Result extends Expression = Expression> {
  /** Null if there are faults. */
  readonly expression: Result | null;
  readonly faults: readonly ExpressionFault[];
}

const flipped = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
type Comparison = keyof typeof flipped;

/** Parses a `where`: a condition over values. */
export function parseCondition(text: string, scope: Scope): ExpressionResult {
  return convert(text, (found, node) => new Converter(found).condition(node), scope);
}

/** Parses a computed field: a value. */
export function parseValue(text: string, scope: Scope): ExpressionResult<ValueExpression> {
  return convert(text, (found, node) => new Converter(found).value(node), scope);
}

/** Parses the `expr` of a derived metric: arithmetic over metrics. */
export function parseArithmetic(text: string, scope: Scope): ExpressionResult {
  return convert(text, convertArithmetic, scope);
}

function convert<Result extends Expression>(
  text: string,
  run: (found: Conversion, node: ParsedExpression) => Result | null,
  scope: Scope,
): ExpressionResult<Result> {
  const parsed = parseExpressionText(text);
  if ("problem" in parsed) return { expression: null, faults: [parsed as ExpressionFault] };
  const found = new Conversion(scope);
  const expression = run(found, parsed);
  return { expression: found.faults.length === 0 ? expression : null, faults: found.faults };
}

/** Walks jsep's tree once and collects every fault on the way. */
class Converter {
  readonly #found: Conversion;

  constructor(found: Conversion) {
    this.#found = found;
  }

  condition(node: ParsedExpression): Expression | null {
    switch (node.type) {
      case "BinaryExpression":
        return this.#binaryCondition(node);
      case "UnaryExpression": {
        if (node.operator !== "!" && node.operator !== "not") return this.#noCondition(node);
        const operand = this.condition(node.argument as ParsedExpression);
        return operand && { op: "not", operand };
      }
      case "CallExpression":
        return this.#call(node);
      case "Identifier":
        if (this.#found.name(node.name, startOf(node)) === null) return null;
        return this.#found.fault(node, `${node.name} is a field, no condition`, "compare it");
      default:
        return this.#noCondition(node);
    }
  }

  /** A value that a line has, or what a function makes of one. */
  value(node: ParsedExpression): ValueExpression | null {
    return convertValue(this.#found, node, (inner) => this.condition(inner));
  }

  #binaryCondition(node: BinaryNode): Expression | null {
    const { operator } = node;
    const leftNode = node.left as ParsedExpression;
    const rightNode = node.right as ParsedExpression;
    const logical = { and: "and", "&&": "and", or: "or", "||": "or" }[operator];
    if (logical === "and" || logical === "or") {
      const left = this.condition(leftNode);
      const right = this.condition(rightNode);
      return left && right && { op: logical, left, right };
    }
    if (leftNode.type === "UnaryExpression" && leftNode.operator === "not") {
      const inner = { ...node, left: leftNode.argument } as ParsedExpression;
      const operand = this.condition(inner);
      return operand && { op: "not", operand };
    }
    if (operator === "in") return this.#membership(leftNode, rightNode);
    if (operator in flipped) return this.#comparison(operator as Comparison, leftNode, rightNode);
    const same = operator === "===" || operator === "!==";
    return this.#found.fault(
      node,
      `${operator} is no operator of a condition`,
      same ? `write ${operator.slice(0, 2)}` : `there are ${listed(Object.keys(flipped))}`,
    );
  }

  #comparison(op: Comparison, left: ParsedExpression, right: ParsedExpression): Expression | null {
    const leftVaries = isVarying(left);
    if (leftVaries === isVarying(right)) {
      const odd = [left, right].find((side) => !isVarying(side) && !isLiteral(side));
      if (odd !== undefined) return this.#noValue(odd);
      return this.#found.fault(left, `${op} compares a field with a text or a number`, "");
    }
    const value = this.#varying(leftVaries ? left : right);
    const literalNode = leftVaries ? right : left;
    const literal = this.#found.literal(literalNode);
    if (value === null || literal === null) return null;
    if (op !== "==" && op !== "!=" && literal.op === "string") {
      const fix = /^-?[\d.]+$/.test(literal.value) ? `write ${literal.value} without quotes` : "";
      return this.#found.fault(literalNode, `${op} compares numbers, and this is a text`, fix);
    }
    return { op: leftVaries ? op : flipped[op], left: value, right: literal };
  }

  #membership(left: ParsedExpression, right: ParsedExpression): Expression | null {
    const value = this.#varying(left);
    if (right.type !== "ArrayExpression" || right.elements.length === 0) {
      return this.#found.fault(right, "in needs a list", 'write in ["a", "b"]');
    }
    const values: LiteralNode[] = [];
    for (const element of right.elements) {
      const literal = element === null ? null : this.#found.literal(element as ParsedExpression);
      if (literal === null) return null;
      if (values.length > 0 && literal.op !== values[0]!.op) {
        const problem = "a list is of texts or of numbers";
        return this.#found.fault(element as ParsedExpression, problem, "");
      }
      values.push(literal);
    }
    return value && { op: "in", left: value, values };
  }

  #call(node: CallNode): Expression | null {
    const name = calleeName(node);
    const parameters = node.arguments as ParsedExpression[];
    if (!isConditionWord(name)) {
      if (name === "field") return this.#noCondition(node);
      if (functionNamed(name) === undefined && name !== "if") {
        return noFunction(this.#found, node, name, conditionWords);
      }
      return this.#found.fault(node, `${name}(…) is a value, no condition`, "compare it");
    }
    const [first, second] = parameters;
    if (first === undefined || second === undefined || parameters.length > 2) {
      const fix = `write ${name}(field, "text")`;
      return this.#found.fault(node, `${name} takes a field and a text`, fix);
    }
    const left = this.#varying(first);
    const right =
      name === "matches" ? searchedPattern(this.#found, second) : this.#found.literal(second);
    if (right !== null && right.op !== "string") {
      return this.#found.fault(second, `${name} looks for a text`, "put it in quotes");
    }
    return left && right && { op: name, left, right };
  }

  /** A value that is not the same for all lines. */
  #varying(node: ParsedExpression): ValueExpression | null {
    return isVarying(node) ? this.value(node) : this.#noValue(node);
  }

  #noValue(node: ParsedExpression): null {
    return this.#found.fault(node, "here must be the name of a field", "");
  }

  #noCondition(node: ParsedExpression): null {
    const fix = 'such as field == "text"';
    if (node.type === "Compound") return this.#found.between(node);
    return this.#found.fault(node, "here must be a condition", fix);
  }
}
