// Expressions of the configuration: conditions over the fields of an event (`where`) and arithmetic
// over the metrics of a summary (`derived`), checked by type and turned into the plain data of
// `plan.ts`. Workers and queries interpret that data; no code is ever made from text.
//
//   condition   field == "text"   field != 404   field < 10   field in ["a", "b"]
//               starts_with(field, "text")   ends_with(…)   contains(…)
//               and && or || not !   ( )
//   arithmetic  metric   12.5   + - * / unary -   ( )
//
// A comparison with a number compares exact decimals, one with a text compares bytes; ordering
// (<, <=, >, >=) is for numbers. `field("user-agent")` and `metric("click-rate")` stand for names
// that are no words of an expression. `not` binds like in Python: `not a == b` is `not (a == b)`.

import { listed, suggest } from "../text/nearest-word.ts";
import {
  calleeName,
  isField,
  isLiteral,
  parseExpressionText,
  startOf,
} from "./expression-parser.ts";
import type {
  BinaryNode,
  CallNode,
  ExpressionFault,
  ParsedExpression,
} from "./expression-parser.ts";
import type { Expression } from "../model/plan.ts";

/** Which names an expression may use. */
export interface Scope {
  /** What is wrong with a name, or null. */
  readonly check: (name: string) => { readonly problem: string; readonly fix: string } | null;
}

export interface ExpressionResult {
  /** Null if there are faults. */
  readonly expression: Expression | null;
  readonly faults: readonly ExpressionFault[];
}

const flipped = { "==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;
type Comparison = keyof typeof flipped;
const functions = ["starts_with", "ends_with", "contains"] as const;
type FunctionName = (typeof functions)[number];
const digitsMax = 18;

/** Parses a `where`: a condition over fields. */
export function parseCondition(text: string, scope: Scope): ExpressionResult {
  return convert(text, (converter, node) => converter.condition(node), scope);
}

/** Parses the `expr` of a derived metric: arithmetic over metrics. */
export function parseArithmetic(text: string, scope: Scope): ExpressionResult {
  return convert(text, (converter, node) => converter.arithmetic(node), scope);
}

function convert(
  text: string,
  run: (converter: Converter, node: ParsedExpression) => Expression | null,
  scope: Scope,
): ExpressionResult {
  const parsed = parseExpressionText(text);
  if ("problem" in parsed) return { expression: null, faults: [parsed as ExpressionFault] };
  const converter = new Converter(scope);
  const expression = run(converter, parsed);
  return {
    expression: converter.faults.length === 0 ? expression : null,
    faults: converter.faults,
  };
}

/** Walks jsep's tree once and collects every fault on the way; null stands for a faulty part. */
class Converter {
  readonly faults: ExpressionFault[] = [];
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
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
        if (this.#name(node.name, startOf(node)) === null) return null;
        return this.#fault(node, `${node.name} is a field, no condition`, "compare it");
      default:
        return this.#noCondition(node);
    }
  }

  arithmetic(node: ParsedExpression): Expression | null {
    switch (node.type) {
      case "Identifier":
        return this.#name(node.name, startOf(node));
      case "Literal":
        return typeof node.value === "number"
          ? this.#number(node, node.raw, "")
          : this.#fault(node, `${node.raw} is no number`, "");
      case "CallExpression": {
        if (calleeName(node) === "metric") return this.#quoted(node);
        return this.#fault(node, "there are no functions in arithmetic", 'but metric("name")');
      }
      case "UnaryExpression": {
        if (node.operator !== "-" && node.operator !== "+") return this.#noArithmetic(node);
        const operand = this.arithmetic(node.argument as ParsedExpression);
        if (operand === null || node.operator === "+") return operand;
        return { op: "-", left: { op: "number", text: "0" }, right: operand };
      }
      case "BinaryExpression": {
        const op = node.operator;
        if (op !== "+" && op !== "-" && op !== "*" && op !== "/") return this.#noArithmetic(node);
        const left = this.arithmetic(node.left as ParsedExpression);
        const right = this.arithmetic(node.right as ParsedExpression);
        return left && right && { op, left, right };
      }
      default:
        return this.#noArithmetic(node);
    }
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
    return this.#fault(
      node,
      `${operator} is no operator of a condition`,
      same ? `write ${operator.slice(0, 2)}` : `there are ${listed(Object.keys(flipped))}`,
    );
  }

  #comparison(op: Comparison, left: ParsedExpression, right: ParsedExpression): Expression | null {
    const leftIsField = isField(left);
    if (leftIsField === isField(right)) {
      const odd = [left, right].find((side) => !isField(side) && !isLiteral(side));
      if (odd !== undefined) return this.#noField(odd);
      return this.#fault(left, `${op} compares a field with a text or a number`, "");
    }
    const field = this.#field(leftIsField ? left : right);
    const literalNode = leftIsField ? right : left;
    const literal = this.#literal(literalNode);
    if (field === null || literal === null) return null;
    if (op !== "==" && op !== "!=" && literal.op === "string") {
      const fix = /^-?[\d.]+$/.test(literal.value) ? `write ${literal.value} without quotes` : "";
      return this.#fault(literalNode, `${op} compares numbers, and this is a text`, fix);
    }
    return { op: leftIsField ? op : flipped[op], left: field, right: literal };
  }

  #membership(left: ParsedExpression, right: ParsedExpression): Expression | null {
    const field = this.#field(left);
    if (right.type !== "ArrayExpression" || right.elements.length === 0) {
      return this.#fault(right, "in needs a list", 'write in ["a", "b"]');
    }
    const values: Expression[] = [];
    for (const element of right.elements) {
      const value = element === null ? null : this.#literal(element as ParsedExpression);
      if (value === null) return null;
      if (values.length > 0 && value.op !== values[0]!.op) {
        return this.#fault(element as ParsedExpression, "a list is of texts or of numbers", "");
      }
      values.push(value);
    }
    return field && { op: "in", left: field, values };
  }

  #call(node: CallNode): Expression | null {
    const name = calleeName(node);
    const parameters = node.arguments as ParsedExpression[];
    if (!isFunction(name)) {
      if (name === "field") return this.#noCondition(node);
      return this.#fault(node, `there is no function ${name}`, suggest(name, functions));
    }
    const [first, second] = parameters;
    if (first === undefined || second === undefined || parameters.length > 2) {
      return this.#fault(node, `${name} takes a field and a text`, `write ${name}(field, "text")`);
    }
    const left = this.#field(first);
    const right = this.#literal(second);
    if (right !== null && right.op !== "string") {
      return this.#fault(second, `${name} looks for a text`, "put it in quotes");
    }
    return left && right && { op: name, left, right };
  }

  #field(node: ParsedExpression): Expression | null {
    if (node.type === "Identifier") return this.#name(node.name, startOf(node));
    if (node.type === "CallExpression" && isField(node)) return this.#quoted(node);
    return this.#noField(node);
  }

  /** `field("a name")` or `metric("a name")`. */
  #quoted(node: CallNode): Expression | null {
    const [literal, ...rest] = node.arguments as ParsedExpression[];
    if (literal?.type === "Literal" && typeof literal.value === "string" && rest.length === 0) {
      return this.#name(literal.value, startOf(literal));
    }
    return this.#fault(node, "here must be one name in quotes", "");
  }

  #name(name: string, index: number): Expression | null {
    const wrong = this.#scope.check(name);
    if (wrong === null) return { op: "field", name };
    this.faults.push({ index, ...wrong });
    return null;
  }

  #literal(node: ParsedExpression): (Expression & { op: "string" | "number" }) | null {
    if (node.type === "UnaryExpression" && (node.operator === "-" || node.operator === "+")) {
      const argument = node.argument as ParsedExpression;
      if (argument.type === "Literal" && typeof argument.value === "number") {
        return this.#number(argument, argument.raw, node.operator === "-" ? "-" : "");
      }
    }
    if (node.type === "Literal" && typeof node.value === "string") {
      return { op: "string", value: node.value };
    }
    if (node.type === "Literal" && typeof node.value === "number") {
      return this.#number(node, node.raw, "");
    }
    const problem = "here must be a text in quotes or a number";
    const fix = node.type === "Identifier" ? `write "${node.name}"` : "";
    return this.#fault(node, problem, fix);
  }

  #number(
    node: ParsedExpression,
    written: string,
    sign: "" | "-",
  ): { op: "number"; text: string } | null {
    if (!/^(\d+\.?\d*|\.\d+)$/.test(written)) {
      return this.#fault(node, `${written} has an exponent`, "write the number out");
    }
    const [whole, fraction = ""] = written.split(".");
    if (whole!.replace(/^0+/, "").length > digitsMax || fraction.length > digitsMax) {
      const problem = `${written} has too many digits`;
      return this.#fault(node, problem, `${digitsMax} before and after the point at most`);
    }
    return { op: "number", text: sign + written };
  }

  #noField(node: ParsedExpression): null {
    return this.#fault(node, "here must be the name of a field", "");
  }

  #noCondition(node: ParsedExpression): null {
    const fix = 'such as field == "text"';
    if (node.type === "Compound") return this.#between(node);
    return this.#fault(node, "here must be a condition", fix);
  }

  #noArithmetic(node: ParsedExpression): null {
    if (node.type === "Compound") return this.#between(node);
    return this.#fault(
      node,
      "here must be arithmetic over metrics",
      "such as clicks / impressions",
    );
  }

  #between(node: ParsedExpression): null {
    const second = (node["body"] as ParsedExpression[])[1]!;
    return this.#fault(second, "an operator is missing before this", "");
  }

  #fault(node: ParsedExpression, problem: string, fix: string): null {
    this.faults.push({ index: startOf(node), problem, fix });
    return null;
  }
}

function isFunction(name: string): name is FunctionName {
  return functions.some((known) => known === name);
}
