import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { limits } from "../../../src/shared/base/limits.ts";
import { decodePartialMessage } from "../../../src/shared/protocol/codec.ts";
import type { PartialMessage } from "../../../src/shared/protocol/messages.ts";
import { encodePartial } from "../../../src/shared/table/partial-codec.ts";
import { BatchRunner } from "../../../src/worker/batch-runner.ts";
import type { BatchResult, Task } from "../../../src/worker/batch-runner.ts";
import type { Summariser } from "../../../src/worker/summariser.ts";
import { partialFor } from "../../support/partials.ts";
import { sampleHeader, taskSamples } from "../../golden/protocol-samples.ts";

const plan = (taskSamples["plan"] as { plan: Parameters<BatchRunner["adopt"]>[1] }).plan;
const task = taskSamples["task_lines"] as Task;

const rejected = { blank: 1, bad_csv: 2 };
const sheet = { lines: 10, bytes: 300, parsed: 7, rejected, deadLettered: 0 };
const partial = encodePartial(partialFor(sampleHeader.summaries, sheet));
const summarised = { bytes: partial, source: sheet, rows: 4 };

/** A runner with the sample's plan, and how often its plan was compiled. */
function runnerWith(summarise: Summariser): { runner: BatchRunner; compiled: () => number } {
  let compiled = 0;
  const runner = new BatchRunner("worker-1", () => {
    compiled += 1;
    return summarise;
  });
  runner.adopt(sampleHeader.plan, plan, new Map());
  return { runner, compiled: () => compiled };
}

const messageOf = (result: BatchResult): PartialMessage => {
  if (result.kind !== "partial") return expect.fail(result.detail);
  return decodePartialMessage(result.frames);
};

describe("a batch runner", () => {
  it("answers with the partial, its checksum and the batch's header as it came", async () => {
    const { runner } = runnerWith(() => summarised);
    expect(messageOf(await runner.run(task))).toEqual({
      type: "partial",
      header: sampleHeader,
      sealed: task.sealed,
      attempt: task.attempt,
      worker: "worker-1",
      crc32: crc32(partial),
      partial,
    });
  });

  it("lets the event loop have its turn while a batch is in work", async () => {
    let isDone = false;
    let turnsMeanwhile = 0;
    const countTurns = (): void => {
      if (isDone) return;
      turnsMeanwhile += 1;
      setImmediate(countTurns);
    };
    const { runner } = runnerWith(
      Object.assign((): typeof summarised => expect.fail("the batch was done in one go"), {
        *steps() {
          setImmediate(countTurns);
          for (let step = 0; step < 4; step += 1) {
            const endMs = performance.now() + limits.workSliceMs;
            while (performance.now() <= endMs);
            yield;
          }
          isDone = true;
          return summarised;
        },
      }),
    );
    expect(messageOf(await runner.run(task)).partial).toEqual(partial);
    expect(turnsMeanwhile).toBeGreaterThanOrEqual(3);
  });

  it("gives the summariser the header and the very bytes that came", async () => {
    let given: unknown[] = [];
    const { runner } = runnerWith((...args) => {
      given = args;
      return summarised;
    });
    await runner.run(task);
    expect(given.slice(0, 2)).toEqual([task.header, task.payload]);
  });

  it("sends a batch with damaged bytes back without looking at it", async () => {
    const { runner } = runnerWith(() => expect.fail("summarised"));
    const damaged = { ...task, payload: Uint8Array.from(task.payload).reverse() };
    expect(await runner.run(damaged)).toMatchObject({ kind: "failed", reason: "checksum" });
    expect(runner.counters.failed).toEqual({ checksum: 1, plan: 0, error: 0, source: 0 });
  });

  it("sends a batch of another plan back, and any batch before there is a plan", async () => {
    const { runner } = runnerWith(() => summarised);
    const other = { ...task, header: { ...task.header, plan: "0".repeat(32) } };
    expect(await runner.run(other)).toMatchObject({ kind: "failed", reason: "plan" });
    const fresh = new BatchRunner("worker-1", () => () => summarised);
    expect(await fresh.run(task)).toMatchObject({ kind: "failed", reason: "plan" });
  });

  it("survives a summariser that throws, and goes on with a fresh one", async () => {
    let calls = 0;
    const { runner, compiled } = runnerWith(() => {
      calls += 1;
      if (calls === 1) throw new RangeError("offset is out of bounds");
      return summarised;
    });
    expect(await runner.run(task)).toEqual({
      kind: "failed",
      reason: "error",
      detail: "offset is out of bounds",
    });
    expect((await runner.run(task)).kind).toBe("partial");
    expect((await runner.run(task)).kind).toBe("partial");
    expect(compiled()).toBe(2);
  });

  it("bounds what it says about a failure", async () => {
    const { runner } = runnerWith(() => {
      throw new Error("x".repeat(100_000));
    });
    const result = await runner.run(task);
    expect(result.kind === "failed" && result.detail.length).toBe(500);
  });

  it("sends a batch back whose partial no socket would take", async () => {
    const { runner } = runnerWith(() => {
      return { bytes: new Uint8Array(limits.messageBytesMax + 1), source: null, rows: 0 };
    });
    expect(await runner.run(task)).toMatchObject({ kind: "failed", reason: "error" });
    expect(runner.counters.batches).toBe(0);
  });

  it("compiles a plan once, however often it is told", async () => {
    const { runner, compiled } = runnerWith(() => summarised);
    runner.adopt(sampleHeader.plan, plan, new Map());
    await runner.run(task);
    expect(compiled()).toBe(1);
    runner.adopt("f".repeat(32), plan, new Map());
    expect(compiled()).toBe(2);
  });

  it("counts batches, lines, rows, bytes and rejects", async () => {
    const { runner } = runnerWith(() => summarised);
    await runner.run(task);
    await runner.run(task);
    expect(runner.counters).toMatchObject({
      batches: 2,
      lines: 20,
      bytes: 600,
      partialBytes: 2 * partial.length,
      partialRows: 8,
      rejected: { blank: 2, bad_csv: 4 },
    });
  });

  it("counts no lines of a back-fill", async () => {
    const backFill = encodePartial(partialFor([]));
    const { runner } = runnerWith(() => ({ bytes: backFill, source: null, rows: 0 }));
    await runner.run(task);
    expect(runner.counters).toMatchObject({ batches: 1, lines: 0, bytes: 300 });
  });
});
