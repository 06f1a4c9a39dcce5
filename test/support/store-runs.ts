// Runs of a configuration over files, without processes: what the ventilator would send is summarised and
// submitted at once. A run reads what the ledger lacks, file by file, for the keys that lack it.

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { stringify } from "yaml";
import { parseConfig } from "../../src/shared/config/load.ts";
import { loadKernel } from "../../src/shared/kernel/kernel.ts";
import type { Config, SourceConfig } from "../../src/shared/config/config.ts";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import type { Sheets } from "../../src/shared/model/sheet.ts";
import { EmbeddedStore } from "../../src/sink/store/embedded/embedded-store.ts";
import { checkStore } from "../../src/sink/store/embedded/check.ts";
import { compilePlan } from "../../src/worker/core/compiled-plan.ts";
import { loadTablesByName } from "../../src/ventilator/load-tables.ts";
import { summarise } from "../../src/worker/core/summarise.ts";
import type { MemoryFileSystem } from "./memory-file-system.ts";
import { answerTo, noting } from "./open-store.ts";
import { precedingIn } from "./preceding.ts";
import { headerOf, storedTables } from "./store-script.ts";

export type ConfigValue = Record<string, unknown>;

export interface InputFile {
  readonly path: string;
  readonly text: string;
  /** Whether a link leads to it, out of the folder of its pattern. */
  readonly isLinked?: boolean;
}

export interface RunResult {
  /** Digest of every table of a configured summary, by `summary/bucket`. */
  readonly tables: ReadonlyMap<string, string>;
  /** Of what is configured. */
  readonly sheets: Sheets;
  readonly notes: readonly string[];
}

const kernel = loadKernel(9);

export function configOf(value: ConfigValue): Config {
  return parseConfig(stringify(value), "/project/logmill.yaml", {});
}

function isMatch(pattern: string, path: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`).test(path);
}

function isRead(source: SourceConfig, file: InputFile): boolean {
  if (source.type !== "file") return false;
  const { include, exclude, followLinks } = source;
  const isNamed = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => isMatch(pattern, file.path));
  return isNamed(include) && !isNamed(exclude) && (followLinks || file.isLinked !== true);
}

export function openConfigured(
  files: MemoryFileSystem,
  { dataDir, plan }: Pick<Config, "dataDir" | "plan">,
  onNotes: (notes: readonly string[]) => void = () => undefined,
): Promise<EmbeddedStore> {
  const options = noting({ liveBytesMax: 1 << 24, onNotes });
  return EmbeddedStore.open(files, `${dataDir}/store`, plan, options);
}

/** Reads what is new, and says what the store holds then. Each file is a content of its own. */
export async function runOnce(
  disk: MemoryFileSystem,
  config: Config,
  inputs: readonly InputFile[],
): Promise<RunResult> {
  const { plan } = config;
  const notes: string[] = [];
  const store = await openConfigured(disk, config, (told) => notes.push(...told));
  const compiled = compilePlan(kernel, plan, { tables: loadTablesByName(config.tables) });
  for (const source of config.sources) {
    const keys = [
      balanceKey,
      ...plan.summaries.filter(({ from }) => from.includes(source.name)).map(summaryKey),
    ];
    for (const file of inputs.filter((input) => isRead(source, input))) {
      const content = Buffer.from(file.text, "latin1");
      const digest = createHash("sha256").update(file.path).digest("hex");
      const id = digest.slice(0, 32);
      const identity = { id, headBytes: 1, family: digest.slice(32, 48) };
      const merged =
        (await store.ledger()).sources.find((known) => known.identity.id === id)?.merged ?? {};
      const beginnings = new Map<number, string[]>();
      for (const key of keys) {
        const from = merged[key]?.at(-1)?.to ?? 0;
        beginnings.set(from, [...(beginnings.get(from) ?? []), key]);
      }
      for (const [from, summaries] of beginnings) {
        const bytes = content.subarray(from);
        if (bytes.length === 0) continue;
        const summarised = summarise(
          compiled,
          source.name,
          bytes,
          "lines",
          bytes.length,
          summaries,
          from === 0,
          () => undefined,
          Buffer.from(precedingIn(source.format, linesOf(content.subarray(0, from))), "latin1"),
        );
        const { bytes: partial } = summarised;
        const header = {
          ...headerOf(0, from, content.length, { source: source.name, summaries }),
          identity,
          hint: { path: file.path, inode: id, stat: `${id}:${content.length}` },
          crc32: crc32(bytes),
          tailCrc32: crc32(bytes.subarray(-4096)),
        };
        const answer = await answerTo(store, { header, partial, crc32: crc32(partial) });
        if (answer !== "queued") throw new Error(`${file.path} from ${from}: ${answer}`);
        await store.settle();
      }
    }
  }
  const names = new Set(plan.summaries.map(({ name }) => name));
  const tables = [...(await storedTables(store))].filter(([name]) =>
    names.has(name.split("/")[0]!),
  );
  const { sources, summaries } = await store.sheets();
  const configured = new Set(config.sources.map(({ name }) => name));
  const result = {
    tables: new Map(tables),
    sheets: { sources: only(sources, configured), summaries: only(summaries, names) },
    notes,
  };
  await store.close();
  const [fault] = await checkStore(disk, `${config.dataDir}/store`);
  if (fault !== undefined) throw new Error(`the store is not sound: ${fault.problem}`);
  return result;
}

/** With their ends, one character a byte. */
function linesOf(content: Buffer): readonly string[] {
  return content.toString("latin1").match(/[^\n]*\n/g) ?? [];
}

function only<T>(
  values: Readonly<Record<string, T>>,
  names: ReadonlySet<string>,
): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
}
