// What the roles of a cluster with keys write to their logs: a line for each change of state, as JSON
// in a pipe and readable on a terminal, no more of them for ten times the work, and nothing secret,
// there or where the operating system shows it (arguments, environment).

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import type { Program } from "../support/program.ts";
import { metric, SecuredCluster } from "../support/secured-cluster.ts";

const token = "0123456789abcdef0123456789abcdef-a-token-of-tests";

const program = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

interface Outcome {
  readonly batches: number;
  /** Messages by role, in order. */
  readonly messages: ReadonlyMap<string, readonly string[]>;
}

/** Everything that the roles say while a cluster does so many events; checks each line. */
async function logsOf(events: number): Promise<Outcome> {
  const cluster = await SecuredCluster.create(events, { LOGMILL_HTTP_TOKEN: token });
  const sink = await cluster.start("sink");
  const worker = await cluster.startWorker(cluster.keys);
  const ventilator = await cluster.start("ventilator", "--once");
  const roles = new Map<string, Program>(Object.entries({ ventilator, worker, sink }));
  const shown = [worker, sink].flatMap(({ pid }) =>
    ["cmdline", "environ"].map((name) => readFileSync(`/proc/${pid}/${name}`, "utf8")),
  );
  const { exitCode, stderr } = await ventilator.finished;
  expect(exitCode, stderr).toBe(0);
  expect((await worker.finished).exitCode, worker.stderr).toBe(0);
  const batches = await metric(sink, 'logmill_sink_partials_total{result="merged"}');
  await cluster.stop(sink);

  const secrets = cluster.secrets();
  expect(secrets).toHaveLength(3);
  const messages = new Map<string, string[]>();
  for (const [role, { stderr: text }] of roles) {
    for (const secret of [...secrets, token]) expect(text).not.toContain(secret);
    // What the session's batches are tagged with has 32 bytes.
    expect(text).not.toMatch(/\b[0-9a-f]{64}\b/i);
    const lines = text.split("\n").filter((line) => line !== "");
    messages.set(
      role,
      lines.map((line) => {
        const record = JSON.parse(line) as Record<string, unknown>;
        expect(record["role"]).toBe(role);
        expect(record["msg"]).toBeTypeOf("string");
        expect(["debug", "info", "warn", "error", "fatal"]).toContain(record["level"]);
        expect(new Date(String(record["time"])).toISOString()).toBe(record["time"]);
        return String(record["msg"]);
      }),
    );
  }
  for (const text of shown) for (const secret of secrets) expect(text).not.toContain(secret);
  return { batches, messages };
}

/** Without what is a matter of luck: a ventilator may end before it hears that its worker has left. */
function certain(messages: readonly string[]): string[] {
  return messages.filter((message) => message !== "a worker left").sort();
}

it("the roles log as JSON, as much for 10 times the batches, and nothing secret", async () => {
  const few = await logsOf(3_000);
  const many = await logsOf(40_000);
  expect(many.batches).toBeGreaterThanOrEqual(10 * few.batches);
  for (const [role, messages] of few.messages) {
    expect(messages.length).toBeGreaterThan(0);
    expect(certain(many.messages.get(role)!)).toEqual(certain(messages));
  }
});

it("logs readably on a terminal, and as JSON in a pipe", async () => {
  const { configPath, logs } = new AdsProject();
  await generateAds(join(logs, "ads"), { events: 2_000, seed: 3 });
  const env = { ...process.env, LOGMILL_LOG_LEVEL: "info", LOGMILL_LOG_FORMAT: "", NO_COLOR: "1" };
  const command = [process.execPath, program, "run", "-c", configPath, "--workers", "1"];
  const inPipe = spawnSync(command[0]!, command.slice(1), { env, encoding: "utf8" });
  const records = inPipe.stderr.split("\n").filter((line) => line.startsWith("{"));
  expect(records.length, inPipe.stderr).toBeGreaterThan(3);
  for (const record of records) expect(JSON.parse(record)).toHaveProperty("msg");

  const onTerminal = spawnSync("script", ["-qec", command.join(" "), "/dev/null"], {
    env,
    encoding: "utf8",
  });
  expect(onTerminal.stdout).toMatch(
    /\[\d\d:\d\d:\d\d\] INFO: ventilator: a worker joined \{"worker"/,
  );
  expect(onTerminal.stdout).not.toContain('"level"');
});
