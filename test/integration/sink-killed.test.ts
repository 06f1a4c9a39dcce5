// A real sink process that is killed in the middle of its work, a real worker that lives on, and a
// tiny ventilator that sends again what was not acknowledged: everything counts once.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { balanceKey, planFingerprint, summaryKey } from "../../src/shared/model/definition-key.ts";
import { loadConfig } from "../../src/shared/config/load.ts";
import type { Plan } from "../../src/shared/model/plan.ts";
import { protocolVersion } from "../../src/shared/protocol/messages.ts";
import type { AckMessage, TaskMessage } from "../../src/shared/protocol/messages.ts";
import { startWorker } from "../../src/worker/worker.ts";
import { recordEvidence } from "../support/evidence.ts";
import { atEnd, temporaryFolder, until } from "../support/net-fixture.ts";
import { Program } from "../support/program.ts";
import { planMessage, scriptedAcks, scriptedTasks } from "../support/scripted-ventilator.ts";
import type { AckSocket, TaskSocket } from "../support/scripted-ventilator.ts";
import { keepingLogger } from "../support/silent-logger.ts";
import { keyOf, lineWith, taskOf } from "../support/sink-fixture.ts";

const session = 77n;
type SinkHello = Extract<AckMessage, { type: "sink_hello" }>;
type Finished = Extract<AckMessage, { type: "finished" }>;

/** Hands out its tasks on credit, and again to every new sink what is not acknowledged. */
class TinyVentilator {
  readonly hellos: SinkHello[] = [];
  readonly acked = new Map<number, boolean>();
  finished: Finished | null = null;
  readonly #plan: Plan;
  readonly #results: string;
  readonly #tasks: TaskSocket;
  readonly #acks: AckSocket;
  readonly #batches: ReadonlyMap<number, TaskMessage>;
  #waiting: number[] = [];
  #credit = 0;

  constructor(
    plan: Plan,
    results: string,
    sockets: readonly [TaskSocket, AckSocket],
    count: number,
  ) {
    this.#plan = plan;
    this.#results = results;
    [this.#tasks, this.#acks] = sockets;
    const text = lineWith(200);
    const summaries = [balanceKey, ...plan.summaries.map((summary) => summaryKey(summary))];
    this.#batches = new Map(
      Array.from({ length: count }, (_, index) => {
        const batch = { session, batch: index + 1, from: index * text.length, text };
        return [index + 1, taskOf(batch, planFingerprint(plan), summaries)] as const;
      }),
    );
    // The sockets close at the end of the test, and these end with them.
    this.#serveWorker().catch(() => undefined);
    this.#serveSink().catch(() => undefined);
  }

  async finish(): Promise<Finished> {
    await this.#acks.send({ type: "finish", request: 1 });
    await until("the sink has finished", () => this.finished !== null);
    return this.finished!;
  }

  async #serveWorker(): Promise<void> {
    for (;;) {
      const message = await this.#tasks.receiveAny();
      if (message.type === "worker_hello") {
        this.#credit = message.credit;
        await this.#tasks.send(planMessage(this.#plan, session, this.#results));
      } else if (message.type === "batch_done") this.#credit += 1;
      await this.#handOut();
    }
  }

  async #serveSink(): Promise<void> {
    for (;;) {
      const message = await this.#acks.receiveAny();
      if (message.type === "sink_hello") {
        const about = {
          version: protocolVersion,
          session,
          ventilator: "tiny",
          tagKey: keyOf(session),
        };
        const plan = planFingerprint(this.#plan);
        await this.#acks.send({ type: "ventilator_hello", ...about, plan });
        if (this.hellos.at(-1)?.incarnation === message.incarnation) continue;
        this.hellos.push(message);
        this.#waiting = [...this.#batches.keys()].filter((batch) => !this.acked.has(batch));
        await this.#handOut();
      } else if (message.type === "ack") {
        for (const { batch, duplicate } of message.batches) this.acked.set(batch, duplicate);
      } else if (message.type === "finished") this.finished = message;
    }
  }

  async #handOut(): Promise<void> {
    while (this.#credit > 0) {
      const batch = this.#waiting.shift();
      if (batch === undefined) return;
      this.#credit -= 1;
      await this.#tasks.send(this.#batches.get(batch)!);
    }
  }
}

const configuration = (folder: string): string => `
data_dir: ./data
cluster:
  tasks: ipc://${folder}/tasks.sock
  results: ipc://${folder}/results.sock
  acks: ipc://${folder}/acks.sock
http: { host: 127.0.0.1, port: 0 }
sources:
  web: { type: file, include: ["none.log"], format: { type: common } }
summaries:
  hits:
    from: [web]
    granularity: day
    dimensions: [status]
    metrics:
      requests: { type: count }
outputs:
  files: { type: csv, path: "out/{summary}/{bucket}.csv" }
`;

it("a sink that is killed and started again loses nothing and counts nothing twice", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "logmill.yaml");
  writeFileSync(path, configuration(folder));
  const { plan, cluster } = loadConfig(path, {});
  const count = 600;
  const sockets = [await scriptedTasks(cluster.tasks), await scriptedAcks(cluster.acks)] as const;
  const ventilator = new TinyVentilator(plan, cluster.results, sockets, count);
  const worker = startWorker({ tasks: cluster.tasks, logger: keepingLogger() });
  atEnd(() => worker.stop());

  const killsAt = [20, 150, 300];
  for (const [index, acknowledged] of killsAt.entries()) {
    const sink = new Program(["sink", "-c", path]);
    await until("it has greeted", () => ventilator.hellos.length === index + 1);
    await until("some are acknowledged", () => ventilator.acked.size >= acknowledged);
    sink.kill("SIGKILL");
    await sink.finished;
  }
  const sink = new Program(["sink", "-c", path]);
  await until("all are acknowledged", () => ventilator.acked.size === count);
  const { sheets, outputs } = await ventilator.finish();
  expect(sheets.sources).toMatchObject({ web: { lines: count, parsed: count } });
  const file = join(folder, "out/hits/2024-01-01.csv");
  expect(outputs).toEqual({ count: 1, first: [file] });
  expect(readFileSync(file, "utf8")).toMatch(new RegExp(`200,${count}\\r?\\n$`));
  sink.kill("SIGTERM");
  expect((await sink.finished).exitCode).toBe(0);

  expect(new Set(ventilator.hellos.map(({ store }) => store)).size).toBe(1);
  expect(new Set(ventilator.hellos.map(({ incarnation }) => incarnation)).size).toBe(4);
  expect(worker.counters.failed).toEqual({ checksum: 0, plan: 0, error: 0, source: 0 });
  recordEvidence({
    part: "chaos",
    fault: "kill -9 of the sink under load",
    expected: "the next sink goes on from the store; every line counts once",
    observed: `${count} of ${count} lines, all from one store`,
    runs: killsAt.length,
    lost: 0,
    twice: 0,
  });
});
