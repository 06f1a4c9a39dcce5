// A cluster at work while its ports are attacked. Whatever comes: no process dies, memory stays where
// it was, logs stay short, counters tell, work goes on, and the tables are exact.
//
// LOGMILL_TEST_DEPTH=full opens as many connections as issue trackers boast of: ten thousand.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { Dealer, Push } from "zeromq";
import type { Socket } from "zeromq";
import { readKeyPair, readPublicKey } from "../../src/shared/net/curve/key-folder.ts";
import type { ServerRole } from "../../src/shared/net/security.ts";
import { encodeWorker } from "../../src/shared/protocol/codec.ts";
import { workerSamples } from "../golden/protocol-samples.ts";
import { recordEvidence } from "../support/evidence.ts";
import { HostileCrowd, hostileBytes } from "../support/hostile-client.ts";
import type { Program } from "../support/program.ts";
import { SecuredCluster, expectedFiles, metric, reached } from "../support/secured-cluster.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const seed = 20_261;
const events = 20_000;
const mergedLines = "logmill_sink_merged_lines_total";

interface Roles {
  readonly cluster: SecuredCluster;
  readonly ventilator: Program;
  readonly sink: Program;
  readonly worker: Program;
}

/** All roles, connected to each other, with nothing to read yet. */
async function start(): Promise<Roles> {
  const cluster = await SecuredCluster.create(0);
  const ventilator = await cluster.start("ventilator");
  const sink = await cluster.start("sink");
  const worker = await cluster.startWorker(cluster.keys);
  await worker.record(({ msg }) => msg === "joined a session");
  await ventilator.record(({ msg }) => msg === "a sink has greeted");
  return { cluster, ventilator, sink, worker };
}

/** Waits until every line of `lines` is merged, ends the roles, and compares with a quiet run. */
async function finishExactly(roles: Roles, lines: number): Promise<void> {
  const { cluster, ventilator, sink, worker } = roles;
  await mergedAtLeast(sink, lines);
  await cluster.stop(ventilator, worker, sink);
  expect(cluster.project.outputs()).toEqual(await expectedFiles(cluster));
}

async function mergedAtLeast(sink: Program, lines: number): Promise<void> {
  await reached(sink, mergedLines, lines);
}

function crowd(): HostileCrowd {
  const hostile = new HostileCrowd(seed);
  onTestFinished(() => hostile.dismiss());
  return hostile;
}

/** Resident memory, MB. */
function residentMb({ pid }: Program): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

const linesOf = ({ stderr }: Program): number => stderr.split("\n").length;

describe("a cluster under attack", () => {
  it("takes bytes of all kinds on all ports, stays small and quiet, and counts exactly", async () => {
    const roles = await start();
    const { cluster, ventilator, sink } = roles;
    const hostile = crowd();
    const kinds = Object.keys(hostileBytes).length;
    const wave = kinds * 3 * (isFull ? 50 : 10);
    // The first wave warms up: buffers that are kept, code that is compiled.
    await hostile.come(cluster.ports, wave);
    const before = [residentMb(ventilator), residentMb(sink)];
    const quiet = [linesOf(ventilator), linesOf(sink)];
    const waves = 4;
    for (let round = 0; round < waves; round += 1) {
      await cluster.addEvents(`round-${round}`, events + round);
      await hostile.come(cluster.ports, wave);
      await mergedAtLeast(sink, (round + 1) * events);
    }
    await hostile.gone();
    const lines = waves * events + (waves * (waves - 1)) / 2;
    await mergedAtLeast(sink, lines);
    const after = [residentMb(ventilator), residentMb(sink)];
    const accepted = await metric(ventilator, 'logmill_connections_accepted_total{socket="tasks"}');
    const admitted = await metric(ventilator, 'logmill_connections_admitted_total{socket="tasks"}');
    expect(accepted).toBeGreaterThan((waves * wave) / 3);
    expect(admitted).toBe(1);
    const growth = after.map((mb, index) => mb - before[index]!);
    expect(Math.max(...growth)).toBeLessThan(60);
    const said = [linesOf(ventilator) - quiet[0]!, linesOf(sink) - quiet[1]!];
    expect(Math.max(...said)).toBeLessThan(100);
    await finishExactly(roles, lines);
    recordEvidence({
      part: "security",
      fault: `${kinds} kinds of hostile bytes on tasks, results and acks of a cluster at work`,
      expected: "no crash, memory flat, counters instead of logs, nobody admitted, tables exact",
      observed:
        `${hostile.connected} connections, ${admitted - 1} admitted; growth of ventilator and sink ` +
        `${growth.map((mb) => mb.toFixed(1)).join(" and ")} MB with ${waves} rounds of work; exact`,
      runs: hostile.connected,
      lost: 0,
      twice: 0,
    });
  });

  it("stands thousands of idle connections, and a worker joins among them", async () => {
    const roles = await start();
    const { cluster, ventilator, sink } = roles;
    const count = isFull ? 10_000 : 2_000;
    const hostile = crowd();
    const before = [residentMb(ventilator), residentMb(sink)];
    await cluster.addEvents("busy", events);
    const idle = hostile.come(cluster.ports, count, ["nothing", "a greeting, then silence"]);
    const late = await cluster.startWorker(cluster.keys);
    await late.record(({ msg }) => msg === "joined a session");
    await idle;
    const most = hostile.standing;
    await hostile.gone();
    const growth = [residentMb(ventilator) - before[0]!, residentMb(sink) - before[1]!];
    expect(Math.max(...growth)).toBeLessThan(isFull ? 200 : 100);
    await mergedAtLeast(sink, events);
    await cluster.stop(late);
    await finishExactly(roles, events);
    recordEvidence({
      part: "security",
      fault: `${count} connections that say nothing, or greet and say nothing more`,
      expected: "all are dropped, honest work and new workers go on, tables exact",
      observed:
        `${hostile.connected} connected, ${most} still stood when the last came, all dropped; a worker ` +
        `joined among them; growth ${growth.map((mb) => mb.toFixed(1)).join(" and ")} MB; exact`,
      runs: count,
      lost: 0,
      twice: 0,
    });
  });

  it("runs out of descriptors and recovers by itself", async () => {
    const roles = await start();
    const { cluster, ventilator, sink } = roles;
    for (const { pid } of [ventilator, sink]) {
      const open = readdirSync(`/proc/${pid}/fd`).length;
      execFileSync("prlimit", [`--pid=${pid}`, `--nofile=${open + 24}:${open + 24}`]);
    }
    const hostile = crowd();
    await hostile.come(cluster.ports, 500, ["nothing"]);
    const full = residentMb(ventilator);
    await hostile.gone();
    expect(full).toBeGreaterThan(0);
    const failed = await metric(ventilator, 'logmill_connections_exhausted_total{socket="tasks"}');
    expect(failed).toBeGreaterThan(0);
    const said = linesOf(ventilator) + linesOf(sink);
    expect(said).toBeLessThan(200);
    const late = await cluster.startWorker(cluster.keys);
    await late.record(({ msg }) => msg === "joined a session");
    await cluster.addEvents("after", events);
    await mergedAtLeast(sink, events);
    await cluster.stop(late);
    await finishExactly(roles, events);
    recordEvidence({
      part: "security",
      fault: "descriptors run out (24 left, 500 connections on three ports)",
      expected: "no crash, no flood of logs, recovery by itself, tables exact",
      observed: `${failed} failed accepts counted on tasks; a new worker joined afterwards; exact`,
      runs: 500,
      lost: 0,
      twice: 0,
    });
  });
});

describe("a peer with a good key that talks nonsense", () => {
  it("is dropped message by message, and the cluster stays exact", async () => {
    const roles = await start();
    const { cluster, ventilator, sink } = roles;
    const pair = readKeyPair(cluster.keys, "worker");
    const options = (server: ServerRole): object => ({
      linger: 0,
      curveServerKey: readPublicKey(cluster.keys, server),
      curvePublicKey: pair.publicKey,
      curveSecretKey: pair.reveal(),
    });
    const tasks = new Dealer(options("ventilator"));
    const results = new Push(options("sink"));
    const endpoint = (index: number): string => `tcp://127.0.0.1:${cluster.ports[index]!}`;
    tasks.connect(endpoint(0));
    results.connect(endpoint(1));
    onTestFinished(() => {
      for (const socket of [tasks, results] as Socket[]) socket.close();
    });
    await cluster.addEvents("busy", events);
    const messages = nonsense();
    for (const frames of messages) {
      await tasks.send(frames);
      await results.send(frames);
    }
    const dropped = await poll(async () => {
      const count = await droppedMessages(sink);
      return count >= messages.length - 1 ? count : null;
    });
    expect(await droppedMessages(ventilator)).toBeGreaterThan(0);
    expect(linesOf(ventilator) + linesOf(sink)).toBeLessThan(500);
    await finishExactly(roles, events);
    recordEvidence({
      part: "security",
      fault:
        "an admitted worker sends nonsense: no frames, 0 bytes, 50 frames, 16 MiB, other versions",
      expected: "each message is dropped and counted; tables exact",
      observed: `${messages.length} messages to tasks and to results, ${dropped} counted by the sink; exact`,
      runs: messages.length * 2,
      lost: 0,
      twice: 0,
    });
  });
});

/** Messages that are none, with as many frames, as long and as empty as they come. */
function nonsense(): Buffer[][] {
  const hello = encodeWorker(Object.values(workerSamples)[0]!).map((frame) => Buffer.from(frame));
  const other = Buffer.from(hello[0]!);
  other[4] = 99;
  return [
    [Buffer.alloc(0)],
    Array.from({ length: 50 }, () => Buffer.alloc(0)),
    Array.from({ length: 50 }, (_, index) => Buffer.alloc(index * 1000, index)),
    [Buffer.alloc(15 * 1024 * 1024, 1)],
    [Buffer.from("LMIL")],
    [other],
    [...hello, Buffer.from("one frame more")],
    [hello[0]!.subarray(0, -1)],
    ...Array.from({ length: 200 }, (_, index) => [Buffer.alloc(index, index)]),
  ];
}

async function droppedMessages(program: Program): Promise<number> {
  const { http } = await program.record(({ msg }) => msg === "serving");
  const text = await (await fetch(`${String(http)}/metrics`)).text();
  const lines = [...text.matchAll(/^logmill_\w+_(?:dropped|ignored)_messages_total\S* (\d+)$/gm)];
  return lines.reduce((sum, match) => sum + Number(match[1]), 0);
}

async function poll<Answer>(ask: () => Promise<Answer | null>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
