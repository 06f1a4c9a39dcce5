// What a condition compares a field of type `ip` with. The field has one spelling of each address, so a literal in
// another one would never be equal, and nobody would be told.

import { canonicalAddress } from "../model/canonical-address.ts";
import type { Expression } from "../model/plan.ts";

interface LiteralFault {
  readonly problem: string;
  readonly fix: string;
}

/** What is wrong with the literals of a condition, given which of its fields hold addresses. */
export function addressFaults(
  expression: Expression,
  isAddress: (field: string) => boolean,
): readonly LiteralFault[] {
  switch (expression.op) {
    case "field":
    case "string":
    case "number":
    case "call":
    case "if":
      return [];
    case "not":
      return addressFaults(expression.operand, isAddress);
    case "in": {
      const { left, values } = expression;
      return values.flatMap((right) => addressFaults({ op: "==", left, right }, isAddress));
    }
    default: {
      const { op, left, right } = expression;
      if (left.op !== "field") {
        return [...addressFaults(left, isAddress), ...addressFaults(right, isAddress)];
      }
      const fault = isAddress(left.name) ? literalFault(left.name, op, right) : null;
      return fault === null ? [] : [fault];
    }
  }
}

function literalFault(field: string, op: string, literal: Expression): LiteralFault | null {
  if (literal.op !== "string") {
    const problem = `${field} holds addresses and is compared with a number`;
    return { problem, fix: "put the address in quotes" };
  }
  const { value } = literal;
  const quoted = JSON.stringify(value);
  if (op !== "==" && op !== "!=") {
    if (/^[0-9a-f:.]*(%.*)?$/.test(value)) return null;
    return {
      problem: `${field} holds addresses, and none has ${quoted} in it`,
      fix: "addresses have digits, lower-case letters from a to f, colons and points",
    };
  }
  const spelt = value === "" ? "" : canonicalAddress(value);
  if (spelt === value) return null;
  if (spelt !== null) {
    const problem = `${field} holds addresses in one spelling, and ${quoted} is another`;
    return { problem, fix: `write ${JSON.stringify(spelt)}` };
  }
  return { problem: `${field} holds addresses, and ${quoted} is none`, fix: "" };
}
