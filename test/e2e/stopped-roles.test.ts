// Roles that stand still and go on, a second ventilator beside one that stands still, and clocks that
// jump: on real processes, whose log keeps growing.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordEvidence } from "../support/evidence.ts";
import { Program } from "../support/program.ts";
import { eventually, metricOf, ProxiedCluster } from "../support/proxied-cluster.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const stillMs = isFull ? 30_000 : 4_500;
const flightBatchesMax = 8;
const clockJumps = fileURLToPath(new URL("../support/clock-jumps.mjs", import.meta.url));

/** The time that the fault lasts is the fault itself. */
const lasting = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
}

describe("a role that stands still", () => {
  let cluster: ProxiedCluster;

  beforeAll(async () => {
    cluster = await ProxiedCluster.start({ lines: 60_000, workers: 2 });
    cluster.write(1000);
    await cluster.expectExact();
  });

  afterAll(() => cluster.close());

  it("a worker: the others take over, and what it finishes late counts no second time", async () => {
    const [worker] = cluster.workers;
    worker!.kill("SIGSTOP");
    cluster.write(4000);
    // All of it counts while the worker still stands still, with what it had in hand.
    await eventually("others took over", async () => (await cluster.merged()) === cluster.written);
    worker!.kill("SIGCONT");
    cluster.write(1000);
    await cluster.expectExact();
    recordEvidence({
      ...{ part: "chaos", fault: "SIGSTOP of a worker, SIGCONT when others have taken over" },
      ...{ expected: "exact, the late partial suppressed", observed: "exact" },
      ...{ runs: 1, lost: 0, twice: 0 },
    });
  });

  it("the sink: the window closes, nothing grows, and all counts when it goes on", async () => {
    const { ventilator } = cluster.http;
    const sentName = "logmill_ventilator_sent_batches_total";
    const sentBefore = await metricOf(ventilator, sentName);
    const bytesBefore = residentBytes(cluster.ventilator.pid);
    cluster.sink.kill("SIGSTOP");
    cluster.write(20_000);
    await lasting(stillMs);
    const grownBytes = residentBytes(cluster.ventilator.pid) - bytesBefore;
    const inFlight = await metricOf(ventilator, "logmill_ventilator_in_flight_batches");
    const sent = (await metricOf(ventilator, sentName)) - sentBefore;
    cluster.sink.kill("SIGCONT");
    expect(inFlight).toBeLessThanOrEqual(flightBatchesMax);
    expect(sent).toBeLessThanOrEqual(2 * flightBatchesMax);
    expect(grownBytes).toBeLessThan(20 * 2 ** 20);
    await cluster.expectExact();
    const grownMiB = Math.max(0, grownBytes / 2 ** 20).toFixed(1);
    recordEvidence({
      ...{ part: "chaos", fault: `SIGSTOP of the sink for ${stillMs / 1000} s under load` },
      expected: "the window closes, the ventilator does not grow by 20 MiB, exact after SIGCONT",
      observed: `exact; ${inFlight} batches in flight, ${sent} sent, grown by ${grownMiB} MiB`,
      ...{ runs: 1, lost: 0, twice: 0 },
    });
  });

  it("the ventilator, and a second one is started: that one is refused, and all counts once", async () => {
    cluster.ventilator.kill("SIGSTOP");
    cluster.write(2000);
    const { configPath } = cluster.project;
    const second = new Program(["ventilator", "-c", configPath, "--http", "127.0.0.1:0"]);
    const { exitCode, stderr } = await second.finished;
    expect(exitCode, stderr).toBe(75);
    cluster.ventilator.kill("SIGCONT");
    await cluster.expectExact();
    recordEvidence({
      ...{ part: "chaos", fault: "a second ventilator on the same files beside a stopped one" },
      ...{ expected: "refused with 75; exact", observed: "refused with 75; exact" },
      ...{ runs: 1, lost: 0, twice: 0 },
    });
  });
});

describe("clocks", () => {
  let cluster: ProxiedCluster;

  beforeAll(async () => {
    const options = `${process.env["NODE_OPTIONS"] ?? ""} --import=${clockJumps}`.trim();
    cluster = await ProxiedCluster.start({
      ...{ lines: 10_000, workers: 1, env: { NODE_OPTIONS: options } },
    });
  });

  afterAll(() => cluster.close());

  it("that jump by two days, several times a second, change nothing", async () => {
    const jumpedTo = cluster.ventilator.records.map(({ time }) => Date.parse(String(time)));
    // The log has the wall clock's time: it did jump.
    expect(Math.abs(jumpedTo[0]! - Date.now())).toBeGreaterThan(80_000_000);
    for (let round = 0; round < 4; round += 1) {
      cluster.write(1000);
      await eventually("it is merged", async () => (await cluster.merged()) === cluster.written);
    }
    await cluster.expectExact();
    const { ventilator } = cluster.http;
    expect(await metricOf(ventilator, "logmill_ventilator_lost_workers_total")).toBe(0);
    const redelivered = await metricOf(ventilator, "logmill_ventilator_redelivered_batches_total");
    expect(redelivered).toBe(0);
    recordEvidence({
      ...{ part: "chaos", fault: "wall clocks of all roles jump by ±1 day every 0.3 s" },
      expected: "no worker given up, nothing sent again, exact",
      observed: "no worker given up, nothing sent again, exact",
      ...{ runs: 1, lost: 0, twice: 0 },
    });
  });
});
