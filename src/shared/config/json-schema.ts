// The option table as JSON Schema: for editors (`logmill.schema.json`), for the table in
// docs/configuration.md, and for suggesting the option that was meant.

import * as z from "zod";
import { nodeAt } from "./document.ts";
import type { LocatedNode, Path } from "./document.ts";
import { configSchema } from "./schema.ts";

/** The part of JSON Schema (2020-12) that the option table needs. */
export interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

let made: JsonSchema | undefined;

/** JSON Schema of what people write: options with a default may be left out. */
export function configJsonSchema(): JsonSchema {
  made ??= makeJsonSchema();
  return made;
}

function makeJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema("/"), { io: "input" });
  return {
    ...schema,
    title: "logmill.yaml",
    description: "Configuration of logmill; see docs/configuration.md.",
  } as JsonSchema;
}

/** The key that tells an alternative without a `type`: the first that it must have. */
export function shapeKey(branch: JsonSchema): string {
  const [key] = branch.required ?? [];
  if (key === undefined) throw new Error("an alternative has neither a type nor a key of its own");
  return key;
}

/** The options that the mapping at `path` may have, given the `type` that it says it has. */
export function allowedKeys(root: LocatedNode, path: Path): readonly string[] {
  const keys = new Set<string>();
  for (const schema of schemasAt(path, root)) {
    for (const key of Object.keys(schema.properties ?? {})) keys.add(key);
  }
  return [...keys];
}

/** The schema of the option at `path`, given the types that the mappings around it say they have. */
export function optionSchema(root: LocatedNode, path: Path): JsonSchema | undefined {
  const around = schemasAt(path.slice(0, -1), root);
  return around.map((schema) => member(schema, path.at(-1)!)).find((found) => found !== undefined);
}

function schemasAt(path: Path, root: LocatedNode): readonly JsonSchema[] {
  let schemas = alternatives(configJsonSchema(), root, []);
  path.forEach((step, index) => {
    schemas = schemas
      .map((schema) => member(schema, step))
      .filter((schema) => schema !== undefined)
      .flatMap((schema) => alternatives(schema, root, path.slice(0, index + 1)));
  });
  return schemas;
}

function member(schema: JsonSchema, key: string | number): JsonSchema | undefined {
  if (typeof key === "number") return schema.items;
  const known = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : undefined;
  if (known !== undefined) return known;
  const { additionalProperties } = schema;
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}

/** Where a mapping may be of several kinds, those that agree with the `type` or the key that tells its kind. */
function alternatives(schema: JsonSchema, root: LocatedNode, path: Path): readonly JsonSchema[] {
  const branches = schema.oneOf;
  if (branches === undefined) return [schema];
  const node = nodeAt(root, [...path, "type"]);
  const type = node?.kind === "scalar" ? node.value : undefined;
  const matching = branches.filter((branch) => {
    const declared = branch.properties?.["type"];
    if (declared === undefined) return nodeAt(root, [...path, shapeKey(branch)]) !== null;
    return [declared.const, ...(declared.enum ?? [])].includes(type ?? null);
  });
  return matching.length > 0 ? matching : branches;
}
