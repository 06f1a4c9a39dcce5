// A definition that has changed, and the way out: the old tables are forgotten, and the next run fills
// the summary from the files that are still there.

import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AdsProject, generateAds } from "../support/ads-project.ts";
import { runProgram } from "../support/program.ts";

const before = { from: ["ads"], dimensions: ["campaign"], metrics: { n: { type: "count" } } };
const after = { ...before, dimensions: ["campaign", "event"] };

it("a changed definition is refused with the way out, which fills it from what is there", async () => {
  const project = new AdsProject({ summaries: { changing: before } });
  const logs = await generateAds(join(project.logs, "ads"), { events: 6000, seed: 5, files: 3 });
  await project.run("--workers", "1");
  project.configure({ summaries: { changing: after } });
  const config = ["-c", project.configPath];
  const refused = await runProgram(["run", ...config, "--json"]);
  expect(refused.exitCode).toBe(78);
  expect(refused.stderr).toContain("`logmill store rebuild changing`");

  const unknown = await runProgram(["store", "rebuild", "chnging", ...config]);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain("did you mean changing?");

  // One of three is gone, another was renamed and is found by its content.
  renameSync(logs[0]!, join(project.folder, "gone.log"));
  renameSync(logs[1]!, join(project.logs, "renamed.log"));
  const rebuilt = await runProgram(["store", "rebuild", "changing", ...config]);
  expect(rebuilt.exitCode, rebuilt.stderr).toBe(0);
  expect(rebuilt.stdout).toMatch(/Forgetting changing: \d+ buckets? .* of 3 inputs\./u);
  expect(rebuilt.stdout).toContain(logs[0]!);
  expect(rebuilt.stdout).toContain(logs[1]!);
  expect(rebuilt.stdout).not.toContain(logs[2]!);

  const { total } = await project.run("--workers", "1");
  expect(total.lines).toBe(6000);
  const fresh = new AdsProject({
    include: [join(project.logs, "*")],
    summaries: { changing: after },
  });
  await fresh.run("--workers", "1");
  const changing = (outputs: ReadonlyMap<string, string>): [string, string][] =>
    [...outputs].filter(([path]) => path.startsWith("changing/"));
  expect(changing(project.outputs())).toEqual(changing(fresh.outputs()));
  const check = await runProgram(["store", "check", ...config]);
  expect(check.exitCode, check.stdout).toBe(0);
});

it("where there is no store, none is made", async () => {
  const project = new AdsProject();
  const { exitCode, stderr } = await runProgram([
    ...["store", "rebuild", "campaigns", "-c", project.configPath],
  ]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("there is no store");
});
