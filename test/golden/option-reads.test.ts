// Every option is read: one that is documented and then looked at by nobody does not do what it says. The
// options are the properties of `Config`, whose types come from the schema; a read is a property access or a
// destructuring, outside of the configuration's own folder, that the type checker resolves to the very option.

import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { configJsonSchema, type JsonSchema } from "../../src/shared/config/json-schema.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = `${root}src/shared/config/`;
/** A file that is not there, with an option that nobody reads. */
const unread = `${root}test/golden/unread-option.ts`;
const unreadText = `
import type { Config } from "../../src/shared/config/config.ts";
export interface WithUnread extends Config { readonly cluster: Config["cluster"] & { readonly pings: number } }
`;

const read = (path: string): string | undefined => ts.sys.readFile(path);
const { config } = ts.readConfigFile(`${root}tsconfig.json`, read) as { config: unknown };
const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const disk = ts.createCompilerHost(options);
const host: ts.CompilerHost = {
  ...disk,
  getSourceFile: (path, version) =>
    path === unread
      ? ts.createSourceFile(path, unreadText, version)
      : disk.getSourceFile(path, version),
};
const program = ts.createProgram([...fileNames, unread], options, host);
const checker = program.getTypeChecker();

type Options = Map<string, Set<ts.Symbol>>;

/** What the checker says that a property is in the end: the option in the schema, or in the type of a metric kind. */
function origins(property: ts.Symbol): readonly ts.Symbol[] {
  return checker.getRootSymbols(property);
}

/** Properties by path, through lists and all members of unions, but not into parsed expressions. */
function collect(type: ts.Type, path: string, found: Options): Options {
  if (type.isUnion()) {
    for (const member of type.types) collect(member, path, found);
  } else if (checker.isArrayType(type)) {
    collect(checker.getTypeArguments(type as ts.TypeReference)[0]!, path, found);
  } else if ((type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0) {
    for (const property of checker.getPropertiesOfType(type)) {
      if (property.name === "op") return found;
      // The word that says which options there are, and the key that the author chose.
      if (property.name === "type" || property.name === "name") continue;
      const at = path === "" ? property.name : `${path}.${property.name}`;
      const symbols = found.get(at) ?? new Set();
      found.set(at, symbols);
      for (const origin of origins(property)) symbols.add(origin);
      collect(checker.getTypeOfSymbol(property), at, found);
    }
  }
  return found;
}

function typeNamed(name: string, path: string): ts.Type {
  const file = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
  return checker.getDeclaredTypeOfSymbol(
    checker.getExportsOfModule(file).find((exported) => exported.name === name)!,
  );
}

function readIn(node: ts.Node, names: ReadonlySet<string>, found: Set<ts.Symbol>): void {
  const property = propertyRead(node, names);
  for (const origin of property === undefined ? [] : origins(property)) found.add(origin);
  ts.forEachChild(node, (child) => readIn(child, names, found));
}

function propertyRead(node: ts.Node, names: ReadonlySet<string>): ts.Symbol | undefined {
  if (ts.isPropertyAccessExpression(node)) {
    return names.has(node.name.text) ? checker.getSymbolAtLocation(node.name) : undefined;
  }
  if (!ts.isBindingElement(node) || !ts.isObjectBindingPattern(node.parent)) return undefined;
  const name = node.propertyName ?? node.name;
  if (!ts.isIdentifier(name) || !names.has(name.text)) return undefined;
  return checker.getPropertyOfType(checker.getTypeAtLocation(node.parent), name.text);
}

/** Paths of options that nobody reads. What workers are told of an option is read from the plan. */
function unreadOf(all: Options): string[] {
  const names = new Set([...all.keys()].map((path) => path.slice(path.lastIndexOf(".") + 1)));
  const read = new Set<ts.Symbol>();
  for (const file of program.getSourceFiles()) {
    const isSource = file.fileName.startsWith(`${root}src/`);
    if (isSource && !file.fileName.startsWith(folder)) readIn(file, names, read);
  }
  const isRead = (path: string): boolean =>
    [path, `plan.${path}`].some((at) => [...(all.get(at) ?? [])].some((each) => read.has(each)));
  return [...all.keys()].filter((path) => !path.startsWith("plan") && !isRead(path));
}

/** Paths of options as the file has them; the alternatives of a union are one. */
function optionsIn(schema: JsonSchema): ReadonlySet<string> {
  const { properties = {}, additionalProperties: below, oneOf = [] } = schema;
  const alternatives = [...oneOf, ...(typeof below === "object" ? [below] : [])];
  const own = Object.entries(properties).filter(([name]) => name !== "type");
  return new Set([
    ...alternatives.flatMap((alternative) => [...optionsIn(alternative)]),
    ...own.flatMap(([name, option]) => [
      name,
      ...[...optionsIn(option)].map((at) => `${name}.${at}`),
    ]),
  ]);
}

describe("every option of the schema", { timeout: 60_000 }, () => {
  it("is read by somebody", () => {
    const all = collect(typeNamed("Config", `${folder}config.ts`), "", new Map());
    expect(unreadOf(all)).toEqual([]);
    const paths = [...all.keys()].filter((path) => !path.startsWith("plan"));
    expect(paths.length).toBeGreaterThanOrEqual(optionsIn(configJsonSchema()).size);
  });

  it("would be missed if nobody did", () => {
    const all = collect(typeNamed("WithUnread", unread), "", new Map());
    expect(unreadOf(all)).toContain("cluster.pings");
  });
});
