// The table that workers of some seeds have to be sent before they get batches. Nothing is looked up in it: what is put
// to the test is its way.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cwd } from "node:process";
import { tableName, type TableSource } from "../../../src/shared/lookup/table-source.ts";
import type { Scenario } from "./scenario.ts";

const path = join(cwd(), "test/golden/files/lookups/users.csv");
const content = { kind: "rows", key: "id", column: "name" } as const;

/** A draw of its own would make every seed go another way. */
export function tablesOf({ files, workers }: Scenario): readonly TableSource[] {
  if ((files + workers) % 2 === 0) return [];
  const file = createHash("sha256").update(readFileSync(path)).digest("hex");
  return [{ path, file, content }];
}

/** Fails unless these are the tables of the scenario. */
export function expectTables(scenario: Scenario, names: Iterable<string>): void {
  const wanted = tablesOf(scenario).map(({ file }) => tableName(file, content));
  const given = [...names];
  if (given.join() === wanted.join()) return;
  throw new Error(`a worker that needs the tables [${wanted.join()}] works with [${given.join()}]`);
}
