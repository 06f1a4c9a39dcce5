// The parser library `jsep` behind one function: text in, a tree with places out. jsep only parses;
// nothing is ever evaluated. It knows no places by itself, so they are noted through its hooks, and
// it is told the words `and`, `or`, `not` and `in`.

import jsep from "jsep";

const expressionLengthMax = 8192;

/** A node of jsep's tree; `start` is the index of its first character. */
export type ParsedExpression = jsep.CoreExpression & { start?: number };

export type BinaryNode = Extract<ParsedExpression, { type: "BinaryExpression" }>;
export type CallNode = Extract<ParsedExpression, { type: "CallExpression" }>;

export interface ExpressionFault {
  /** Index in the expression's text. */
  readonly index: number;
  readonly problem: string;
  readonly fix: string;
}

let configured = false;

/** Never throws; an empty, unfinished or monstrous text is a fault like any other. */
export function parseExpressionText(text: string): ParsedExpression | ExpressionFault {
  if (text.trim() === "") {
    return { index: 0, problem: "the expression is empty", fix: "leave the option out" };
  }
  if (text.length > expressionLengthMax) {
    const problem = `the expression has more than ${expressionLengthMax} characters`;
    return { index: 0, problem, fix: "use in [...] for long lists" };
  }
  if (!configured) configure();
  try {
    return separatorFault(text) ?? (jsep(text) as ParsedExpression);
  } catch (error) {
    if (error instanceof RangeError) {
      return { index: 0, problem: "the expression is too deeply nested", fix: "" };
    }
    const { index, description } = error as { index?: number; description?: string };
    if (index === undefined || description === undefined) throw error;
    const problem = sentence(description);
    return { index: Math.min(index, text.length), problem, fix: fixFor(text, index) };
  }
}

/** The index of a node's first character; operators have that of their left side. */
export function startOf(node: ParsedExpression): number {
  if (node.start !== undefined) return node.start;
  if (node.type === "BinaryExpression") return startOf(node.left as ParsedExpression);
  if (node.type === "Compound") return startOf(node.body[0] as ParsedExpression);
  return 0;
}

/** The name that is called, empty if it is something else than a name. */
export function calleeName(node: CallNode): string {
  const callee = node.callee as ParsedExpression;
  return callee.type === "Identifier" ? callee.name : "";
}

/** Whether a node stands for a field: its name, or `field("…")`. */
export function isField(node: ParsedExpression): boolean {
  if (node.type === "Identifier") return true;
  return node.type === "CallExpression" && calleeName(node) === "field";
}

/** Whether a node is a text or a number, signs included. */
export function isLiteral(node: ParsedExpression): boolean {
  if (node.type === "Literal") return true;
  return node.type === "UnaryExpression" && isLiteral(node.argument as ParsedExpression);
}

function configure(): void {
  configured = true;
  jsep.addBinaryOp("or", jsep.binary_ops["||"]!);
  jsep.addBinaryOp("and", jsep.binary_ops["&&"]!);
  jsep.addBinaryOp("in", jsep.binary_ops["<"]!);
  jsep.addUnaryOp("not");
  const starts = new WeakMap<object, number[]>();
  jsep.hooks.add("gobble-token", function (env) {
    const open = starts.get(this) ?? [];
    starts.set(this, open);
    open.push(this.index);
    // jsep would return numbers without running `after-token`, which closes what is opened here.
    if (/[\d.]/.test(this.char)) env.node = this.gobbleNumericLiteral() as jsep.Expression;
  });
  jsep.hooks.add("after-token", function (env) {
    const start = starts.get(this)?.pop();
    if (env.node && start !== undefined) env.node["start"] ??= start;
  });
}

/** jsep passes over separators at either end; they are slips of the pen. */
function separatorFault(text: string): ExpressionFault | null {
  const index = /^\s*[,;]/.test(text) ? text.search(/[,;]/) : text.search(/[,;]\s*$/);
  if (index === -1) return null;
  return { index, problem: `unexpected "${text[index]!}"`, fix: "remove it" };
}

function sentence(description: string): string {
  return description.charAt(0).toLowerCase() + description.slice(1);
}

function fixFor(text: string, index: number): string {
  const around = text.slice(Math.max(0, index - 1), index + 2);
  if (/(^|[^=!<>])=([^=]|$)/.test(around)) return "to compare, write ==";
  if (around.includes("<>")) return "for unequal, write !=";
  return "";
}
