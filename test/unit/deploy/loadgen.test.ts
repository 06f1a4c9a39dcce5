// The logs of the demonstration in compose.yaml, as the script writes them, with a program in the place of
// `logmill` that notes what it was asked for.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { LateRows } from "../../../src/sink/late-rows.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const script = fileURLToPath(new URL("../../../deploy/compose/loadgen.sh", import.meta.url));

/** First day and days of each log, for so many logs. */
async function spansOf(logs: number): Promise<{ readonly start: string; readonly days: number }[]> {
  const folder = tempFolder();
  const calls = join(folder, "calls");
  const program = join(folder, "logmill");
  const stop = `[ "$(wc -l < ${calls})" -lt ${logs} ] || kill "$PPID"`;
  writeFileSync(
    program,
    `#!/bin/sh\necho "$@" >> ${calls}\nfor file; do :; done\n: > "$file"\n${stop}\n`,
  );
  chmodSync(program, 0o755);
  const env = { PATH: `${folder}:${process.env["PATH"]}`, LOGS: folder, PAUSE: "0", PER_DAY: "3" };
  const child = spawn("sh", [script], { env, stdio: "inherit" });
  await once(child, "exit");
  return readFileSync(calls, "utf8")
    .trim()
    .split("\n")
    .map((call) => {
      const [, start = "", days = ""] = /--start (\S+) --days (\d+)/.exec(call) ?? [];
      return { start, days: Number(days) };
    });
}

it("the logs of the demonstration raise no alarm of late rows: each is of the newest day or the one before", async () => {
  const spans = await spansOf(10);
  const late = new LateRows();
  for (const { start, days } of spans) {
    expect(days).toBe(1);
    late.see("hits", Date.parse(start));
    expect(late.isLate("hits", Date.parse(start))).toBe(false);
  }
  expect(new Set(spans.map(({ start }) => start))).toEqual(
    new Set(["2011-06-30", "2011-07-01", "2011-07-02", "2011-07-03"]),
  );
});
