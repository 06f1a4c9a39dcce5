// `logmill dead-letter` as users have it: a line that is dead-lettered, looked at, and sent again.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AdsProject } from "../support/ads-project.ts";
import { recordEvidence } from "../support/evidence.ts";
import { failPointProgram } from "../support/fail-point-runs.ts";
import { runProgram } from "../support/program.ts";

const line = (user: string): string =>
  `2011-06-30T00:00:03-07:00 host EVT_V1 impression,${user},c1,p1,1x1,1.2.3.4,0.5\n`;
const poison = line("LOGMILL-POISON-throw\u001b[31m");

it("a line that was dead-lettered is listed, shown, and counts once when it is sent again", async () => {
  const project = new AdsProject();
  const good = [line("a"), line("b"), line("c")];
  const before = good.slice(0, 2).join("");
  writeFileSync(join(project.logs, "a.log"), `${before}${poison}${good[2]!}`);
  const letters = async (...args: string[]): Promise<string> => {
    const run = await runProgram(["dead-letter", ...args, "-c", project.configPath]);
    expect(run.exitCode, run.stderr).toBe(0);
    return run.stdout;
  };
  expect(await letters("list")).toMatch(/no line was dead-lettered/);
  const poisoned = await runProgram(["run", "-c", project.configPath, "--json", "--workers=1"], {
    script: failPointProgram,
    env: { LOGMILL_TEST: "1" },
  });
  expect(poisoned.exitCode).toBe(1);
  expect(JSON.parse(poisoned.stdout)).toMatchObject({ lines: 4, accepted: 3, dead_lettered: 1 });

  const [letter] = JSON.parse(await letters("list", "--json")) as Record<string, unknown>[];
  expect(letter).toMatchObject({
    number: 1,
    state: "dead-lettered",
    source: "ads",
    offset: Buffer.byteLength(before),
    length: Buffer.byteLength(poison),
    reason: "worker_failed",
    detail: "a line that makes the kernel throw",
  });
  const shown = await letters("show", "1");
  expect(shown).toContain("LOGMILL-POISON-throw\\x1b[31m");
  expect(shown).not.toContain("\u001b");
  expect(await letters("show", "1", "--raw")).toBe(poison);

  expect(await letters("replay")).toMatch(/^1 line is sent again/);
  expect(await letters("replay", "1")).toMatch(/^0 lines are sent again/);
  expect(await letters("list")).toMatch(/replayed/);
  // This program gets through the line.
  expect(await project.run()).toMatchObject({ lines: 1, accepted: 1, dead_lettered: 0 });
  expect(await project.run()).toMatchObject({ lines: 0, total: { lines: 5, dead_lettered: 1 } });

  const honest = new AdsProject();
  writeFileSync(join(honest.logs, "a.log"), `${good.join("")}${poison}`);
  await honest.run();
  expect(project.outputs()).toEqual(honest.outputs());
  const none = await runProgram(["dead-letter", "show", "7", "-c", project.configPath]);
  expect(none).toMatchObject({ exitCode: 2 });
  recordEvidence({
    part: "poison",
    fault: "a dead letter is replayed, twice, and run over twice",
    expected: "its line counts once",
    observed: "the files are those of a log in which nothing was dead-lettered",
    runs: 2,
    lost: 0,
    twice: 0,
  });
});
