// Delivery over real sockets: whatever happens to workers and sinks, every line is merged once.

import { describe, expect, it } from "vitest";
import { balanceKey } from "../../src/shared/model/definition-key.ts";
import { until } from "../support/net-fixture.ts";
import { ScriptedStore, type Fate } from "../support/scripted-sink.ts";
import type { Doing } from "../support/scripted-worker.ts";
import { Bench, brief, hitsKey, lines } from "../support/ventilator-fixture.ts";

const content = lines(0, 1000);

function benchWithFile(options: ConstructorParameters<typeof Bench>[0] = {}): Bench {
  const bench = new Bench(options);
  bench.write("a.log", content);
  return bench;
}

function expectExact(bench: Bench, expected = [content]): void {
  for (const key of [balanceKey, hitsKey]) {
    expect(brief(bench.store.contents(key))).toEqual(brief(expected));
  }
}

/** The first time the given happens, then nothing out of the ordinary. */
function onceAt<T>(batch: number, special: T, otherwise: T): (number: number) => T {
  let isDue = true;
  return (number) => {
    if (number !== batch || !isDue) return otherwise;
    isDue = false;
    return special;
  };
}

describe("a run", () => {
  it("sends every line once and ends when all is acknowledged", async () => {
    const bench = benchWithFile();
    const { isComplete, problems, metric, sink } = await bench.run();
    expect([isComplete, problems]).toEqual([true, []]);
    expectExact(bench);
    expect([sink.finishes, sink.damaged]).toEqual([1, 0]);
    expect(await metric("acknowledged_lines_total", { source: "ads" })).toBe(1000);
    expect(await metric("read_bytes_total", { source: "ads" })).toBe(content.length);
    expect(await metric("redelivered_batches_total")).toBe(0);
    expect(await metric("in_flight_bytes")).toBe(0);
    expect(await metric("done_files")).toBe(1);
  });

  it("works whoever comes first, and waits for who is missing", async () => {
    const bench = benchWithFile();
    const worker = bench.worker();
    const { ventilator } = await bench.ventilator();
    await until("the worker was told the plan", () => worker.plans > 0);
    expect(worker.taken).toEqual([]);
    await bench.sink();
    await ventilator.ended;
    expectExact(bench);
    await until("the worker was drained", () => worker.drains > 0);
  });

  it("never has more in flight than it may, and waits for the sink", async () => {
    const bench = benchWithFile({ maxInFlight: 3 });
    let isOpen = false;
    const sink = await bench.sink({ fate: () => (isOpen ? "ack" : "ignore") });
    const worker = bench.worker();
    const { ventilator, metric } = await bench.ventilator();
    await until("the flight is full", () => worker.taken.length === 3);
    expect(await metric("in_flight_batches")).toBe(3);
    isOpen = true;
    // A new incarnation lacks them all.
    await sink.close();
    await bench.sink();
    await ventilator.ended;
    expectExact(bench);
    expect(await metric("back_pressure_seconds_total")).toBeGreaterThan(0);
  });

  it("stopped half-way acknowledges what is under way, and the next one does the rest", async () => {
    const bench = benchWithFile();
    const sink = await bench.sink();
    const worker = bench.worker();
    const { ventilator } = await bench.ventilator();
    await until("some are merged", () => bench.store.headers.length >= 5);
    await ventilator.stop();
    expect((await ventilator.ended).isComplete).toBe(false);
    const merged = bench.store.headers.length;
    expect(merged).toBe(worker.taken.length);
    await Promise.all([sink.close(), worker.close()]);
    const { batches } = await bench.run();
    expectExact(bench);
    expect(bench.store.headers.length).toBe(merged + batches);
  });
});

describe("when a worker is lost", () => {
  it("by a kill, its batches go to the others at once", async () => {
    const bench = benchWithFile();
    const fate = onceAt<Doing>(5, "die", "done");
    await bench.sink();
    bench.worker({ doing: ({ header }) => fate(header.batch) });
    const { ventilator, metric } = await bench.ventilator();
    await until("the worker is lost", () => bench.logger.records.some(isLoss("unreachable")));
    bench.worker();
    await ventilator.ended;
    expectExact(bench);
    expect(await metric("redelivered_batches_total", { cause: "worker_lost" })).toBeGreaterThan(0);
    expect(await metric("workers")).toBeLessThanOrEqual(1);
  });

  it("what it has reported and not delivered goes out again at once, too", async () => {
    const bench = benchWithFile({ ackTimeoutMs: 120_000 });
    await bench.sink();
    const fates = new Map<number, Doing>([
      [3, "lose"],
      [4, "lose"],
      [6, "die"],
    ]);
    bench.worker({ doing: ({ header }) => fates.get(header.batch) ?? "done" });
    const { ventilator } = await bench.ventilator();
    await until("the worker is lost", () => bench.logger.records.some(isLoss("unreachable")));
    bench.worker();
    await ventilator.ended;
    expectExact(bench);
  });

  it("by silence, they go out again after three seconds, and its late partial is a duplicate", async () => {
    const bench = benchWithFile();
    const sink = await bench.sink();
    const fate = onceAt<Doing>(4, "hang", "done");
    const frozen = bench.worker({
      doing: ({ header }) => {
        const doing = fate(header.batch);
        if (doing === "hang") frozen.freeze();
        return frozen.isClosed || doing === "hang" || isFrozen() ? "hang" : doing;
      },
    });
    const isFrozen = (): boolean => frozen.taken.some(({ header }) => header.batch === 4);
    const { ventilator } = await bench.ventilator();
    await until("the worker is lost", () => bench.logger.records.some(isLoss("silence")));
    bench.worker();
    await until("all are merged", () => bench.store.contents(balanceKey)[0] === content);
    for (const task of frozen.taken.filter(({ header }) => header.batch >= 4)) {
      await frozen.finish(task);
    }
    await ventilator.ended;
    expectExact(bench);
    await until("the late partials arrived", () => sink.duplicates > 0);
  });

  it("it is asked who it is when it comes back, and works on", async () => {
    const bench = benchWithFile();
    const worker = bench.worker({ doing: () => (isReleased ? "done" : "hang") });
    let isReleased = false;
    await bench.sink();
    const { ventilator } = await bench.ventilator();
    await until("it has batches", () => worker.taken.length === 2);
    worker.freeze();
    await until("it is lost", () => bench.logger.records.some(isLoss("silence")));
    isReleased = true;
    worker.thaw();
    await ventilator.ended;
    expect(worker.plans).toBe(2);
    expectExact(bench);
  });

  it("saying goodbye, it is told that nothing more comes, and nothing is lost", async () => {
    const bench = benchWithFile();
    await bench.sink();
    const leaving = bench.worker({
      doing: ({ header }) => {
        if (header.batch === 3) leaving.send({ type: "worker_bye", worker: leaving.name });
        return "done";
      },
    });
    const { ventilator } = await bench.ventilator();
    await until("it is drained", () => leaving.drains > 0);
    const taken = leaving.taken.length;
    bench.worker();
    await ventilator.ended;
    expectExact(bench);
    expect(leaving.taken.length).toBeLessThanOrEqual(taken + 1);
    expect(bench.logger.records.some(isLoss("silence"))).toBe(false);
  });
});

const isLoss =
  (reason: string) =>
  ({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): boolean =>
    fields["reason"] === reason;

describe("when the sink is lost", () => {
  it("and comes back, what its ledger lacks goes out again and what it has does not", async () => {
    const bench = benchWithFile();
    const forget = new Set([3, 4]);
    const drop = new Set([5, 6]);
    const fate = ({ batch }: { readonly batch: number }): Fate => {
      if (forget.has(batch)) return "forget";
      return drop.has(batch) ? "ignore" : "ack";
    };
    const first = await bench.sink({ fate });
    const worker = bench.worker();
    const { ventilator, metric } = await bench.ventilator();
    await until("the flight is stuck", () => bench.store.headers.length >= 10);
    await first.close();
    const second = await bench.sink();
    await ventilator.ended;
    expectExact(bench);
    expect(second.ledgersAsked).toBe(1);
    const attempts = (batch: number): number =>
      worker.taken.filter(({ header }) => header.batch === batch).length;
    expect([3, 4, 5, 6].map(attempts)).toEqual([1, 1, 2, 2]);
    expect(await metric("redelivered_batches_total", { cause: "sink_changed" })).toBeGreaterThan(1);
    expect(await metric("acknowledged_lines_total")).toBe(1000);
  });

  it("and another store comes, everything goes to that one", async () => {
    const bench = benchWithFile();
    const old = bench.store;
    const first = await bench.sink({ fate: ({ batch }) => (batch < 9 ? "ack" : "ignore") });
    bench.worker();
    const { ventilator } = await bench.ventilator();
    await until("some are merged", () => old.headers.length === 8);
    await first.close();
    bench.store = new ScriptedStore("6".repeat(32));
    const second = await bench.sink();
    await ventilator.ended;
    expectExact(bench);
    expect(second.sessions.at(-1)).not.toBe(first.sessions.at(-1));
    expect(old.headers.length).toBe(8);
  });

  it("an impostor with another store beside it changes nothing", async () => {
    const bench = benchWithFile();
    let isOpen = false;
    const real = await bench.sink({ fate: () => (isOpen ? "ack" : "ignore") });
    bench.worker();
    const { ventilator } = await bench.ventilator();
    await until("the sink is greeted", () => real.sessions.length > 0);
    const store = new ScriptedStore("6".repeat(32));
    const impostor = await bench.sink({ store, results: `ipc://${bench.folder}/elsewhere` });
    await until("it is refused", () =>
      bench.logger.records.some(({ fields }) => fields["current"] !== undefined),
    );
    const ack = { batch: 1, duplicate: false, lines: 1 };
    impostor.send({ type: "ack", store: store.id, session: real.sessions[0]!, batches: [ack] });
    isOpen = true;
    await real.close();
    await impostor.close();
    await bench.sink();
    await ventilator.ended;
    expectExact(bench);
    expect([impostor.sessions, store.headers]).toEqual([[], []]);
  });
});

describe("a refused partial", () => {
  it("is made again when it was damaged", async () => {
    const bench = benchWithFile();
    const fates = [onceAt<Fate>(2, "checksum", "ack"), onceAt<Fate>(7, "bad_table", "ack")];
    const fate = ({ batch }: { readonly batch: number }): Fate =>
      fates.map((each) => each(batch)).find((each) => each !== "ack") ?? "ack";
    await bench.sink({ fate });
    bench.worker();
    const { ventilator, metric } = await bench.ventilator();
    await ventilator.ended;
    expectExact(bench);
    expect(await metric("redelivered_batches_total", { cause: "checksum" })).toBe(1);
    expect(await metric("redelivered_batches_total", { cause: "bad_table" })).toBe(1);
  });

  it("that overlaps is cut anew from what the ledger lacks", async () => {
    const bench = benchWithFile();
    const first = await bench.run();
    // Another ventilator has merged a stretch in the middle meanwhile, cut otherwise.
    const header = first.tasks[3]!.header;
    const bytes = Buffer.from(first.tasks[3]!.payload);
    const store = new ScriptedStore();
    bench.store = store;
    const sink = await bench.sink({
      fate: ({ batch }) => {
        if (batch === 1) store.merge(header, bytes);
        return "ack";
      },
    });
    bench.configure({ batchBytesMax: 700 });
    bench.worker();
    const { ventilator, metric } = await bench.ventilator();
    await ventilator.ended;
    expectExact(bench);
    expect(await metric("replanned_batches_total")).toBeGreaterThan(0);
    expect(sink.ledgersAsked).toBeGreaterThan(1);
  });

  it("that overlaps costs nothing that was merged while the ledger was on its way", async () => {
    const bench = benchWithFile();
    const first = await bench.run();
    const store = new ScriptedStore();
    bench.store = store;
    let isLate = true;
    const sink = await bench.sink({
      ledgerLag: 12,
      fate: ({ batch }) => {
        if (batch === 5 && isLate) {
          store.merge(first.tasks[20]!.header, Buffer.from(first.tasks[20]!.payload));
          isLate = false;
        }
        return "ack";
      },
    });
    bench.configure({ batchBytesMax: 700 });
    const worker = bench.worker();
    const { ventilator } = await bench.ventilator();
    await ventilator.ended;
    expectExact(bench);
    // What is sent twice is what overlapped, and nothing else.
    const bytes = worker.taken.reduce((sum, { header }) => sum + header.to - header.from, 0);
    expect(bytes).toBeLessThan(content.length + 4 * 700);
    expect(sink.ledgersAsked).toBeGreaterThan(1);
  });

  it("for its plan ends the run", async () => {
    const bench = benchWithFile();
    await bench.sink({ fate: () => "plan" });
    bench.worker();
    const { ventilator } = await bench.ventilator();
    await expect(ventilator.ended).rejects.toMatchObject({ code: "plan_mismatch" });
  });

  it("by every worker is taken apart, and its pieces count", async () => {
    const bench = benchWithFile();
    await bench.sink();
    bench.worker({ doing: ({ header }) => (header.batch === 2 ? "fail" : "done") });
    const { ventilator, metric } = await bench.ventilator();
    expect(await ventilator.ended).toMatchObject({ isComplete: true, problems: [] });
    expect(await metric("redelivered_batches_total", { cause: "worker_failed" })).toBe(4);
    expect(await metric("bisected_batches_total")).toBe(1);
    expectExact(bench);
  });

  it("that nobody answers goes out again after the timeout, and its answers are duplicates", async () => {
    const bench = benchWithFile({ ackTimeoutMs: 100 });
    const lost = onceAt<Fate>(4, "forget", "ack");
    const sink = await bench.sink({ fate: ({ batch }) => lost(batch) });
    bench.worker();
    const { ventilator, metric } = await bench.ventilator();
    await ventilator.ended;
    expectExact(bench);
    expect(await metric("redelivered_batches_total", { cause: "timeout" })).toBeGreaterThan(0);
    expect(await metric("duplicate_batches_total")).toBeGreaterThan(0);
    expect(sink.duplicates).toBeGreaterThan(0);
  });
});

describe("a sink that does not fit", () => {
  it("ends the run at its hello", async () => {
    const bench = benchWithFile();
    await bench.sink({ plan: { ...bench.plan, timezone: "Asia/Tokyo" } });
    const { ventilator } = await bench.ventilator();
    await expect(ventilator.ended).rejects.toMatchObject({ code: "plan_mismatch", exitCode: 78 });
  });
});
