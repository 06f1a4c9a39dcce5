// The import directions of ARCHITECTURE.md, as data. A forbidden import fails with the layers that
// the importing file may use.

import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../src", import.meta.url));

interface Layer {
  /** Folder below src/, longest prefix wins. */
  readonly folder: string;
  readonly mayImport: readonly string[];
  readonly why: string;
}

const shared = ["shared"];
const layers: readonly Layer[] = [
  { folder: "shared/base", mayImport: ["shared/base"], why: "base is below everything" },
  { folder: "shared", mayImport: shared, why: "shared code never knows a role" },
  { folder: "ventilator", mayImport: [...shared, "ventilator"], why: "roles meet on sockets only" },
  { folder: "worker", mayImport: [...shared, "worker"], why: "roles meet on sockets only" },
  { folder: "sink", mayImport: [...shared, "sink"], why: "roles meet on sockets only" },
  {
    folder: "cli",
    mayImport: [...shared, "ventilator", "worker", "sink", "cli"],
    why: "the CLI starts the roles",
  },
];

/** Packages and Node modules that only the named folders may import. */
const restricted: readonly { name: RegExp; folders: readonly string[]; why: string }[] = [
  { name: /^zeromq$/, folders: ["shared/net"], why: "one place knows the socket library" },
  {
    name: /^(node:)?child_process$/,
    folders: ["cli", "worker", "shared/process"],
    why: "only supervisors fork",
  },
  { name: /^(node:)?http$/, folders: ["shared/runtime"], why: "one HTTP server" },
  { name: /^yargs/, folders: ["cli"], why: "the command line is an adapter" },
  { name: /^jsep$/, folders: ["shared/config"], why: "one expression parser" },
];

/** A `core/` decides and never acts. */
const impure = [
  /^(node:)?(fs|net|http|https|child_process|worker_threads|timers|stream|os|dgram|crypto)(\/|$)/,
  /^(zeromq|pino|prom-client|yargs)/,
];
const impureText = [
  /\bDate\.now\b/,
  /\bnew Date\(\)/,
  /\bMath\.random\b/,
  /\bperformance\.now\b/,
  /\bset(Timeout|Interval|Immediate)\b/,
  /\bprocess\.(env|hrtime|nextTick|exit)\b/,
  /\bawait\b/,
  /\bPromise\b/,
];

function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "assembly" ? [] : typescriptFiles(path);
    return entry.name.endsWith(".ts") ? [path] : [];
  });
}

const files = typescriptFiles(source).map((path) => {
  const text = readFileSync(path, "utf8");
  const name = relative(source, path);
  const specifiers = [
    ...text.matchAll(/\bfrom\s+"([^"]+)"/g),
    ...text.matchAll(/\bimport\s*\(\s*"([^"]+)"/g),
    ...text.matchAll(/^\s*import\s+"([^"]+)"/gm),
  ].map((match) => match[1]!);
  return { path, name, text, specifiers };
});

const inFolder = (name: string, folder: string): boolean => name.startsWith(`${folder}/`);

function layerOf(name: string): Layer | undefined {
  return layers
    .filter((layer) => inFolder(name, layer.folder))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

describe("import directions", () => {
  it("every source file belongs to a layer", () => {
    expect(files.filter(({ name }) => layerOf(name) === undefined).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it("a file imports its own and lower layers only", () => {
    const faults = files.flatMap(({ path, name, specifiers }) => {
      const layer = layerOf(name);
      if (layer === undefined) return [];
      return specifiers
        .filter((specifier) => specifier.startsWith(".") && !specifier.endsWith("/package.json"))
        .map((specifier) => relative(source, resolve(dirname(path), specifier)))
        .filter((target) => !layer.mayImport.some((folder) => inFolder(target, folder)))
        .map(
          (target) =>
            `${name} imports ${target}; ${layer.folder}/ may import ${layer.mayImport.join(", ")}: ${layer.why}`,
        );
    });
    expect(faults).toEqual([]);
  });

  it("a restricted package is imported from its place only", () => {
    const faults = files.flatMap(({ name, specifiers }) =>
      specifiers.flatMap((specifier) =>
        restricted
          .filter((rule) => rule.name.test(specifier))
          .filter((rule) => !rule.folders.some((folder) => inFolder(name, folder)))
          .map((rule) => `${name} imports ${specifier}: ${rule.why}`),
      ),
    );
    expect(faults).toEqual([]);
  });

  it("core/ has no clock, randomness, sockets, files or promises", () => {
    const faults = files
      .filter(({ name }) => name.includes("/core/"))
      .flatMap(({ name, text, specifiers }) => [
        ...specifiers
          .filter((specifier) => impure.some((pattern) => pattern.test(specifier)))
          .map((specifier) => `${name} imports ${specifier}`),
        ...impureText
          .filter((pattern) => pattern.test(stripComments(text)))
          .map((pattern) => `${name} uses ${pattern.source}`),
      ]);
    expect(faults).toEqual([]);
  });

  it("only cli/ ends the process", () => {
    const faults = files
      .filter(({ name }) => !inFolder(name, "cli"))
      .filter(({ text }) => /\bprocess\.exit\(/.test(stripComments(text)))
      .map(({ name }) => name);
    expect(faults).toEqual([]);
  });
});
