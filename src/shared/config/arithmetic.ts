// Arithmetic over the metrics of a summary, from jsep's tree to plain data.

import type { Expression } from "../model/plan.ts";
import type { Conversion } from "./conversion.ts";
import { calleeName, startOf, type ParsedExpression } from "./expression-parser.ts";

export function convertArithmetic(found: Conversion, node: ParsedExpression): Expression | null {
  switch (node.type) {
    case "Identifier":
      return found.name(node.name, startOf(node));
    case "Literal":
      return typeof node.value === "number"
        ? found.number(node, node.raw, "")
        : found.fault(node, `${node.raw} is no number`, "");
    case "CallExpression": {
      if (calleeName(node) === "metric") return found.quoted(node);
      return found.fault(node, "there are no functions in arithmetic", 'but metric("name")');
    }
    case "UnaryExpression": {
      if (node.operator !== "-" && node.operator !== "+") return noArithmetic(found, node);
      const operand = convertArithmetic(found, node.argument as ParsedExpression);
      if (operand === null || node.operator === "+") return operand;
      return { op: "-", left: { op: "number", text: "0" }, right: operand };
    }
    case "BinaryExpression": {
      const op = node.operator;
      if (op !== "+" && op !== "-" && op !== "*" && op !== "/") return noArithmetic(found, node);
      const left = convertArithmetic(found, node.left as ParsedExpression);
      const right = convertArithmetic(found, node.right as ParsedExpression);
      return left && right && { op, left, right };
    }
    default:
      return noArithmetic(found, node);
  }
}

function noArithmetic(found: Conversion, node: ParsedExpression): null {
  if (node.type === "Compound") return found.between(node);
  return found.fault(node, "here must be arithmetic over metrics", "such as clicks / impressions");
}
