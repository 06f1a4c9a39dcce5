// The walls between the rooms of src/ (.dependency-cruiser.mjs), and that they hold: nothing crosses
// them here, and in a house of its own each kind of crossing is found. Beside them, what imports do
// not show: a core/ takes no time, chance or promise from the language either.

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise, type IConfiguration, type ICruiseResult } from "dependency-cruiser";
import { describe, expect, it } from "vitest";
import config from "../../.dependency-cruiser.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "src");

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

const files = typescriptFiles(source).map((path) => ({
  name: relative(source, path),
  text: readFileSync(path, "utf8"),
}));

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

/** Each crossing as `rule: from → to`, sorted. */
async function crossings(baseDir: string): Promise<string[]> {
  const { forbidden, options } = config as IConfiguration;
  const ruleSet = { ...options, ruleSet: { forbidden: forbidden! }, validate: true, baseDir };
  const { output } = await cruise(["src"], ruleSet);
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort();
}

describe("the rooms of src/", { timeout: 60_000 }, () => {
  it("are crossed by no import, and no files import each other in a circle", async () => {
    expect(await crossings(root)).toEqual([]);
  });

  it("have walls that notice each kind of crossing", async () => {
    const house = mkdtempSync(join(tmpdir(), "logmill-house-"));
    const put = (path: string, text: string): void => {
      mkdirSync(dirname(join(house, path)), { recursive: true });
      writeFileSync(join(house, path), text);
    };
    put("tsconfig.json", "{}");
    put("src/shared/base/a.ts", 'import "../text/b.ts";\n');
    put("src/shared/text/b.ts", "export const b = 1;\n");
    put("src/worker/c.ts", 'import "../sink/d.ts";\nimport "node:http";\n');
    put("src/sink/d.ts", 'import "../shared/config/e.ts";\n');
    put("src/sink/k.ts", 'import type { F } from "../shared/config/f.ts";\nexport type G = F;\n');
    put("src/shared/config/e.ts", 'import "./f.ts";\n');
    put("src/shared/config/f.ts", 'import "./e.ts";\nexport type F = 1;\n');
    put("src/sink/core/g.ts", 'import "node:fs";\n');
    put("src/elsewhere/h.ts", 'import "../sink/d.ts";\n');
    put("src/ventilator/delivery/i.ts", 'import "../planning/j.ts";\n');
    put("src/ventilator/planning/j.ts", "export const j = 1;\n");
    put("src/sink/delivery/l.ts", 'import "../store/embedded/m.ts";\n');
    put("src/sink/store/open.ts", 'import "./embedded/m.ts";\n');
    put("src/sink/store/embedded/m.ts", 'import "../store.ts";\nimport "../../status.ts";\n');
    put("src/sink/store/store.ts", "export const s = 1;\n");
    put("src/sink/status.ts", "export const t = 1;\n");
    try {
      expect(await crossings(house)).toEqual(
        [
          "config-is-types: src/sink/d.ts → src/shared/config/e.ts",
          "core-is-pure: src/sink/core/g.ts → fs",
          "every-file-has-a-room: src/elsewhere/h.ts → src/sink/d.ts",
          "module-http: src/worker/c.ts → http",
          "no-circles: src/shared/config/e.ts → src/shared/config/f.ts",
          "room-shared/base: src/shared/base/a.ts → src/shared/text/b.ts",
          "room-ventilator/delivery: src/ventilator/delivery/i.ts → src/ventilator/planning/j.ts",
          "room-worker: src/worker/c.ts → src/sink/d.ts",
          "store-kind-is-unknown: src/sink/delivery/l.ts → src/sink/store/embedded/m.ts",
          "store-kind-knows-no-sink: src/sink/store/embedded/m.ts → src/sink/status.ts",
        ].sort(),
      );
    } finally {
      rmSync(house, { recursive: true });
    }
  });

  it("core/ has no clock, randomness, processes or promises", () => {
    const faults = files
      .filter(({ name }) => name.includes("/core/"))
      .flatMap(({ name, text }) =>
        impureText
          .filter((pattern) => pattern.test(stripComments(text)))
          .map((pattern) => `${name} uses ${pattern.source}`),
      );
    expect(faults).toEqual([]);
  });

  it("only cli/ ends the process", () => {
    const faults = files
      .filter(({ name }) => !name.startsWith("cli/"))
      .filter(({ text }) => /\bprocess\.exit\(/.test(stripComments(text)))
      .map(({ name }) => name);
    expect(faults).toEqual([]);
  });
});
