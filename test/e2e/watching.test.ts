// `logmill status`, `logmill top` and `logmill rejects` over a real cluster of this host.

import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { freePorts } from "../support/free-ports.ts";
import { Program, runProgram } from "../support/program.ts";

const events = 20_000;
const env = { LOGMILL_LOG_LEVEL: "info" };

interface Status {
  readonly status: {
    readonly role: string;
    readonly version: string;
    readonly plan?: string;
    readonly workers?: readonly { readonly host?: string; readonly credit?: number }[];
    readonly sources?: readonly { readonly balance?: { readonly lines: number } }[];
  };
}

interface View {
  readonly keepingUp: { readonly workers: number; readonly backlogBytes: number };
  readonly bottleneck: { readonly verdict: string; readonly workers: { readonly count: number } };
  readonly correctness: { readonly accepted: number; readonly rejected: number };
}

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

it("shows a running cluster and what it rejects, and says which role is silent", async () => {
  const [tasks, results, acks] = (await freePorts(3)).map((port) => `tcp://127.0.0.1:${port}`);
  const project = new AdsProject({ batchBytesMax: "64KiB", cluster: { tasks, results, acks } });
  await generateAds(join(project.logs, "ads"), { events, seed: 11 });
  const http = ["--http", "127.0.0.1:0"];
  const programs = [
    new Program(["ventilator", "-c", project.configPath, ...http], { env }),
    new Program(["sink", "-c", project.configPath, ...http], { env }),
    new Program(["worker", tasks!, "--concurrency", "2", ...http], { env }),
  ];
  const urls: string[] = [];
  for (const program of programs) {
    const record = await program.record(({ msg }) => msg === "serving");
    urls.push(String(record["http"]));
  }

  const live = new Program(["top", ...urls, "--json", "--interval", "0.2"]);
  let view: View;
  do {
    const top = await runProgram(["top", ...urls, "--once", "--json", "--interval", "0.2"]);
    expect(top.stderr).toBe("");
    view = JSON.parse(top.stdout) as View;
  } while (view.correctness.accepted + view.correctness.rejected < events);
  expect(view.keepingUp).toMatchObject({ workers: 2, backlogBytes: 0 });
  expect(view.bottleneck.workers.count).toBe(2);

  const asked = await runProgram(["status", ...urls, "--json"]);
  expect(asked.exitCode, asked.stderr).toBe(0);
  const [ventilator, sink, pool] = (JSON.parse(asked.stdout) as Status[]).map(
    ({ status }) => status,
  );
  expect(ventilator).toMatchObject({ role: "ventilator", plan: sink!.plan });
  expect(ventilator!.workers).toHaveLength(2);
  const { version } = ventilator!;
  expect(ventilator!.workers![0]).toMatchObject({ credit: 2, batches: 0, version });
  expect(sink!.sources).toMatchObject([{ source: "ads", gaps: 0, balance: { lines: events } }]);
  expect(pool).toMatchObject({ role: "worker", ventilator: tasks, plan: sink!.plan });

  const sinkAddress = new URL(urls[1]!).host;
  const rejects = await runProgram(["rejects", "ads", "--sink", sinkAddress, "--json"]);
  expect(rejects.exitCode, rejects.stderr).toBe(0);
  const samples = linesOf(rejects.stdout);
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(JSON.parse(sample)).toMatchObject({ source: "ads" });
  const atRest = await runProgram(["rejects", "ads", "--config", project.configPath, "--json"]);
  expect(linesOf(atRest.stdout)).toEqual(samples);
  const following = new Program(["rejects", "--sink", sinkAddress, "--follow"]);
  while (!following.stdout.includes("unknown_payload")) await setTimeout(50);
  following.kill("SIGINT");
  expect((await following.finished).stderr).toBe("");
  await following.gone();

  // More looks than listeners that Node.js allows without a warning.
  while (live.stdout.split("\n").length < 14) {
    await setTimeout(50);
  }
  live.kill("SIGINT");
  expect((await live.finished).stderr).toBe("");
  await live.gone();

  for (const program of programs.toReversed()) {
    program.kill("SIGTERM");
    const { exitCode, stderr } = await program.finished;
    expect(exitCode, stderr).toBe(0);
    await program.gone();
  }
  const silent = await runProgram(["status", urls[0]!]);
  expect(silent.exitCode).toBe(1);
  expect(silent.stdout).toContain("ECONNREFUSED");
});
