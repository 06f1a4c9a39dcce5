// Regular expressions in expressions. A pattern is read as it is written between the quotes, as in other languages
// between slashes: `"\\d"` is a digit. The escapes of texts are none of it.

import { matcherTable } from "../regex/matcher.ts";
import { PatternError } from "../regex/pattern-tree.ts";
import type { Conversion, LiteralNode } from "./conversion.ts";
import { startOf, type ParsedExpression } from "./expression-parser.ts";

/** The pattern that a text is searched for; null where it is none. */
export function searchedPattern(found: Conversion, node: ParsedExpression): LiteralNode | null {
  return patternArgument(found, node, matcherTable);
}

/** @param compile throws where a pattern is none that can be used */
export function patternArgument(
  found: Conversion,
  node: ParsedExpression,
  compile: (pattern: string) => unknown,
): LiteralNode | null {
  const literal = found.literal(node);
  if (literal?.op !== "string" || node.type !== "Literal") return literal;
  const value = node.raw.slice(1, -1);
  try {
    compile(value);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const { index, problem, fix } = error.fault;
    found.faults.push({ index: startOf(node) + 1 + index, problem, fix });
    return null;
  }
  return { op: "string", value };
}
