// The commands of docs/security.md, as they are written there, from no keys at all to a worker that is
// let in and thrown out.

import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { AdsProject } from "../support/ads-project.ts";
import { freePorts } from "../support/free-ports.ts";
import { Program } from "../support/program.ts";
import { metric, reached } from "../support/secured-cluster.ts";

const repository = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/security.md", repository), "utf8");
const main = fileURLToPath(new URL("dist/cli/main.js", repository));
const blocks = [...page.matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1]!);
const refused = 'logmill_rejected_peers_total{socket="tasks",reason="key"}';

it("docs/security.md: make, run, add a worker, revoke it", async () => {
  const [make, run, add, reload, revoke, ...more] = blocks as [string, ...string[]];
  expect(more).toEqual([]);
  const [tasks, results, acks] = (await freePorts(3)).map((port) => `tcp://127.0.0.1:${port}`);
  const project = new AdsProject({ cluster: { tasks, results, acks } });
  const { folder } = project;
  // `logmill` is what an installation puts on the path.
  const command = join(folder, "logmill");
  writeFileSync(command, `#!/bin/sh\nexec ${process.execPath} ${main} "$@"\n`);
  chmodSync(command, 0o755);
  const shell = (script: string, env: Readonly<Record<string, string>> = {}): void => {
    const path = `${folder}:${process.env["PATH"] ?? ""}`;
    const environment = { ...process.env, ...env, PATH: path };
    const { status, stderr } = spawnSync("sh", ["-euc", script], {
      ...{ cwd: folder, env: environment, encoding: "utf8" },
    });
    expect(status, stderr).toBe(0);
  };
  const start = async (line: string, message: RegExp): Promise<Program> => {
    const [name, ...args] = line.replace(/tcp:\/\/\S+:5555/, tasks!).split(" ");
    expect(name).toBe("logmill");
    const program = new Program(args, { cwd: folder, env: { LOGMILL_LOG_LEVEL: "info" } });
    await program.record(({ msg }) => message.test(msg));
    return program;
  };

  shell(make);
  const lines = run!.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  const ventilator = await start(lines[0]!, /^serving$/);
  const sink = await start(lines[1]!, /^serving$/);
  const worker = await start(lines[2]!, /^joined a session$/);
  const pids = { VENTILATOR_PID: String(ventilator.pid), SINK_PID: String(sink.pid) };

  shell(add!);
  cpSync(join(folder, "keys", "worker-rack3"), join(folder, "worker-rack3"), { recursive: true });
  const elsewhere = /On the new host: `(.*?)`/.exec(page)![1]!;
  const rack3 = await start(elsewhere, /^the ventilator does not know this worker/);
  shell(reload!, pids);
  await rack3.record(({ msg }) => msg === "joined a session");

  const before = await metric(ventilator, refused);
  shell(revoke!, pids);
  await reached(ventilator, refused, before + 1);
  for (const program of [worker, rack3, ventilator, sink]) {
    program.kill("SIGTERM");
    expect((await program.finished).exitCode, program.stderr).toBe(0);
  }
});
