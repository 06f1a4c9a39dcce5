// Pools and tables with processes over TCP: workers that have no files, one of them killed, and a run of all roles.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lookupFile } from "../support/every-option.ts";
import { freePorts } from "../support/free-ports.ts";
import { Program, runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const linesOfEach = 3000;

/** A folder with the logs of two pools; a value of each line is looked up, and so is an address. */
function makeProject(ports: readonly number[]): string {
  const folder = tempFolder();
  const [tasks, results, acks] = ports.map((port) => `tcp://127.0.0.1:${port}`);
  const format = `format: { columns: [timestamp, user, ip] }
    fields: { name: 'coalesce(lookup(user, "users", "name"), "nobody")', country: 'geoip(ip, "country")' }`;
  writeFileSync(
    join(folder, "logmill.yaml"),
    `data_dir: ./data
cluster: { tasks: "${tasks!}", results: "${results!}", acks: "${acks!}", batch: { max_bytes: 4KiB } }
lookups:
  users: { type: csv, path: ${lookupFile("users.csv")} }
  countries: { type: mmdb, path: ${lookupFile("countries.mmdb")} }
sources:
  old:
    type: file
    include: ["logs/old.log"]
    ${format}
  new:
    type: file
    include: ["logs/new.log"]
    pool: v2
    ${format}
summaries:
  names: { from: [old, new], dimensions: [name, country], metrics: { n: { type: count } } }
outputs:
  files: { type: csv, path: "out/{bucket}.csv" }
`,
  );
  mkdirSync(join(folder, "logs"));
  for (const [hour, name] of ["old", "new"].entries()) {
    const users = ["u1,0.0.0.7", "u2,::ffff:192.9.9.9", "u3,9.9.9.9"];
    const lines = Array.from(
      { length: linesOfEach },
      (_, index) => `2026-06-20T0${hour}:00:00Z,${users[index % 3]!}\n`,
    );
    writeFileSync(join(folder, "logs", `${name}.log`), lines.join(""));
  }
  return folder;
}

const expected = `name,country,n
Anna,AA,2000
"Bert, the second",DE,2000
nobody,,2000
`;

const output = (folder: string): string => readFileSync(join(folder, "out/2026-06-20.csv"), "utf8");
const env = { LOGMILL_LOG_LEVEL: "info" };

it("workers of both pools, in processes and groups of them, are sent the tables and make one exact result", async () => {
  const folder = makeProject(await freePorts(3));
  const config = join(folder, "logmill.yaml");
  const tasks = /tasks: "([^"]*)"/.exec(readFileSync(config, "utf8"))![1]!;
  const http = ["--http", "127.0.0.1:0"];
  const ventilator = new Program(["ventilator", "-c", config, "--once", ...http], { env });
  const sink = new Program(["sink", "-c", config, ...http], { env });
  const first = new Program(["worker", tasks, ...http], { env });
  await first.record(({ msg }) => msg === "joined a session");
  const wait = await ventilator.record(({ msg }) => /no worker of pool v2/.test(msg));
  expect(wait["msg"]).toBe(`no worker of pool v2 has connected to ${tasks}; still waiting`);
  const group = new Program(["worker", tasks, "--pool", "v2", "--concurrency", "2", ...http], {
    env,
  });
  const { exitCode, stderr } = await ventilator.finished;
  expect(exitCode, stderr).toBe(0);
  for (const worker of [first, group]) expect((await worker.finished).exitCode).toBe(0);
  sink.kill("SIGTERM");
  expect((await sink.finished).exitCode).toBe(0);
  expect(output(folder)).toBe(expected);
});

it("a run has a worker for every pool, and says when these are more than were asked for", async () => {
  const folder = makeProject(await freePorts(3));
  const args = ["run", "-c", join(folder, "logmill.yaml"), "--workers", "1", "--quiet"];
  const { exitCode, stderr } = await runProgram(args);
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toContain(
    "2 workers are started in place of 1: one for each of the pools default, v2",
  );
  expect(output(folder)).toBe(expected);
});
