// Tables that values are looked up in: what the plan says of them, and what is said of files that cannot be used.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../../src/shared/config/load.ts";
import type { Config } from "../../../../src/shared/config/config.ts";
import { makeTables } from "../../../../src/shared/lookup/table-source.ts";
import { planFingerprint } from "../../../../src/shared/model/definition-key.ts";
import { faultsOf } from "../../../support/config-text.ts";
import { lookupFile } from "../../../support/every-option.ts";
import { tempFolder } from "../../../support/temp-folder.ts";

const countries = lookupFile("countries.mmdb");
const users = lookupFile("users.csv");

const withLookups = (lookups: string, value: string, where = 'ip != ""'): string => `
lookups: ${lookups}
sources:
  web:
    type: file
    include: ["a"]
    format: { type: combined }
    fields: { tested: '${value}' }
summaries:
  hits: { from: [web], dimensions: [tested], where: '${where}', metrics: { n: { type: count } } }
`;
const both = `{ c: { type: mmdb, path: ${countries} }, u: { type: csv, path: ${users}, key: name } }`;
const parsed = (text: string): Config => parseConfig(text, "/folder/logmill.yaml", {});
const argumentsOf = ({ plan }: Config): readonly unknown[] => {
  const [field] = plan.sources[0]?.computed ?? [];
  return field?.value.op === "call" ? field.value.arguments.slice(1) : [];
};
const sha256 = (path: string): string =>
  createHash("sha256").update(readFileSync(path)).digest("hex");
const text = (value: string) => ({ op: "string", value });

describe("a table", () => {
  it("is known to the plan by the file's checksum and by what of it, wherever it is called from", () => {
    const ofCountries = text(`country of ${sha256(countries)}`);
    const first = parsed(withLookups(both, 'geoip(ip, "country")'));
    expect(argumentsOf(first)).toEqual([text("country"), ofCountries]);
    const second = parsed(withLookups(both, `geoip(ip, "country", "${countries}")`));
    expect(argumentsOf(second)).toEqual([text("country"), ofCountries]);
    expect(planFingerprint(first.plan)).toBe(planFingerprint(second.plan));
    expect(first.tables).toHaveLength(1);
  });

  it("of rows has the key that its option names, or its first column", () => {
    const byName = text(`number by name of ${sha256(users)}`);
    const byId = text(`number by id of ${sha256(users)}`);
    const config = parsed(withLookups(both, 'lookup(user, "u", "number")'));
    expect(argumentsOf(config)).toEqual([byName, text("number")]);
    expect(argumentsOf(parsed(withLookups("{}", `lookup(user, "${users}", "number")`)))).toEqual([
      byId,
      text("number"),
    ]);
    expect(makeTables(config.tables).map(({ info }) => info.name)).toEqual([byName.value]);
  });

  it("is found in conditions, and within other functions", () => {
    const where = 'lower(geoip(ip, "country")) == "de" and lookup(user, "u", "id") != ""';
    const { tables } = parsed(withLookups(both, 'concat(lookup(user, "u", "number"), "!")', where));
    expect(tables.map(({ content }) => content)).toEqual([
      { kind: "rows", key: "name", column: "number" },
      { kind: "addresses", field: "country" },
      { kind: "rows", key: "name", column: "id" },
    ]);
  });

  it("that has changed since the configuration was read is not used", () => {
    const path = join(tempFolder(), "t.csv");
    writeFileSync(path, "id,name\na,b\n");
    const { tables } = parsed(withLookups("{}", `lookup(user, "${path}", "name")`));
    writeFileSync(path, "id,name\na,c\n");
    expect(() => makeTables(tables)).toThrow(/t.csv has changed since the configuration was read/);
  });
});

/** The only fault, without its place. */
function faultOf(lookups: string, value: string): string {
  const faults = faultsOf(withLookups(lookups, value));
  expect(faults).toHaveLength(1);
  return faults[0]!.replace(/^\d+:\d+: /, "");
}

/** What a file holds, in place of its path. */
const written = (content: string) => ({ content });

function pathOf(file: string | { readonly content: string }): string {
  if (typeof file === "string") return file;
  const path = join(tempFolder(), "t.csv");
  writeFileSync(path, file.content, "latin1");
  return path;
}

describe("a fault of a table", () => {
  it.each([
    [
      "a file that is missing",
      "/nowhere.csv",
      "lookups.t.path: there is no such file; name a file that is there",
    ],
    ["a folder", "/tmp", "lookups.t.path: this is a folder; name a file that is there"],
    ["no content", written(""), "lookups.t.path: the file is empty; begin it with a header"],
    [
      "a key twice",
      written("id,name\na,b\nb,c\na,d\n"),
      'lookups.t.path: line 4 has the id "a" of line 2 again; delete one of them: what is looked up has one answer',
    ],
    [
      "a value too many",
      written("id,name\r\na,b\r\nb,c,d\r\n"),
      "lookups.t.path: line 3 has 3 values, and the header 2 columns; give every line a value for each column, an empty one where there is none",
    ],
    [
      "a quote that is not closed",
      written('id,name\n"a\nb",c\nd,"e\n'),
      'lookups.t.path: line 4: a quote stands where none may be, or is not closed; put all of the value in quotes, and write a quote within as ""',
    ],
    [
      "a line without a key",
      written("id,name\n,b\n"),
      "lookups.t.path: line 2 has no id; delete the line",
    ],
    [
      "a column twice",
      written("id,id\n"),
      'lookups.t.path: the header has the column "id" twice; rename one',
    ],
  ])("is said of %s, with its line and what to do", (_, file, fault) => {
    expect(faultOf(`{ t: { type: csv, path: "${pathOf(file)}" } }`, "user")).toBe(fault);
  });

  it("is said at the option that names the file", () => {
    const text = withLookups('{ t: { type: csv, path: "/nowhere.csv" } }', "user");
    expect(faultsOf(text)[0]).toMatch(/^2:\d+: lookups\.t\.path: /);
  });

  it.each([
    ["{}", 'geoip(ip, "country")', /needs a database of addresses; name one: lookups:/],
    [
      `{ a: { type: mmdb, path: ${countries} }, b: { type: mmdb, path: ${countries} } }`,
      'geoip(ip, "country")',
      /geoip could mean any of a, b; name one as the last argument/,
    ],
    [both, 'geoip(ip, "country", "u")', /u is not a database of addresses; name another/],
    [both, 'lookup(ip, "c", "id")', /c is not a CSV file; name another/],
    [both, 'lookup(ip, "v", "id")', /there is no table v; did you mean u/],
    [
      both,
      'lookup(ip, "u", "nome")',
      /the file has no column nome; it has id, name, number; did you mean name\?/,
    ],
    [both, 'geoip(ip, "city")', /the database \("logmill-test"\) knows no city of any address/],
    [both, 'geoip(ip, "planet")', /what must be one of country, region, city, asn/],
    [
      both,
      "geoip(ip)",
      /geoip takes a value, a text and the name of a table or nothing; write geoip\(ip, what\)/,
    ],
    [
      `{ c: { type: mmdb, path: ${users} } }`,
      "user",
      /the file is no database of addresses \(MMDB\), or is cut off/,
    ],
    [both, 'hash(user, "")', /the salt must not be empty/],
    [both, "ip_prefix(ip, 33, 48)", /bits4 must be a whole number from 0 to 32/],
  ])("is said where a call finds none: %s, %s", (lookups, value, fault) => {
    expect(faultOf(lookups, value)).toMatch(fault);
  });
});
