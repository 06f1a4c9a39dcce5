// The tables of a configuration: from what a call of a function says (the name of one of `lookups`, the path of a file, or
// nothing) to the name by which the plan knows it, and to the file that it is made from. Files are read once, when the first
// call needs them.

import { extname, resolve } from "node:path";
import { functionNamed } from "../function/functions.ts";
import type { FunctionMember } from "../function/member.ts";
import { expectAddressDatabase } from "../lookup/address-database.ts";
import { columnsOf, compileRows } from "../lookup/row-table.ts";
import { TableFault } from "../lookup/table-fault.ts";
import {
  readTableFile,
  tableName,
  type TableContent,
  type TableSource,
} from "../lookup/table-source.ts";
import type { AddressField } from "../model/address-fields.ts";
import type { CallExpression, ValueExpression } from "../model/plan.ts";
import { suggest } from "../text/nearest-word.ts";
import type { ConfigOptions } from "./schema.ts";

type Lookup = ConfigOptions["lookups"][number];
/** A file, as `lookups` or a call names it. */
type Named = Pick<Lookup, "type" | "path"> & { readonly key?: string | undefined };

const kinds = {
  addresses: { type: "mmdb", extension: ".mmdb", what: "a database of addresses" },
  rows: { type: "csv", extension: ".csv", what: "a CSV file" },
} as const;

export class Tables {
  readonly #folder: string;
  readonly #lookups: readonly Lookup[];
  readonly #files = new Map<string, ReturnType<typeof readTableFile>>();
  readonly #sources = new Map<string, TableSource>();

  /** @param folder of the configuration file */
  constructor(folder: string, lookups: readonly Lookup[]) {
    this.#folder = folder;
    this.#lookups = lookups;
  }

  /** Those that calls were resolved to, each once. */
  get sources(): readonly TableSource[] {
    return [...this.#sources.values()];
  }

  /** @throws TableFault where the file cannot be used, whoever asks for it. */
  expectUsable(lookup: Lookup): void {
    const { bytes } = this.#read(lookup.path);
    if (lookup.type === "mmdb") {
      expectAddressDatabase(bytes);
      return;
    }
    const [first] = columnsOf(bytes);
    compileRows(bytes, lookup.key ?? first!, first!);
  }

  /**
   * The call as a plan has it: its table is named by its content.
   * @throws TableFault where there is no such table, or it does not have what is asked for.
   */
  resolved(call: CallExpression): CallExpression {
    const member = functionNamed(call.name);
    if (member?.tables === undefined) return call;
    const at = member.parameters.findIndex(({ kind }) => kind === "table");
    const written = textOf(call.arguments[at]);
    const file = this.#fileOf(member, written);
    const { bytes, file: sha256 } = this.#read(file.path);
    const content = contentOf(member, file, bytes, call);
    const name = tableName(sha256, content);
    if (!this.#sources.has(name)) {
      expectContent(bytes, content);
      this.#sources.set(name, { path: file.path, file: sha256, content });
    }
    const argument: ValueExpression = { op: "string", value: name };
    return { ...call, arguments: call.arguments.toSpliced(at, 1, argument) };
  }

  #fileOf({ name, tables }: FunctionMember, written: string | null): Named {
    const { type, extension, what } = kinds[tables!];
    const fitting = this.#lookups.filter((lookup) => lookup.type === type);
    if (written === null) {
      const [only, ...others] = fitting;
      if (only !== undefined && others.length === 0) return only;
      const names = fitting.map((lookup) => lookup.name).join(", ");
      throw only === undefined
        ? new TableFault(
            `${name} needs ${what}`,
            `name one: lookups: { countries: { type: ${type}, path: countries${extension} } }`,
          )
        : new TableFault(`${name} could mean any of ${names}`, "name one as the last argument");
    }
    const lookup = this.#lookups.find((each) => each.name === written);
    if (lookup?.type === type) return lookup;
    if (lookup !== undefined) throw new TableFault(`${written} is not ${what}`, "name another");
    if (extname(written) === extension) return { type, path: resolve(this.#folder, written) };
    const names = fitting.map((each) => each.name);
    const fix = names.length === 0 ? `write it under lookups, or name a file *${extension}` : "";
    throw new TableFault(`there is no table ${written}`, fix || suggest(written, names));
  }

  #read(path: string): ReturnType<typeof readTableFile> {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = readTableFile(path);
      this.#files.set(path, file);
    }
    return file;
  }
}

/** What of the file the call is about. */
function contentOf(
  { tables }: FunctionMember,
  { key }: Named,
  bytes: Buffer,
  call: CallExpression,
): TableContent {
  if (tables === "addresses") {
    return { kind: "addresses", field: textOf(call.arguments[1]) as AddressField };
  }
  const column = textOf(call.arguments[2])!;
  return { kind: "rows", key: key ?? columnsOf(bytes)[0]!, column };
}

function expectContent(bytes: Buffer, content: TableContent): void {
  if (content.kind === "addresses") expectAddressDatabase(bytes, content.field);
  else compileRows(bytes, content.key, content.column);
}

function textOf(argument: ValueExpression | undefined): string | null {
  return argument?.op === "string" ? argument.value : null;
}
