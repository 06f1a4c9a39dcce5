// One worker over real sockets, with a scripted ventilator on one side and a plain PULL as its sink.

import { EventEmitter } from "node:events";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { sealHeader } from "../../src/shared/protocol/batch-tag.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type { PartialMessage } from "../../src/shared/protocol/messages.ts";
import { decodePartialMessage, encodeTask } from "../../src/shared/protocol/codec.ts";
import { balanceKey, summaryKey } from "../../src/shared/model/definition-key.ts";
import { bindPull } from "../../src/shared/net/pull.ts";
import type { Pull } from "../../src/shared/net/pull.ts";
import { encodePartial } from "../../src/shared/table/partial-codec.ts";
import { startPoolChild } from "../../src/worker/pool-child.ts";
import { isPoolReport } from "../../src/worker/pool-messages.ts";
import { kernelSummariser } from "../../src/worker/summariser.ts";
import type { Summariser } from "../../src/worker/summariser.ts";
import { startWorker } from "../../src/worker/worker.ts";
import type { Worker } from "../../src/worker/worker-options.ts";
import { sampleHeader, tagKey, taskSamples } from "../golden/protocol-samples.ts";
import { partialFor } from "../support/partials.ts";
import { ChaosProxy } from "../support/chaos-proxy.ts";
import { atEnd, closing, ipcEndpoint, next, until } from "../support/net-fixture.ts";
import { planMessage, scriptedTasks } from "../support/scripted-ventilator.ts";
import type { TaskSocket } from "../support/scripted-ventilator.ts";
import { resealed } from "../support/first-frame.ts";
import { keepingLogger } from "../support/silent-logger.ts";

type Task = Extract<Parameters<typeof encodeTask>[0], { type: "task" }>;

const plan = (taskSamples["plan"] as { plan: Parameters<typeof kernelSummariser>[0] }).plan;
const summaries = [balanceKey, ...plan.summaries.map((summary) => summaryKey(summary))];
const emptyPartial = { bytes: encodePartial(partialFor([])), source: null, rows: 0 };

function task(batch: number, session = 1n, text = `batch ${batch}\n`): Task {
  const payload = new TextEncoder().encode(text);
  const checksum = crc32(payload);
  const range = { from: 0, to: payload.length, crc32: checksum };
  const header = { ...sampleHeader, ...range, session, batch, summaries };
  const sealed = sealHeader(tagKey, header);
  return { type: "task", header, sealed, attempt: 1, payloadCrc32: checksum, payload };
}

function workerAt(tasks: string, summarise?: Summariser): Worker {
  const options = { tasks, logger: keepingLogger() };
  const worker = startWorker(
    summarise === undefined ? options : { ...options, makeSummariser: () => summarise },
  );
  atEnd(() => worker.stop().catch(() => undefined));
  return worker;
}

class ScriptedSink {
  readonly pull: Pull;
  readonly #incoming: AsyncIterator<Buffer[], undefined>;

  constructor(pull: Pull) {
    this.pull = closing(pull);
    this.#incoming = pull[Symbol.asyncIterator]();
  }

  async receive(): Promise<PartialMessage> {
    return decodePartialMessage(await next(this.#incoming));
  }
}

const scriptedSink = async (endpoint = ipcEndpoint("results")): Promise<ScriptedSink> =>
  new ScriptedSink(await bindPull(endpoint));

/** A worker that was greeted and has its plan. */
async function joined(summarise: Summariser = () => emptyPartial) {
  const [ventilator, sink] = [await scriptedTasks(), await scriptedSink()];
  const worker = workerAt(ventilator.router.endpoint, summarise);
  await join(ventilator, 1n, sink.pull.endpoint);
  return { ventilator, sink, worker };
}

async function join(ventilator: TaskSocket, session: bigint, results: string): Promise<void> {
  await ventilator.receive("worker_hello");
  await ventilator.send(planMessage(plan, session, results));
}

describe("a worker", () => {
  it("says who it is, and how much it takes", async () => {
    const ventilator = await scriptedTasks();
    const worker = workerAt(ventilator.router.endpoint);
    expect(await ventilator.receive("worker_hello")).toMatchObject({
      version: protocolVersion,
      worker: worker.id,
      pid: process.pid,
      credit: 2,
    });
    expect(worker.isReady).toBe(false);
  });

  it("turns a batch into the partial that its kernel makes of it, and reports it done", async () => {
    const [ventilator, sink] = [await scriptedTasks(), await scriptedSink()];
    const worker = workerAt(ventilator.router.endpoint);
    await join(ventilator, 1n, sink.pull.endpoint);
    const line = '127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326\n';
    const sent = task(7, 1n, line.repeat(3));
    await ventilator.send(sent);
    expect(await ventilator.receive("batch_done")).toMatchObject({ session: 1n, batch: 7 });
    const message = await sink.receive();
    const { bytes } = kernelSummariser(plan)(sent.header, sent.payload, () => undefined);
    expect(message).toMatchObject({
      header: sent.header,
      worker: worker.id,
      crc32: crc32(bytes),
    });
    expect(Buffer.compare(message.partial, bytes)).toBe(0);
    expect(worker.isReady).toBe(true);
    expect(worker.counters).toMatchObject({ batches: 1, lines: 3 });
  });

  it("beats while it is busy", async () => {
    const { ventilator, sink } = await joined(() => emptyPartial);
    let batch = 0;
    while (ventilator.beats === 0) {
      await ventilator.send(task((batch += 1)));
      await ventilator.send(task((batch += 1)));
      for (let done = 0; done < 2;) {
        if ((await ventilator.receiveAny()).type === "batch_done") done += 1;
        else break;
      }
      await sink.receive();
      await sink.receive();
    }
    expect(batch).toBeGreaterThan(2);
  });

  it("greets again when it is asked who it is", async () => {
    const { ventilator, worker } = await joined();
    await ventilator.send({ type: "who" });
    expect((await ventilator.receive("worker_hello")).worker).toBe(worker.id);
  });

  it("joins a ventilator that was started again, and forgets what it had from the one before", async () => {
    const { ventilator, sink, worker } = await joined();
    const { endpoint } = ventilator.router;
    await ventilator.router.close();
    const restarted = await scriptedTasks(endpoint);
    await join(restarted, 2n, sink.pull.endpoint);
    await restarted.send(task(1, 1n));
    await restarted.send(task(1, 2n));
    expect((await sink.receive()).header.session).toBe(2n);
    expect(await restarted.receive("batch_done")).toMatchObject({ session: 2n, batch: 1 });
    expect(worker.counters).toMatchObject({ batches: 1, dropped: 1 });
  });

  it("sends back what it cannot summarise, says why, and lives on", async () => {
    const { ventilator, sink } = await joined((header) => {
      if (header.batch === 1) throw new Error("a poisonous line");
      return emptyPartial;
    });
    await ventilator.send(task(1));
    await ventilator.send({ ...task(2), payloadCrc32: 0 });
    await ventilator.send(task(3));
    expect(await ventilator.receive("batch_failed")).toMatchObject({
      batch: 1,
      reason: "error",
      detail: "a poisonous line",
    });
    expect(await ventilator.receive("batch_failed")).toMatchObject({
      batch: 2,
      reason: "checksum",
    });
    expect(await ventilator.receive("batch_done")).toMatchObject({ batch: 3 });
    expect((await sink.receive()).header.batch).toBe(3);
  });

  it("drops what is no message, dials anew since it may have been a batch, and lives on", async () => {
    const { ventilator, sink, worker } = await joined();
    await ventilator.sayFrames([new Uint8Array(20)]);
    await join(ventilator, 1n, sink.pull.endpoint);
    await ventilator.send(task(1));
    await sink.receive();
    expect(worker.counters.dropped).toBe(1);
  });

  it("keeps its credit while the sink takes nothing, and answers meanwhile", async () => {
    const [ventilator, results] = [await scriptedTasks(), ipcEndpoint("results")];
    const worker = workerAt(ventilator.router.endpoint, () => emptyPartial);
    await join(ventilator, 1n, results);
    for (let batch = 1; batch <= 3; batch += 1) await ventilator.send(task(batch));
    // The pipe takes one partial; the second waits in the worker, the third is not looked at.
    expect((await ventilator.receive("batch_done")).batch).toBe(1);
    await until("the second is finished", () => worker.counters.batches === 2);
    await ventilator.send({ type: "who" });
    await ventilator.receive("worker_hello");
    expect(worker.counters.batches).toBe(2);
    const sink = await scriptedSink(results);
    expect((await ventilator.receive("batch_done")).batch).toBe(2);
    expect((await ventilator.receive("batch_done")).batch).toBe(3);
    for (let batch = 1; batch <= 3; batch += 1) {
      expect((await sink.receive()).header.batch).toBe(batch);
    }
  });

  it("follows the sink to another address", async () => {
    const { ventilator } = await joined();
    const second = await scriptedSink();
    await ventilator.send(planMessage(plan, 1n, second.pull.endpoint));
    await ventilator.send(task(1));
    expect((await second.receive()).header.batch).toBe(1);
  });

  it("dials the sink anew when a partial that it sent is asked for again", async () => {
    const [ventilator, sink] = [await scriptedTasks(), await scriptedSink("tcp://127.0.0.1:*")];
    const proxy = closing(await ChaosProxy.listen(Number(new URL(sink.pull.endpoint).port)));
    workerAt(ventilator.router.endpoint, () => emptyPartial);
    await join(ventilator, 1n, `tcp://127.0.0.1:${proxy.port}`);
    await ventilator.send(task(1));
    expect((await sink.receive()).header.batch).toBe(1);
    // From now on the connection takes everything and delivers nothing.
    proxy.set({ fate: "swallowed" });
    await ventilator.send(task(2));
    await ventilator.receive("batch_done");
    await until("the partial is lost", () => proxy.swallowedBytes > 0);
    proxy.heal();
    await ventilator.send(task(2));
    expect((await sink.receive()).header.batch).toBe(2);
  });

  it("ends on a message of another version, which no restart fixes", async () => {
    const { ventilator, worker } = await joined();
    const ended = expect(worker.ended).rejects.toMatchObject({ code: "protocol_version" });
    const [frame] = encodeTask({ type: "drain" });
    const newer = Uint8Array.from(frame!);
    newer[1] = protocolVersion + 1;
    await ventilator.sayFrames([resealed(newer)]);
    await ended;
  });
});

describe("a worker that ends", () => {
  it("says goodbye first, and finishes what was on its way", async () => {
    const { ventilator, sink, worker } = await joined();
    await ventilator.send(task(1));
    await ventilator.receive("batch_done");
    const stopped = worker.stop();
    await ventilator.receive("worker_bye");
    // On its way when the goodbye came; then the ventilator's last word.
    await ventilator.send(task(2));
    await ventilator.send({ type: "drain" });
    await stopped;
    expect((await ventilator.receive("batch_done")).batch).toBe(2);
    const received = [await sink.receive(), await sink.receive()];
    expect(received.map(({ header }) => header.batch)).toEqual([1, 2]);
  });

  it("ends without an answer to its goodbye, too", async () => {
    const { ventilator, worker } = await joined();
    await until("it has its plan", () => worker.isReady);
    await worker.stop();
    await ventilator.receive("worker_bye");
  });

  it("ends when the ventilator drains", async () => {
    const { ventilator, sink, worker } = await joined();
    await ventilator.send(task(1));
    await ventilator.send({ type: "drain" });
    await worker.ended;
    expect((await sink.receive()).header.batch).toBe(1);
    expect(await ventilator.receiveAny()).toMatchObject({ type: "worker_bye" });
    expect((await ventilator.receive("batch_done")).batch).toBe(1);
  });

  it("ends at once when there never was a ventilator", async () => {
    const worker = workerAt(ipcEndpoint("nobody"));
    await worker.stop();
    expect(worker.isReady).toBe(false);
  });

  it("does not greet again after its goodbye", async () => {
    const { ventilator, worker } = await joined();
    await until("it has its plan", () => worker.isReady);
    const stopped = worker.stop();
    await ventilator.receive("worker_bye");
    await ventilator.send({ type: "who" });
    await ventilator.send(task(9));
    expect((await ventilator.receive("batch_done")).batch).toBe(9);
    await stopped;
  });
});

describe("a worker as the child of a pool", () => {
  it("reports its counters, and drains when its parent is gone", async () => {
    const [ventilator, sink] = [await scriptedTasks(), await scriptedSink()];
    const reports: unknown[] = [];
    const parent = Object.assign(new EventEmitter(), {
      send: (report: unknown) => reports.push(structuredClone(report)),
    });
    const tasks = ventilator.router.endpoint;
    const makeSummariser = () => () => emptyPartial;
    const worker = startPoolChild({ tasks, logger: keepingLogger(), makeSummariser }, parent);
    atEnd(() => worker.stop());
    await join(ventilator, 1n, sink.pull.endpoint);
    await ventilator.send(task(1));
    await sink.receive();
    const latest = () => reports.filter((report) => isPoolReport(report)).at(-1);
    await until("it has reported", () => latest()?.counters.batches === 1);
    expect(latest()?.isReady).toBe(true);
    parent.emit("disconnect");
    await worker.ended;
    await until("it has reported for the last time", () => latest()?.isReady === false);
  });
});
