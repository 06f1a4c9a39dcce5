// An output leaves files of untouched buckets alone, so something has to say which are untouched. Whatever
// happens to a store between two runs, its files must be those that an output without a memory writes; and
// what it wrote once and keeps no more, it names.

import fc from "fast-check";
import { expect, it } from "vitest";
import { summaryKey } from "../../../src/shared/model/definition-key.ts";
import type { Config, CsvOutput } from "../../../src/shared/config/config.ts";
import { csvFile } from "../../../src/sink/output/csv-file.ts";
import { FilePublisher } from "../../../src/sink/output/file-publisher.ts";
import { MemoryFileSystem } from "../../support/memory-file-system.ts";
import {
  configOf,
  openConfigured,
  runOnce,
  type ConfigValue,
  type InputFile,
} from "../../support/store-runs.ts";

const configWith = (where: string): ConfigValue => ({
  sources: {
    s: {
      type: "file",
      include: ["*.log"],
      format: { type: "rsyslog", payloads: { E: { type: "csv", fields: ["event", "user"] } } },
    },
  },
  summaries: {
    // Its own key stays the same while what the lines of its source mean is changed by the files.
    users: { from: ["s"], dimensions: ["event"], where, metrics: { n: { type: "count" } } },
  },
});
const output: CsvOutput = {
  name: "files",
  type: "csv",
  summaries: ["users"],
  path: "/out/{summary}/{bucket}.csv",
  bounds: false,
  bucket: false,
};
const storeFolder = (config: Config): string => `${config.dataDir}/store`;

/** What may happen between two looks at the files. */
type Step =
  | { readonly kind: "append"; readonly file: number; readonly event: number; readonly day: number }
  | { readonly kind: "edit"; readonly file: number; readonly event: number }
  | { readonly kind: "rebuild" }
  | { readonly kind: "back up" | "restore" };

const small = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("append" as const), file: small, event: small, day: small }),
  fc.record({ kind: fc.constant("edit" as const), file: small, event: small }),
  fc.constant({ kind: "rebuild" as const }),
  fc.constantFrom({ kind: "back up" as const }, { kind: "restore" as const }),
);

interface Published {
  /** The text of every file that the output keeps, by path. */
  readonly kept: ReadonlyMap<string, string>;
  readonly abandoned: readonly string[];
}

/** What the output has on its disk, and on another one where nobody has published yet. */
async function published(
  store: Awaited<ReturnType<typeof openConfigured>>,
  { summaries }: Config,
  files: MemoryFileSystem,
): Promise<Published> {
  const parts = { files, store, summaries, stateFolder: "/state" };
  const publisher = new FilePublisher(parts, output, csvFile(output));
  const { paths, abandoned } = await publisher.publish(await store.summaries());
  const text = (path: string): string => Buffer.from(files.file(path)).toString();
  return { kept: new Map(paths.map((path) => [path, text(path)])), abandoned };
}

async function expectFilesToBeFresh(disk: MemoryFileSystem, config: Config): Promise<void> {
  const store = await openConfigured(disk, config);
  try {
    const { kept, abandoned } = await published(store, config, disk);
    expect(kept).toEqual((await published(store, config, new MemoryFileSystem())).kept);
    const there = disk.paths().filter((path) => path.startsWith("/out/"));
    expect([...kept.keys(), ...abandoned].sort()).toEqual(there.sort());
  } finally {
    await store.close();
  }
}

async function forget(disk: MemoryFileSystem, config: Config): Promise<void> {
  const { plan } = config;
  const nothing = { ...plan, summaries: [], sources: [] };
  const store = await openConfigured(disk, { dataDir: config.dataDir, plan: nothing });
  try {
    const key = summaryKey(plan.summaries[0]!);
    if ((await store.summaries()).some((summary) => summary.key === key)) await store.drop(key);
  } finally {
    await store.close();
  }
}

function place(disk: MemoryFileSystem, folder: string, files: ReadonlyMap<string, Uint8Array>) {
  for (const path of disk.paths()) if (path.startsWith(`${folder}/`)) disk.remove(path);
  for (const [path, bytes] of files) disk.place(path, bytes);
}

async function follow(steps: readonly Step[]): Promise<void> {
  const config = configOf(configWith('user != "nobody"'));
  const folder = storeFolder(config);
  const disk = new MemoryFileSystem();
  const texts = ["", "", ""];
  let backup: ReadonlyMap<string, Uint8Array> | null = null;
  const line = (event: number, day: number): string =>
    `2020-01-0${day + 1}T00:00:00Z h E ${"abc"[event]!},u\n`;
  for (const now of steps) {
    if (now.kind === "append") texts[now.file] = `${texts[now.file]!}${line(now.event, now.day)}`;
    // Lines that were counted are others now: only a rebuild or a backup makes that felt.
    if (now.kind === "edit")
      texts[now.file] = texts[now.file]!.replaceAll(/E [abc],/g, `E ${"abc"[now.event]!},`);
    if (now.kind === "rebuild") await forget(disk, config);
    if (now.kind === "back up") {
      const paths = disk.paths().filter((path) => path.startsWith(`${folder}/`));
      backup = new Map(paths.map((path) => [path, Uint8Array.from(disk.file(path))]));
    }
    if (now.kind === "restore" && backup !== null) place(disk, folder, backup);
    const inputs: InputFile[] = texts.map((text, index) => ({ path: `${index}.log`, text }));
    await runOnce(disk, config, inputs);
    await expectFilesToBeFresh(disk, config);
  }
}

it("after any appends, edits, rebuilds and restored backups, an output's files are fresh or named as abandoned", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), follow), {
    numRuns: 50,
  });
});
