// What the converters of expressions share: the scope of names, the faults that were found, and the parts that
// conditions, values and arithmetic have in common. null stands for a faulty part.

import type { ValueExpression } from "../model/plan.ts";
import { suggest } from "../text/nearest-word.ts";
import { startOf } from "./expression-parser.ts";
import type { CallNode, ExpressionFault, ParsedExpression } from "./expression-parser.ts";

/** Which names an expression may use. */
export interface Scope {
  /** What is wrong with a name, or null. */
  readonly check: (name: string) => { readonly problem: string; readonly fix: string } | null;
}

type Wrong = ReturnType<Scope["check"]>;

/** The scope of these fields and no others. @param lists those that are all elements of an array */
export function scopeOf(fields: readonly string[], lists: readonly string[]): Scope {
  return {
    check: (name) => {
      if (lists.includes(name)) return listFault(name);
      if (fields.includes(name)) return null;
      return { problem: `there is no field ${name}`, fix: suggest(name, fields) };
    },
  };
}

/** What is wrong where one value is wanted, and a field is all elements of an array. */
export function listFault(name: string): Wrong {
  const problem = `${name} is all elements of an array, which only a dimension can be that is exploded`;
  return { problem, fix: "write explode: there, or name one element, such as [0]" };
}

type FieldNode = ValueExpression & { readonly op: "field" };
export type LiteralNode = ValueExpression & { readonly op: "string" | "number" };

const digitsMax = 18;

export class Conversion {
  readonly faults: ExpressionFault[] = [];
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  fault(node: ParsedExpression, problem: string, fix: string): null {
    this.faults.push({ index: startOf(node), problem, fix });
    return null;
  }

  name(name: string, index: number): FieldNode | null {
    const wrong = this.#scope.check(name);
    if (wrong === null) return { op: "field", name };
    this.faults.push({ index, ...wrong });
    return null;
  }

  /** `field("a name")` or `metric("a name")`. */
  quoted(node: CallNode): FieldNode | null {
    const [literal, ...rest] = node.arguments as ParsedExpression[];
    if (literal?.type === "Literal" && typeof literal.value === "string" && rest.length === 0) {
      return this.name(literal.value, startOf(literal));
    }
    return this.fault(node, "here must be one name in quotes", "");
  }

  literal(node: ParsedExpression): LiteralNode | null {
    if (node.type === "UnaryExpression" && (node.operator === "-" || node.operator === "+")) {
      const argument = node.argument as ParsedExpression;
      if (argument.type === "Literal" && typeof argument.value === "number") {
        return this.number(argument, argument.raw, node.operator === "-" ? "-" : "");
      }
    }
    if (node.type === "Literal" && typeof node.value === "string") {
      return { op: "string", value: node.value };
    }
    if (node.type === "Literal" && typeof node.value === "number") {
      return this.number(node, node.raw, "");
    }
    const problem = "here must be a text in quotes or a number";
    const fix = node.type === "Identifier" ? `write "${node.name}"` : "";
    return this.fault(node, problem, fix);
  }

  number(node: ParsedExpression, written: string, sign: "" | "-"): LiteralNode | null {
    if (!/^(\d+\.?\d*|\.\d+)$/.test(written)) {
      return this.fault(node, `${written} has an exponent`, "write the number out");
    }
    const [whole, fraction = ""] = written.split(".");
    if (whole!.replace(/^0+/, "").length > digitsMax || fraction.length > digitsMax) {
      const problem = `${written} has too many digits`;
      return this.fault(node, problem, `${digitsMax} before and after the point at most`);
    }
    return { op: "number", text: sign + written };
  }

  /** Two expressions, one behind the other. */
  between(node: ParsedExpression): null {
    const second = (node["body"] as ParsedExpression[])[1]!;
    return this.fault(second, "an operator is missing before this", "");
  }
}
