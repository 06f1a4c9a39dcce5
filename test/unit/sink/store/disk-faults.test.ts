import { crc32 } from "node:zlib";
import { describe, expect, test } from "vitest";
import { encodePartial } from "../../../../src/shared/table/partial-codec.ts";
import { MemoryFileSystem, systemError } from "../../../support/memory-file-system.ts";
import { partialFor } from "../../../support/partials.ts";
import { openForTest, answerTo } from "../../../support/open-store.ts";
import {
  expectedTables,
  headerOf,
  scriptedBatches,
  storedTables,
  type ScriptBatch,
} from "../../../support/store-script.ts";

const batches = scriptedBatches(2);

/** Lets the test decide when the store tries again. */
class Pauses {
  readonly attempts: number[] = [];
  #waiting: (() => void)[] = [];
  #entered: (() => void)[] = [];

  readonly pause = (attempt: number, signal: AbortSignal): Promise<void> => {
    this.attempts.push(attempt);
    for (const entered of this.#entered.splice(0)) entered();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      signal.addEventListener("abort", () => resolve());
    });
  };

  /** Resolves when the store waits for space. */
  entered(): Promise<void> {
    return new Promise((resolve) => this.#entered.push(resolve));
  }

  release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function usedBytes(files: MemoryFileSystem): number {
  return files.paths().reduce((sum, path) => sum + files.file(path).length, 0);
}

describe("a full disk", () => {
  test("at the first start is told with the path, what is free and what to do", async () => {
    const files = new MemoryFileSystem();
    files.spaceBytes = 10;
    await expect(openForTest(files)).rejects.toMatchObject({
      code: "disk_failed",
      message: expect.stringMatching(
        /^no space left for .*wal-.* \(ENOSPC\): \d+ of \d+ bytes are free; nothing was changed\. Make room/,
      ) as string,
    });
    files.spaceBytes = Infinity;
    const { store } = await openForTest(files);
    expect(store.state.kind).toBe("open");
  });

  test("stops acknowledgements and nothing else, and all goes on when space returns", async () => {
    const files = new MemoryFileSystem();
    const pauses = new Pauses();
    const { store, groups, states } = await openForTest(files, { pause: pauses.pause });
    store.submit(batches[0]!);
    await store.settle();
    const log = usedBytes(files);
    // Room for a part of the next record, which has to be taken back.
    files.spaceBytes = log + 100;
    const entered = pauses.entered();
    for (const batch of batches.slice(1)) store.submit(batch);
    await entered;
    expect(store.state.kind === "full" && store.state.reason).toContain("ENOSPC");
    expect(groups.flat()).toHaveLength(1);
    expect(usedBytes(files)).toBe(log);
    const again = pauses.entered();
    pauses.release();
    await again;
    expect(groups.flat()).toHaveLength(1);
    files.spaceBytes = Infinity;
    pauses.release();
    await store.settle();
    expect(groups.flat()).toHaveLength(batches.length);
    expect(states.map(({ kind }) => kind)).toEqual(["full", "open"]);
    expect(store.stats().fullRetries).toBe(2);
    expect(await storedTables(store)).toEqual(expectedTables(batches));
    await store.close();
  });

  test("pushes back on whoever submits", async () => {
    const files = new MemoryFileSystem();
    const pauses = new Pauses();
    const { store } = await openForTest(files, { pause: pauses.pause });
    const many = Array.from({ length: 20 }, (_, number) => largeBatch(number));
    files.spaceBytes = usedBytes(files);
    let taken = 0;
    const feed = async (): Promise<void> => {
      for (const batch of many) {
        await store.ready();
        store.submit(batch);
        taken += 1;
      }
    };
    const feeding = feed();
    await pauses.entered();
    expect(taken).toBeLessThan(many.length);
    expect(store.stats().queuedBytes).toBeLessThan(10 * 1024 * 1024);
    files.spaceBytes = Infinity;
    pauses.release();
    await feeding;
    await store.settle();
    expect(store.stats().batches).toBe(many.length);
    await store.close();
  });

  test("during a flush keeps tables and log, and the flush succeeds later", async () => {
    const files = new MemoryFileSystem();
    const pauses = new Pauses();
    const { store, states } = await openForTest(files, { pause: pauses.pause });
    for (const batch of batches) store.submit(batch);
    await store.settle();
    for (const room of [0, 60, 500, 1100]) {
      files.spaceBytes = usedBytes(files) + room;
      const entered = pauses.entered();
      const flushed = store.flush();
      await entered;
      expect(store.state.kind).toBe("full");
      expect(await storedTables(store)).toEqual(expectedTables(batches));
      const survivor = await openForTest(files.crash("nothing"));
      expect(await storedTables(survivor.store)).toEqual(expectedTables(batches));
      await survivor.store.close();
      files.spaceBytes = Infinity;
      pauses.release();
      await flushed;
      store.submit(moved(batches[0]!, room));
      await store.settle();
      store.stats();
      batches.push(moved(batches[0]!, room));
    }
    expect(states.map(({ kind }) => kind)).toContain("open");
    await store.close();
  });

  test("does not hold up closing: what was acknowledged is in the log", async () => {
    const files = new MemoryFileSystem();
    const pauses = new Pauses();
    const { store, groups } = await openForTest(files, { pause: pauses.pause });
    store.submit(batches[0]!);
    await store.settle();
    files.spaceBytes = usedBytes(files);
    const entered = pauses.entered();
    store.submit(batches[1]!);
    store.submit(batches[1]!);
    await entered;
    await store.close();
    expect(groups.flat()).toHaveLength(1);
    const { store: again } = await openForTest(files);
    expect(await storedTables(again)).toEqual(expectedTables(batches.slice(0, 1)));
    await again.close();
  });
});

/** A batch whose partial is a megabyte of samples and nothing else. */
function largeBatch(number: number): ScriptBatch {
  const samples = Array.from({ length: 4096 }, (_, offset) => {
    return {
      summary: null,
      reason: "bad_csv",
      field: "",
      offset,
      bytes: Buffer.alloc(256),
      value: null,
    } as const;
  });
  const header = headerOf(0, number * 10, number * 10 + 10);
  const sheet = { ...batches[0]!.sheet, bytes: 10 };
  const partial = encodePartial({ ...partialFor(header.summaries, sheet), samples });
  return { header, partial, crc32: crc32(partial), sheet, tables: [] };
}

/** The same events as if they came from other content. */
function moved(batch: ScriptBatch, by: number): ScriptBatch {
  const { header } = batch;
  const id = header.identity.id.slice(0, 28) + String(by).padStart(4, "0");
  return { ...batch, header: { ...header, identity: { ...header.identity, id } } };
}

describe("a failing disk", () => {
  test.each(["write", "datasync"] as const)(
    "that fails a %s ends the store, and what was not acknowledged is exact after a restart",
    async (kind) => {
      const files = new MemoryFileSystem();
      const { store, groups, states } = await openForTest(files);
      store.submit(batches[0]!);
      await store.settle();
      files.before = (operation) => {
        if (operation.kind === kind) throw systemError("EIO", operation.path);
      };
      store.submit(batches[1]!);
      await expect(store.settle()).rejects.toMatchObject({ code: "disk_failed" });
      const error = await store.failure;
      expect(error.message).toMatch(/wal-0000000001\.log .*EIO.*the next start is exact/u);
      expect(store.state).toEqual({ kind: "failed", error });
      store.submit(batches[2]!);
      await expect(store.ready()).rejects.toBe(error);
      await expect(store.flush()).rejects.toBe(error);
      await store.close();
      expect(groups.flat()).toHaveLength(1);
      expect(states.map((state) => state.kind)).toEqual(["failed"]);
      files.before = () => undefined;
      const { store: again } = await openForTest(files.crash("nothing"));
      expect(await answerTo(again, batches[1]!)).toBe("queued");
      expect(await answerTo(again, batches[0]!)).toBe("duplicate");
      await again.close();
    },
  );

  test("that says there is no space in an fsync ends the store, too: nothing is known then", async () => {
    const files = new MemoryFileSystem();
    const { store, groups } = await openForTest(files);
    files.before = ({ kind, path }) => {
      if (kind === "datasync") throw systemError("ENOSPC", path);
    };
    store.submit(batches[0]!);
    expect((await store.failure).code).toBe("disk_failed");
    expect(groups).toEqual([]);
    await store.close();
  });
});
