// The manifests of deploy/kubernetes against the schemas of the Kubernetes API: `npm run test:kubernetes`.
// The package kubernetes-models is made from the OpenAPI document that Kubernetes publishes. Its
// validators check required fields, types and formats; the compiler finds fields that its types do not
// know, so that a misspelt one is not silently ignored by a cluster. The package is fetched into a
// temporary folder, since nothing else needs it; without a registry this says so and skips.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "deploy/kubernetes");
const models = "kubernetes-models@4.5.1";
/** Files for kustomize and for logmill, which are no objects of the API. */
const others = ["kustomization.yaml", "logmill.yaml"];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Named {
  readonly name: string;
  readonly manifest: Manifest;
}

/** A class of the models. */
type Model = new (data: Manifest) => { validate(): void };

const folder = mkdtempSync(join(tmpdir(), "logmill-manifests-"));
try {
  process.exitCode = check();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function check(): number {
  writeFileSync(join(folder, "package.json"), "{}");
  const install = spawnSync("npm", ["install", "--silent", "--no-audit", models], { cwd: folder });
  if (install.status !== 0) {
    console.log(`test:kubernetes is skipped: ${models} can not be fetched`);
    return 0;
  }
  const manifests = readdirSync(source)
    .filter((name) => name.endsWith(".yaml") && !others.includes(name))
    .flatMap((name) =>
      parseAllDocuments(readFileSync(join(source, name), "utf8")).map((document) => {
        const manifest = document.toJS() as Manifest;
        return { name: `${name}: ${manifest.kind} ${manifest.metadata.name}`, manifest };
      }),
    );
  const problems = [...manifests.flatMap(invalid), ...unknownFields(manifests)];
  for (const problem of problems) console.error(problem);
  const kinds = new Set(
    manifests.map(({ manifest: { apiVersion, kind } }) => `${apiVersion} ${kind}`),
  );
  console.log(`${manifests.length} manifests of ${kinds.size} kinds, ${problems.length} problems`);
  return problems.length === 0 && manifests.length > 0 ? 0 : 1;
}

/** What the validators say. */
function invalid({ name, manifest }: Named): readonly string[] {
  const require = createRequire(join(folder, "package.json"));
  const { apiVersion, kind } = manifest;
  const classes = require(`kubernetes-models/${apiVersion}/${kind}`) as Readonly<
    Record<string, Model>
  >;
  const OfKind = classes[kind];
  if (OfKind === undefined) return [`${name}: there is no such kind`];
  try {
    new OfKind(manifest).validate();
    return [];
  } catch (error) {
    return [`${name}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** What the compiler says. */
function unknownFields(manifests: readonly Named[]): readonly string[] {
  mkdirSync(join(folder, "src"));
  manifests.forEach(({ manifest }, index) => {
    const { apiVersion, kind } = manifest;
    const text = `import type { I${kind} } from "kubernetes-models/${apiVersion}/${kind}";
export const manifest: I${kind} = ${JSON.stringify(manifest, null, 2)};\n`;
    writeFileSync(join(folder, `src/manifest-${index}.ts`), text);
  });
  const options = { strict: true, noEmit: true, skipLibCheck: true, types: [], module: "nodenext" };
  const project = { compilerOptions: options, include: ["src"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line.replace(
        /^.*manifest-(\d+)\.ts/,
        (_, index: string) => manifests[Number(index)]?.name ?? "",
      ),
    );
}
