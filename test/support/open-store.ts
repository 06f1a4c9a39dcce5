// A store on a disk in memory that notes what it reports.

import {
  Store,
  type DurableBatch,
  type StoreOptions,
  type StoreState,
} from "../../src/sink/store/embedded/embedded-store.ts";
import type { FileSystem } from "../../src/sink/store/embedded/disk/file-system.ts";
import type { SummaryDefinition } from "../../src/shared/model/plan.ts";
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
  const store = await Store.open(files, directory, definitions, {
    liveBytesMax: 1 << 26,
    onDurable: (batches) => groups.push(batches),
    onState: (state) => states.push(state),
    ...options,
  });
  return { store, groups, states };
}

/** Submits a batch and returns what becomes of it. */
export function submitTo(store: Store, { header, partial, crc32 }: ScriptBatch): string {
  return store.submit(header, partial, crc32).kind;
}
