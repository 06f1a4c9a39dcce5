// An embedded store that notes what it reports. Its log counts as idle at once.

import { once } from "node:events";
import { setImmediate } from "node:timers/promises";

import { EmbeddedStore } from "../../src/sink/store/embedded/embedded-store.ts";
import type { EmbeddedOptions } from "../../src/sink/store/embedded/embedded-options.ts";
import type { BatchStore, DurableBatch, StoreState } from "../../src/sink/store/store.ts";
import { readCommitPoint } from "../../src/sink/store/embedded/log/commit-point.ts";
import { walFileName } from "../../src/sink/store/embedded/disk/store-files.ts";
import type { FileSystem } from "../../src/sink/disk/file-system.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
import type { BatchHeader } from "../../src/shared/protocol/messages.ts";
import type { MemoryFileSystem } from "./memory-file-system.ts";
import { daily, hourly, type ScriptBatch } from "./store-script.ts";

export const storeDirectory = "/data/store";

export interface OpenedForTest {
  readonly store: EmbeddedStore;
  /** Groups in the order in which they were reported. */
  readonly groups: (readonly DurableBatch[])[];
  readonly states: StoreState[];
}

export async function openForTest(
  files: FileSystem,
  options: Partial<EmbeddedOptions> = {},
  definitions: readonly SummaryDefinition[] = [daily, hourly],
  directory = storeDirectory,
): Promise<OpenedForTest> {
  const groups: (readonly DurableBatch[])[] = [];
  const states: StoreState[] = [];
  const store = await EmbeddedStore.open(
    files,
    directory,
    { summaries: definitions, sources: [] },
    noting({
      onDurable: (batches) => groups.push(batches),
      onState: (state) => states.push(state),
      ...options,
    }),
  );
  return { store, groups, states };
}

/** As `rest`: a log that is never idle, so that its end is noted only when the store is closed. */
export async function neverIdle(signal: AbortSignal): Promise<void> {
  await once(signal, "abort");
}

/** What was answered to a header; each is submitted once. */
const answers = new WeakMap<BatchHeader, string>();

/** Options of a store for `answerTo`; what is not given is as quick as can be. */
export function noting(options: Partial<EmbeddedOptions> = {}): EmbeddedOptions {
  return {
    liveBytesMax: 1 << 26,
    rest: () => Promise.resolve(),
    ...options,
    onDurable: (batches) => {
      for (const { header, duplicate } of batches) {
        answers.set(header, duplicate ? "duplicate" : "merged");
      }
      options.onDurable?.(batches);
    },
    onRefused: (batch, refusal) => {
      const detail = refusal.reason === "bad_table" ? `: ${refusal.detail}` : "";
      answers.set(batch.header, refusal.reason + detail);
      options.onRefused?.(batch, refusal);
    },
  };
}

/**
 * Submits a batch to a store that was opened with `noting`, and returns what becomes of it once it is decided:
 * `queued` (or merged already), `duplicate` of what is durable, or the reason of a refusal.
 */
export async function answerTo(
  store: BatchStore,
  { header, partial, crc32 }: Pick<ScriptBatch, "header" | "partial" | "crc32">,
): Promise<string> {
  const own = { ...header };
  store.submit({ header: own, partial, crc32 });
  await store.ready();
  const answer = answers.get(own) ?? "queued";
  return answer === "merged" ? "queued" : answer;
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
