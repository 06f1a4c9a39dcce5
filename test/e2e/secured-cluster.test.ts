// A cluster over TCP with keys, in real processes: exact files, strangers outside, no secret in any
// log, and a worker that is let in, thrown out and let in again while the others run.

import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { AdsProject } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { runProgram } from "../support/program.ts";
import { SecuredCluster, expectedFiles, reached } from "../support/secured-cluster.ts";

const events = 30_000;
const unknownKeys = 'logmill_rejected_peers_total{socket="tasks",reason="key"}';

describe("a cluster over tcp with keys", () => {
  it("gives the files of a run, keeps strangers out, and no log has a secret", async () => {
    const cluster = await SecuredCluster.create(events);
    await cluster.keygen("--worker", "rack3");
    await cluster.keygen("--worker", "stranger");
    cluster.revoke("stranger");
    const ventilator = await cluster.start("ventilator", "--once");
    const stranger = await cluster.startWorker(join(cluster.keys, "worker-stranger"));
    const keyless = await cluster.startWorker(null);
    await stranger.record(({ msg }) => msg.startsWith("the ventilator does not know this worker"));
    await keyless.record(({ msg }) => msg.startsWith("the ventilator speaks otherwise"));
    await reached(ventilator, unknownKeys, 1);
    const remote = join(cluster.keys, "worker-rack3");
    const pool = await cluster.startWorker(remote, "--concurrency", "2");
    const own = await cluster.startWorker(cluster.keys);
    await own.record(({ msg }) => msg === "joined a session");
    await pool.record(({ msg }) => msg === "joined a session");
    // Nothing is handed out before there is a sink.
    const sink = await cluster.start("sink");
    expect((await ventilator.finished).exitCode, ventilator.stderr).toBe(0);
    expect((await pool.finished).exitCode, pool.stderr).toBe(0);
    expect((await own.finished).exitCode, own.stderr).toBe(0);
    await cluster.stop(sink, stranger, keyless);
    expect(cluster.project.outputs()).toEqual(await expectedFiles(cluster));

    const secrets = cluster.secrets();
    expect(secrets).toHaveLength(5);
    for (const { stderr } of cluster.programs) {
      expect(secrets.filter((secret) => stderr.includes(secret))).toEqual([]);
    }
    recordEvidence({
      part: "security",
      fault: "a cluster over tcp, with a worker whose key is unknown and one without a key",
      expected: "both are kept out and counted, the tables are exact, no log has a private key",
      observed: `kept out and counted; files equal those of a run; 0 of ${secrets.length} keys in the logs`,
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("lets a worker in whose key is added later, and nobody is restarted", async () => {
    const cluster = await SecuredCluster.create(events);
    await cluster.keygen("--worker", "late");
    const lines = cluster.revoke("late");
    const [ventilator, sink] = [
      await cluster.start("ventilator", "--once"),
      await cluster.start("sink"),
    ];
    const late = await cluster.startWorker(join(cluster.keys, "worker-late"));
    await late.record(({ msg }) => msg.startsWith("the ventilator does not know this worker"));
    cluster.allow(lines);
    for (const program of [ventilator, sink]) program.kill("SIGHUP");
    expect((await ventilator.finished).exitCode, ventilator.stderr).toBe(0);
    expect((await late.finished).exitCode, late.stderr).toBe(0);
    await cluster.stop(sink);
    expect(cluster.project.outputs()).toEqual(await expectedFiles(cluster));
    recordEvidence({
      part: "security",
      fault:
        "a worker's key is put on the allow-lists after it was rejected (SIGHUP), real processes",
      expected: "the worker gets in without a restart of anybody; the tables are exact",
      observed: "it did all the work; files equal those of a run",
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("throws a worker out whose key is revoked at work, and stays exact", async () => {
    const cluster = await SecuredCluster.create(events);
    await cluster.keygen("--worker", "thief");
    const [ventilator, sink] = [
      await cluster.start("ventilator", "--once"),
      await cluster.start("sink"),
    ];
    const thief = await cluster.startWorker(join(cluster.keys, "worker-thief"));
    await thief.record(({ msg }) => msg === "joined a session");
    cluster.revoke("thief");
    for (const program of [ventilator, sink]) program.kill("SIGHUP");
    await thief.record(({ msg }) => msg.startsWith("the ventilator does not know this worker"));
    const honest = await cluster.startWorker(cluster.keys);
    expect((await ventilator.finished).exitCode, ventilator.stderr).toBe(0);
    expect((await honest.finished).exitCode, honest.stderr).toBe(0);
    await cluster.stop(sink, thief);
    expect(cluster.project.outputs()).toEqual(await expectedFiles(cluster));
    recordEvidence({
      part: "security",
      fault: "a worker's key is revoked while it has batches in work (SIGHUP), real processes",
      expected: "its connections are cut, its batches go to others, the tables are exact",
      observed: "thrown out and refused; files equal those of a run",
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });
});

describe("a role that is told to use tcp beyond this host without keys", () => {
  it("refuses, and says how to make them", async () => {
    const [tasks, results, acks] = [5555, 5556, 5557].map((port) => `tcp://192.0.2.7:${port}`);
    const cluster = { tasks, results, acks };
    const project = new AdsProject({ cluster });
    for (const role of ["ventilator", "sink"]) {
      const { exitCode, stderr } = await runProgram([role, "-c", project.configPath]);
      expect(exitCode).toBe(78);
      expect(stderr).toMatch(/logmill keygen.*--insecure if you insist/s);
    }
    const { exitCode, stderr } = await runProgram(["worker", "tcp://192.0.2.7:5555"]);
    expect(exitCode).toBe(78);
    expect(stderr).toContain("--keys DIR");
  });

  it("says it once, for a group too, and refuses keys that others may read", async () => {
    const cluster = await SecuredCluster.create(events);
    chmodSync(join(cluster.keys, "worker.key"), 0o644);
    const args = ["worker", cluster.tasks, "--keys", cluster.keys, "--concurrency", "3"];
    const { exitCode, stderr } = await runProgram(args);
    expect(exitCode).toBe(78);
    expect(stderr.match(/chmod 600/g)).toHaveLength(1);
  });
});
