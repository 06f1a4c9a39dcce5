// Values of an event, from jsep's tree to plain data: a field, a constant, a function of values, or one of two
// values by a condition. Functions, and what each takes, are in `shared/function`.

import { functionNamed, functions } from "../function/functions.ts";
import type { FunctionMember, Parameter } from "../function/member.ts";
import type { Expression, ValueExpression } from "../model/plan.ts";
import { listed, suggest } from "../text/nearest-word.ts";
import type { Conversion } from "./conversion.ts";
import { patternArgument } from "./pattern-argument.ts";
import { parsePattern } from "../regex/syntax.ts";
import { PatternError } from "../regex/pattern-tree.ts";
import { calleeName, isField, isLiteral, startOf } from "./expression-parser.ts";
import type { CallNode, ParsedExpression } from "./expression-parser.ts";

/** Converts the condition of `if`: conditions have values in them, and values conditions. */
type ConditionConverter = (node: ParsedExpression) => Expression | null;

/** Words of conditions, which give no value. */
export const conditionWords = ["starts_with", "ends_with", "contains", "matches"] as const;

export function isConditionWord(name: string): name is (typeof conditionWords)[number] {
  return conditionWords.some((word) => word === name);
}

/** Whether a node stands for a value that is no constant: a field, or a call that gives one. */
export function isVarying(node: ParsedExpression): boolean {
  return isField(node) || (node.type === "CallExpression" && !isConditionWord(calleeName(node)));
}

export function convertValue(
  found: Conversion,
  node: ParsedExpression,
  condition: ConditionConverter,
): ValueExpression | null {
  if (isLiteral(node)) return found.literal(node);
  if (node.type === "Identifier") return found.name(node.name, startOf(node));
  if (node.type === "Compound") return found.between(node);
  if (node.type !== "CallExpression") {
    return found.fault(node, "here must be a value", "a field, a function of one, or a constant");
  }
  const name = calleeName(node);
  if (name === "field") return found.quoted(node);
  if (name === "if") return convertChoice(found, node, condition);
  const member = functionNamed(name);
  if (member !== undefined) return convertCall(found, node, member, condition);
  if (isConditionWord(name)) {
    return found.fault(
      node,
      `${name} is a condition, no value`,
      `write if(${name}(…), "yes", "no")`,
    );
  }
  return noFunction(found, node, name, []);
}

/** @param others further words that may stand here */
export function noFunction(
  found: Conversion,
  node: ParsedExpression,
  name: string,
  others: readonly string[],
): null {
  const known = [...others, ...functions.map((member) => member.name), "if"];
  return found.fault(node, `there is no function ${name}`, suggest(name, known));
}

function convertChoice(
  found: Conversion,
  node: CallNode,
  condition: ConditionConverter,
): ValueExpression | null {
  const [first, second, third, ...more] = node.arguments as ParsedExpression[];
  if (first === undefined || second === undefined || third === undefined || more.length > 0) {
    return found.fault(node, "if takes a condition and two values", 'write if(a == "b", c, d)');
  }
  const chosenBy = condition(first);
  const then = convertValue(found, second, condition);
  const otherwise = convertValue(found, third, condition);
  return chosenBy && then && otherwise && { op: "if", condition: chosenBy, then, else: otherwise };
}

function convertCall(
  found: Conversion,
  node: CallNode,
  member: FunctionMember,
  condition: ConditionConverter,
): ValueExpression | null {
  const { name, parameters, rules } = member;
  const given = node.arguments as ParsedExpression[];
  const last = parameters.at(-1)!;
  const mayBeMore = last.isRepeated === true;
  const least = parameters.length - (last.isOptional === true ? 1 : 0);
  if (given.length < least || (given.length > parameters.length && !mayBeMore)) {
    return found.fault(node, `${name} takes ${wanted(parameters)}`, `write ${signature(member)}`);
  }
  const converted = given.map((argument, index) =>
    convertArgument(found, argument, parameters[index] ?? last, name, condition),
  );
  if (!converted.every((argument) => argument !== null)) return null;
  const constants = converted.flatMap((argument, index) => {
    const isConstant = ["text", "number", "table", "pattern"].includes(
      (parameters[index] ?? last).kind,
    );
    if (!isConstant) return [];
    return argument.op === "number"
      ? [argument.text]
      : argument.op === "string"
        ? [argument.value]
        : [];
  });
  const wrong = faultOf(member, constants);
  if (wrong !== null) return found.fault(node, `of ${name}, ${wrong}`, "");
  return { op: "call", name, arguments: converted, ...(rules !== undefined && { rules }) };
}

function faultOf({ check }: FunctionMember, constants: readonly string[]): string | null {
  try {
    return check?.(constants) ?? null;
  } catch (error) {
    if (error instanceof PatternError) return error.message;
    throw error;
  }
}

function convertArgument(
  found: Conversion,
  node: ParsedExpression,
  { name, kind }: Parameter,
  callee: string,
  condition: ConditionConverter,
): ValueExpression | null {
  switch (kind) {
    case "value":
      return convertValue(found, node, condition);
    case "time": {
      if (isField(node)) return convertValue(found, node, condition);
      return found.fault(node, `${name} of ${callee} is the name of a field`, "");
    }
    case "pattern":
      if (node.type === "Literal" && typeof node.value === "string") {
        return patternArgument(found, node, parsePattern);
      }
      return found.fault(node, `${name} of ${callee} is a text in quotes`, "");
    case "text":
    case "table":
    case "number": {
      const literal = isLiteral(node) ? found.literal(node) : null;
      const isOfKind = literal?.op === (kind === "number" ? "number" : "string");
      if (isOfKind) return literal;
      if (literal === null && isLiteral(node)) return null;
      const what = kind === "number" ? "a number" : "a text in quotes";
      return found.fault(node, `${name} of ${callee} is ${what}`, "");
    }
  }
}

function wanted(parameters: readonly Parameter[]): string {
  const kinds = {
    ...{ value: "a value", text: "a text", number: "a number", time: "a field" },
    table: "the name of a table",
    pattern: "a pattern",
  } as const;
  return listed(
    parameters.map(({ kind, isRepeated, isOptional }) =>
      isRepeated === true ? "values" : `${kinds[kind]}${isOptional === true ? " or nothing" : ""}`,
    ),
  );
}

/** How a call of a function is written. */
function signature({ name, parameters }: FunctionMember): string {
  const words = parameters
    .filter(({ isOptional }) => isOptional !== true)
    .map((parameter) => (parameter.isRepeated === true ? `${parameter.name}, …` : parameter.name));
  return `${name}(${words.join(", ")})`;
}
