// A table that a configuration has values looked up in: the file that it is made from, and what of it. Its name is what
// calls of functions in the plan know it by: the checksum of the file and the columns, nothing of paths, so that
// a file that is moved leaves every definition as it is, and one that is changed does not.

import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { limits } from "../base/limits.ts";
import type { TableInfo } from "../model/table-info.ts";
import type { AddressField } from "../model/address-fields.ts";
import { compileAddressDatabase } from "./address-database.ts";
import { compileRows } from "./row-table.ts";
import { TableFault } from "./table-fault.ts";

export type TableContent =
  | { readonly kind: "addresses"; readonly field: AddressField }
  | { readonly kind: "rows"; readonly key: string; readonly column: string };

export interface TableSource {
  readonly path: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly file: string;
  readonly content: TableContent;
}

/** What the plan's calls name a table by. */
export function tableName(file: string, content: TableContent): string {
  return content.kind === "addresses"
    ? `${content.field} of ${file}`
    : `${content.column} by ${content.key} of ${file}`;
}

/** @throws TableFault where the file is missing, too large or must not be read. */
export function readTableFile(path: string): { readonly bytes: Buffer; readonly file: string } {
  let bytes: Buffer;
  try {
    if (statSync(path).size > limits.tableFileBytesMax) {
      throw new TableFault(`it has more than ${limits.tableFileBytesMax} bytes`);
    }
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof TableFault) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const problems = new Map([
      ["ENOENT", "there is no such file"],
      ["EISDIR", "this is a folder"],
      ["EACCES", "the file must not be read by this user"],
    ]);
    throw new TableFault(problems.get(code ?? "") ?? message, "name a file that is there", error);
  }
  return { bytes, file: createHash("sha256").update(bytes).digest("hex") };
}

/** @throws TableFault where the content is not what it should be. */
function compileTable(bytes: Buffer, content: TableContent): Uint8Array {
  return content.kind === "addresses"
    ? compileAddressDatabase(bytes, content.field)
    : compileRows(bytes, content.key, content.column);
}

/** What is wrong is said of the file here: no option is at hand that names it. */
function compileNamed(path: string, bytes: Buffer, content: TableContent): Uint8Array {
  try {
    return compileTable(bytes, content);
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    throw new TableFault(`${path}: ${error.message}`, error.fix, error);
  }
}

export interface MadeTable {
  readonly info: TableInfo;
  readonly bytes: Uint8Array;
}

/**
 * The tables, from their files.
 * @throws TableFault where a file is not any more what it was when the configuration was read.
 */
export function makeTables(sources: readonly TableSource[]): MadeTable[] {
  let total = 0;
  return sources.map(({ path, file, content }) => {
    const read = readTableFile(path);
    if (read.file !== file) {
      throw new TableFault(`${path} has changed since the configuration was read`, "start again");
    }
    const bytes = compileNamed(path, read.bytes, content);
    total += bytes.length;
    if (total > limits.tablesBytesMax) {
      throw new TableFault(
        `the tables that are needed have more than ${limits.tablesBytesMax} bytes together`,
        "look fewer values up, or in smaller files",
      );
    }
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    return { info: { name: tableName(file, content), sha256, bytes: bytes.length }, bytes };
  });
}
