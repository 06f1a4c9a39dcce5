// What a store holds in memory while tables are merged and read, beside the tables that grow: frames of a
// bounded number of runs, and no copy of what comes in meanwhile.

import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { FileSystem } from "../../../../src/sink/disk/file-system.ts";
import { compactionLimits } from "../../../../src/sink/store/embedded/segment/compaction-plan.ts";
import { MemoryFileSystem } from "../../../support/memory-file-system.ts";
import { openForTest } from "../../../support/open-store.ts";
import {
  dailyKey,
  digestOf,
  expectedTables,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../../support/store-script.ts";

const segmentHeaderBytes = 48;

/** Segments whose tables cannot be read, or that cannot be synced, until the gate is opened. */
class Gate {
  readonly files: FileSystem;
  #opened: Promise<void> = Promise.resolve();
  open: () => void = () => undefined;

  constructor(files: MemoryFileSystem, held: "read" | "datasync") {
    this.files = overridden(files, {
      open: async (path, mode) => {
        const file = await files.open(path, mode);
        if (!path.includes("/segment-")) return file;
        return overridden(file, {
          read: async (target, position) => {
            if (held === "read" && target.length > segmentHeaderBytes) await this.#opened;
            return await file.read(target, position);
          },
          datasync: async () => {
            if (held === "datasync") await this.#opened;
            await file.datasync();
          },
        });
      },
    });
  }

  close(): void {
    this.#opened = new Promise((resolve) => (this.open = resolve));
  }
}

/** The same, but for some of its methods. */
function overridden<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get: (of, name) => {
      const method: unknown = Reflect.get(name in methods ? methods : of, name);
      return typeof method === "function" ? (method.bind(of) as unknown) : method;
    },
  });
}

describe("a table that is read or merged", () => {
  test("is in no more runs than one merge takes: flushes wait for the compaction", async () => {
    const gate = new Gate(new MemoryFileSystem(), "read");
    const { store } = await openForTest(gate.files);
    const { runsPerMergeMax } = compactionLimits;
    const many = scriptedBatches(4, { sources: 1, batchesPerSource: 20, eventsPerBatch: 4 });
    gate.close();
    const flushed = many.slice(0, runsPerMergeMax);
    for (const batch of flushed) {
      store.submit(batch);
      await store.flush();
    }
    for (const batch of many.slice(runsPerMergeMax)) store.submit(batch);
    const last = store.flush();
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
    expect(store.stats()).toMatchObject({ compactions: 0, segmentFiles: runsPerMergeMax });
    gate.open();
    await last;
    expect(store.stats().compactions).toBeGreaterThan(0);
    expect(await storedTables(store)).toEqual(expectedTables(many));
    await store.close();
  });

  test("is not copied from what is merged while it is flushed", async () => {
    const files = new MemoryFileSystem();
    const gate = new Gate(files, "datasync");
    const { store } = await openForTest(gate.files, { liveBytesMax: 1 << 21 });
    const many = scriptedBatches(6, { batchesPerSource: 8, eventsPerBatch: 60, values: 100_000 });
    const before = many.slice(0, 8);
    for (const batch of before) store.submit(batch);
    await store.settle();
    gate.close();
    const frames: Uint8Array[] = [];
    const read = (async () => {
      for await (const frame of store.read(dailyKey, 0)) frames.push(frame);
    })();
    while (!files.paths().some((path) => path.includes("/segment-"))) await setImmediate();
    for (const batch of many.slice(8)) store.submit(batch);
    await store.settle();
    gate.open();
    await read;
    expect(digestOf(frames)).toBe(expectedTables(before).get("daily/0"));
    expect(await storedTables(store)).toEqual(expectedTables(many));
    await store.close();
  });
});

describe("a batch that is too large for half of the memory", () => {
  test("waits until what is being flushed is in segments, and leaves no memory taken", async () => {
    const gate = new Gate(new MemoryFileSystem(), "datasync");
    const { store, groups } = await openForTest(gate.files, { liveBytesMax: 1 << 16 });
    const many = scriptedBatches(6, { batchesPerSource: 2, eventsPerBatch: 200, values: 100_000 });
    const [first, second] = many as [ScriptBatch, ScriptBatch];
    gate.close();
    store.submit(first);
    await store.settle();
    const { liveBytes } = store.stats();
    expect(liveBytes).toBeGreaterThan(1 << 16);
    store.submit(second);
    for (let turn = 0; turn < 200; turn += 1) await setImmediate();
    expect(groups.flat()).toHaveLength(1);
    expect(store.stats().liveBytes).toBeLessThan(1.1 * liveBytes);
    gate.open();
    await store.settle();
    await store.flush();
    expect(store.stats().liveBytes).toBeLessThan(liveBytes / 2);
    expect(await storedTables(store)).toEqual(expectedTables([first, second]));
    await store.close();
  });
});
