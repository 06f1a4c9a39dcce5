// What expressions are made of: the values that a condition looks at, and the fields that those come from.

import type { Expression, ValueExpression } from "./plan.ts";

/** Whether an expression stands for a value, and not for a condition or arithmetic. */
export function isValue(expression: Expression): expression is ValueExpression {
  switch (expression.op) {
    case "field":
    case "string":
    case "number":
    case "call":
    case "if":
      return true;
    default:
      return false;
  }
}

/** The values on the left sides of a condition's comparisons. */
export function valuesIn(condition: Expression): readonly ValueExpression[] {
  if (isValue(condition)) return [condition];
  switch (condition.op) {
    case "not":
      return valuesIn(condition.operand);
    case "in":
      return valuesIn(condition.left);
    case "and":
    case "or":
    case "+":
    case "-":
    case "*":
    case "/":
      return [...valuesIn(condition.left), ...valuesIn(condition.right)];
    default:
      return valuesIn(condition.left);
  }
}

/** Names of the fields that a value is made of, as it names them. */
export function fieldsOfValue(value: ValueExpression): readonly string[] {
  switch (value.op) {
    case "field":
      return [value.name];
    case "string":
    case "number":
      return [];
    case "call":
      return value.arguments.flatMap(fieldsOfValue);
    case "if": {
      const { condition, then, else: otherwise } = value;
      return [...valuesIn(condition), then, otherwise].flatMap(fieldsOfValue);
    }
  }
}
