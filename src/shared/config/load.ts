// From a file to a checked, complete, frozen configuration, or to all of its faults at once.

import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { makeConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { ConfigError, sortFaults } from "./diagnostics.ts";
import type { Fault } from "./diagnostics.ts";
import { parseLocated, plainValue } from "./document.ts";
import { FaultCollector } from "./fault-collector.ts";
import { checkReferences } from "./references.ts";
import { reportIssue } from "./schema-faults.ts";
import { configSchema } from "./schema.ts";
import { checkTables } from "./table-references.ts";
import { Tables } from "./tables.ts";
import type { Environment } from "./variables.ts";

const fileBytesMax = 4 * 1024 * 1024;

/**
 * Reads and checks a configuration file.
 * @throws ConfigError (`config_invalid`) listing every fault with line, column and fix.
 */
export function loadConfig(path: string, env: Environment): Config {
  return parseConfig(readText(path), path, env);
}

/**
 * Checks a configuration given as text; `path` is where it is said to lie.
 * @throws ConfigError (`config_invalid`) listing every fault with line, column and fix.
 */
export function parseConfig(text: string, path: string, env: Environment): Config {
  const document = parseLocated(text, env);
  const { root, position } = document;
  if (root === null) {
    const faults = document.faults.map(({ offset, problem, fix }) => ({
      ...position(offset),
      option: "",
      problem,
      fix,
    }));
    throw new ConfigError(path, faults.length > 0 ? sortFaults(faults) : [emptyFault]);
  }
  const faults = new FaultCollector(document, root);
  const folder = dirname(resolve(path));
  const parsed = configSchema(folder).safeParse(plainValue(root));
  for (const issue of parsed.error?.issues ?? []) reportIssue(issue, root, faults);
  checkReferences(root, folder, faults);
  const tables = new Tables(folder, parsed.data?.lookups ?? []);
  checkTables(root, parsed.data?.lookups ?? null, tables, faults);
  const found = faults.sorted();
  if (!parsed.success || found.length > 0) throw new ConfigError(path, found);
  return makeConfig(resolve(path), parsed.data, tables);
}

const emptyFault: Fault = {
  line: 1,
  column: 1,
  option: "",
  problem: "the file is empty",
  fix: "start from a file of examples/",
};

function readText(path: string): string {
  try {
    if (statSync(path).size > fileBytesMax) throw new Error("the file is larger than 4MiB");
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problems = new Map([
      ["ENOENT", "there is no such file"],
      ["EISDIR", "this is a folder"],
      ["EACCES", "the file must not be read by this user"],
      ["ERR_ENCODING_INVALID_ENCODED_DATA", "the file is not UTF-8"],
    ]);
    const fix = code === "ENOENT" ? "name another one with -c FILE" : "";
    const problem = problems.get(code ?? "") ?? message;
    throw new ConfigError(path, [{ line: 1, column: 1, option: "", problem, fix }]);
  }
}
