// What a mutant is, how it finds its place, and the code with it in. The place is a file, a function
// in it, and a piece of that function's code which only has to be unique there: what else changes in
// the file, how it is laid out and what its comments say makes no difference.

import ts from "typescript";

/** One place that is broken. */
interface Change {
  /** The function, as `name` or `Class.method`; or the constant, field or constructor. */
  readonly in: string;
  /** A piece of its code that is there once; blanks and comments do not count. */
  readonly text: string;
  /** What stands there instead. */
  readonly instead: string;
}

export interface Mutant extends Change {
  /** What is wrong, in words. */
  readonly name: string;
  /** Below the root of the project. */
  readonly file: string;
  /** A second place of the same file, where one alone breaks nothing. */
  readonly also?: Change;
}

export type Mutated =
  | { readonly kind: "mutated"; readonly code: string }
  | { readonly kind: "lost"; readonly why: string };

/** Puts a mutant into the code of its file, or says why there is no place for it. */
export function mutate(code: string, mutant: Mutant): Mutated {
  const { source, named } = parse(code);
  const changes = mutant.also === undefined ? [mutant] : [mutant, mutant.also];
  const edits: { from: number; to: number; instead: string }[] = [];
  for (const { in: name, text, instead } of changes) {
    const nodes = named.get(name);
    if (nodes === undefined) return lost(`${mutant.file} has no ${name}${alike(name, named)}`);
    const found = nodes.flatMap((node) => occurrences(node, source, text));
    if (found.length !== 1) {
      return lost(
        `"${text.trim()}" is ${found.length} times in ${name} of ${mutant.file}, not once`,
      );
    }
    edits.push({ ...found[0]!, instead });
  }
  edits.sort((a, b) => b.from - a.from);
  const mutated = edits.reduce(
    (before, { from, to, instead }) => before.slice(0, from) + instead + before.slice(to),
    code,
  );
  return mutated === code
    ? lost(`it changes nothing in ${mutant.file}`)
    : { kind: "mutated", code: mutated };
}

interface Parsed {
  readonly source: ts.SourceFile;
  readonly named: ReadonlyMap<string, readonly ts.Node[]>;
}

/** Many mutants are of one file. */
const parsed = new Map<string, Parsed>();

function parse(code: string): Parsed {
  const known = parsed.get(code);
  if (known !== undefined) return known;
  const source = ts.createSourceFile("file.ts", code, ts.ScriptTarget.Latest);
  const result = { source, named: namedNodes(source) };
  parsed.set(code, result);
  return result;
}

function lost(why: string): Mutated {
  return { kind: "lost", why };
}

/** Where a function may have gone: what bears its name without that of its class. */
function alike(name: string, named: ReadonlyMap<string, unknown>): string {
  const last = (path: string): string => path.slice(path.lastIndexOf(".") + 1).replace("#", "");
  const names = [...named.keys()].filter((other) => last(other) === last(name));
  return names.length === 0 ? "" : `, but ${names.join(", ")}`;
}

/** Everything in a file that has a name to find it by; a getter and its setter share one. */
function namedNodes(source: ts.SourceFile): Map<string, ts.Node[]> {
  const named = new Map<string, ts.Node[]>();
  const visit = (node: ts.Node, path: string): void => {
    const name = nameOf(node);
    const own = name === null ? path : path === "" ? name : `${path}.${name}`;
    if (name !== null) named.set(own, [...(named.get(own) ?? []), node]);
    ts.forEachChild(node, (child) => visit(child, own));
  };
  visit(source, "");
  return named;
}

function nameOf(node: ts.Node): string | null {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isClassElement(node) ||
    ts.isObjectLiteralElement(node);
  if (!isNamed || node.name === undefined) return null;
  const { name } = node;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)
    ? name.text
    : null;
}

/** Where a piece of code stands in a node, by its tokens without what lies between them. */
function occurrences(
  node: ts.Node,
  source: ts.SourceFile,
  text: string,
): { from: number; to: number }[] {
  const places: number[] = [];
  let code = "";
  for (const token of tokensOf(node, source)) {
    const start = token.getStart(source);
    for (const match of token.getText(source).matchAll(/\S/g)) {
      code += match[0];
      places.push(start + match.index);
    }
  }
  const searched = text.replace(/\s/g, "");
  const found: { from: number; to: number }[] = [];
  for (let at = code.indexOf(searched); at >= 0; at = code.indexOf(searched, at + 1)) {
    found.push({ from: places[at]!, to: places[at + searched.length - 1]! + 1 });
  }
  return found;
}

function tokensOf(node: ts.Node, source: ts.SourceFile): ts.Node[] {
  if (ts.isJSDoc(node)) return [];
  const children = node.getChildren(source);
  return children.length === 0 ? [node] : children.flatMap((child) => tokensOf(child, source));
}
