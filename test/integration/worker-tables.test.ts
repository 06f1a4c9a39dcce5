// Tables on their way to workers: a real ventilator and real workers over real sockets, which break, damage and delay.

import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { limits } from "../../src/shared/base/limits.ts";
import type { Summariser } from "../../src/worker/summariser.ts";
import type { Tables } from "../../src/worker/core/table-fetch.ts";
import { startWorker } from "../../src/worker/worker.ts";
import type { Worker } from "../../src/worker/worker-options.ts";
import { encodePartial } from "../../src/shared/table/partial-codec.ts";
import { compileRows, RowTable } from "../../src/shared/lookup/row-table.ts";
import {
  readTableFile,
  tableName,
  type TableSource,
} from "../../src/shared/lookup/table-source.ts";
import { ChaosProxy } from "../support/chaos-proxy.ts";
import { atEnd, closing, ipcEndpoint, until } from "../support/net-fixture.ts";
import { partialFor } from "../support/partials.ts";
import { planMessage, scriptedTasks } from "../support/scripted-ventilator.ts";
import { keepingLogger } from "../support/silent-logger.ts";
import { Bench, lines } from "../support/ventilator-fixture.ts";

const content = { kind: "rows", key: "id", column: "name" } as const;
/** A few pieces, and a part of one. */
const rows = Array.from(
  { length: 60_000 },
  (_, index) => `c${index},${randomBytes(20).toString("hex")}`,
);
const csv = Buffer.from(`id,name\n${rows.join("\n")}\n`);
const packed = compileRows(csv, "id", "name");

function benchWithTable(tasks?: string): { bench: Bench; name: string } {
  const bench = new Bench();
  const path = bench.write("../campaigns.csv", csv);
  const source: TableSource = { path, file: readTableFile(path).file, content };
  bench.configure({ tables: [source], ...(tasks !== undefined && { tasks }) });
  bench.write("a.log", lines(0, 200));
  return { bench, name: tableName(source.file, content) };
}

/** A worker that keeps the tables that it was given, and summarises nothing. */
function workerAt(tasks: string): { worker: Worker; given: Tables[] } {
  const given: Tables[] = [];
  const empty = { bytes: encodePartial(partialFor([])), source: null, rows: 0 };
  const summariser: Summariser = () => empty;
  const makeSummariser = (_plan: unknown, tables: Tables): Summariser => {
    given.push(tables);
    return summariser;
  };
  const worker = startWorker({ tasks, logger: keepingLogger(), makeSummariser });
  worker.ended.catch(() => undefined);
  atEnd(() => worker.stop().catch(() => undefined));
  return { worker, given };
}

describe("a table", () => {
  it("is with the worker, whole, before the first batch is", async () => {
    expect(packed.length).toBeGreaterThan(2 * limits.tablePieceBytes);
    const { bench, name } = benchWithTable();
    const { ventilator } = await bench.ventilator({ once: false });
    await bench.sink();
    const { worker, given } = workerAt(ventilator.tasks);
    await until("the worker works", () => worker.counters.batches > 0);
    expect(given).toHaveLength(1);
    expect(Buffer.compare(given[0]!.get(name)!, packed)).toBe(0);
    expect(new RowTable(given[0]!.get(name)!).get("c59999")).toBe(rows[59_999]!.split(",")[1]);
  });

  it("arrives over connections that break in the middle of its pieces, and over slow ones", async () => {
    const { bench, name } = benchWithTable("tcp://127.0.0.1:*");
    const { ventilator } = await bench.ventilator({ once: false });
    await bench.sink();
    const proxy = closing(await ChaosProxy.listen(Number(ventilator.tasks.split(":").at(-1))));
    proxy.resetAfterBytes = 1_000_000;
    proxy.set({ sliceBytes: 1460 }, "toClient");
    const { worker, given } = workerAt(`tcp://127.0.0.1:${proxy.port}`);
    await until("the connection has broken", () => proxy.resets > 0);
    const quick = workerAt(ventilator.tasks);
    await until("another worker works meanwhile", () => quick.worker.counters.batches > 0);
    await until("the table is here", () => worker.isReady && given.length > 0);
    expect(Buffer.compare(given[0]!.get(name)!, packed)).toBe(0);
    expect(proxy.connections).toBeGreaterThan(1);
  });

  const info = { name: "rows", sha256: "0".repeat(64), bytes: 3 };

  it("with another checksum is never used: the worker asks again, and ends in the end", async () => {
    const ventilator = await scriptedTasks();
    const { worker, given } = workerAt(ventilator.router.endpoint);
    await ventilator.receive("worker_hello");
    const { plan } = new Bench();
    const message = planMessage(plan, 1n, ipcEndpoint("results"));
    await ventilator.send({ ...message, tables: [info] } as typeof message);
    for (let times = 0; times < 3; times += 1) {
      const { table, from } = await ventilator.receive("table_request");
      await ventilator.send({ type: "table_piece", table, from, payload: Buffer.from("abc") });
    }
    await expect(worker.ended).rejects.toMatchObject({ code: "table_unavailable" });
    expect(given).toEqual([]);
  });

  it("that the ventilator does not have ends the worker, by name", async () => {
    const ventilator = await scriptedTasks();
    const { worker } = workerAt(ventilator.router.endpoint);
    await ventilator.receive("worker_hello");
    const message = planMessage(new Bench().plan, 1n, ipcEndpoint("results"));
    await ventilator.send({ ...message, tables: [info] } as typeof message);
    const { table } = await ventilator.receive("table_request");
    await ventilator.send({ type: "table_unknown", table });
    await expect(worker.ended).rejects.toThrow(/the table rows cannot be had: the ventilator/);
  });
});
