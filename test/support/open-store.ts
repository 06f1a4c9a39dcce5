// A store on a disk in memory that notes what it reports. Its log counts as idle at once.

import { once } from "node:events";
import { setImmediate } from "node:timers/promises";

import {
  Store,
  type DurableBatch,
  type StoreOptions,
  type StoreState,
} from "../../src/sink/store/embedded/embedded-store.ts";
import { readCommitPoint } from "../../src/sink/store/embedded/log/commit-point.ts";
import { walFileName } from "../../src/sink/store/embedded/disk/store-files.ts";
import type { FileSystem } from "../../src/sink/disk/file-system.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { MemoryFileSystem } from "./memory-file-system.ts";
import { daily, hourly, type ScriptBatch } from "./store-script.ts";

export const storeDirectory = "/data/store";

export interface OpenedForTest {
  readonly store: Store;
  /** Groups in the order in which they were reported. */
  readonly groups: (readonly DurableBatch[])[];
  readonly states: StoreState[];
}

export async function openForTest(
  files: FileSystem,
  options: Partial<StoreOptions> = {},
  definitions: readonly SummaryDefinition[] = [daily, hourly],
  directory = storeDirectory,
): Promise<OpenedForTest> {
  const groups: (readonly DurableBatch[])[] = [];
  const states: StoreState[] = [];
  const store = await Store.open(
    files,
    directory,
    { summaries: definitions, sources: [] },
    {
      liveBytesMax: 1 << 26,
      onDurable: (batches) => groups.push(batches),
      onState: (state) => states.push(state),
      rest: () => Promise.resolve(),
      ...options,
    },
  );
  return { store, groups, states };
}

/** As `rest`: a log that is never idle, so that its end is noted only when the store is closed. */
export async function neverIdle(signal: AbortSignal): Promise<void> {
  await once(signal, "abort");
}

/** Submits a batch and returns what becomes of it. */
export function submitTo(store: Store, { header, partial, crc32 }: ScriptBatch): string {
  return store.submit(header, partial, crc32).kind;
}

/** Resolves when an idle store has noted the end of its log as acknowledged. */
export async function untilNoted(
  files: MemoryFileSystem,
  directory = storeDirectory,
): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    const { position } = await readCommitPoint(files, directory);
    const log = files
      .paths()
      .filter((path) => path.includes("/wal-"))
      .at(-1)!;
    const name = position === null ? "" : walFileName(position.sequence);
    if (log.endsWith(`/${name}`) && files.file(log).length === position?.end) return;
    await setImmediate();
  }
  throw new Error("the commit point does not reach the end of the log");
}
