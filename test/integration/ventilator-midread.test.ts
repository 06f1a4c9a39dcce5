// What happens to a file while it is open and half read: the flight is full because no worker takes
// anything, so the reader stands in the middle of it. Every line counts once, wherever it lies in the
// end; what cannot be known is said in docs/configuration.md.

import { appendFileSync, copyFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../src/shared/config/fingerprint.ts";
import { recordEvidence } from "../support/evidence.ts";
import { until } from "../support/net-fixture.ts";
import { Bench, brief, lines } from "../support/ventilator-fixture.ts";

/** Far more than the flight holds of batches of 1 KiB, and than the 64 KiB that make a name. */
const content = lines(0, 3000);

/** A ventilator that follows, and stands in the middle of `content`. */
async function stalled(): Promise<{ readonly bench: Bench; readonly path: string }> {
  const bench = new Bench();
  const path = bench.write("a.log", content);
  await bench.sink();
  const { metric } = await bench.ventilator({ once: false });
  await until("the flight is full", async () => (await metric("waiting_batches")) >= 4);
  return { bench, path };
}

/** Lets work go on, until exactly these contents are merged. */
async function goOn(bench: Bench, fault: string, ...expected: string[]): Promise<void> {
  bench.worker();
  const wanted = brief(expected).join("\n");
  await until("the contents are merged", () =>
    Promise.resolve(brief(bench.store.contents(balanceKey)).join("\n") === wanted),
  );
  expect(brief(bench.store.contents(balanceKey))).toEqual(brief(expected));
  recordEvidence({
    part: "hostile input",
    fault: `a file that is half read: ${fault}`,
    expected: "every line counts once",
    observed: `${expected.length} contents, all their lines once`,
    runs: 1,
    lost: 0,
    twice: 0,
  });
}

describe("a file that is half read and", () => {
  it("is deleted is read to its end all the same", async () => {
    const { bench, path } = await stalled();
    rmSync(path);
    await goOn(bench, "deleted", content);
  });

  it("is copied and truncated goes on from the copy", async () => {
    const { bench, path } = await stalled();
    copyFileSync(path, join(bench.logs, "a.log.1"));
    truncateSync(path);
    appendFileSync(path, lines(0, 20, "new"));
    await goOn(bench, "copied and truncated", content, lines(0, 20, "new"));
  });

  it("whose inode another content gets is told from it", async () => {
    const { bench, path } = await stalled();
    copyFileSync(path, join(bench.logs, "a.log.1"));
    // Written over: the same inode, nothing of the old content.
    writeFileSync(path, lines(0, 3, "over"));
    await goOn(bench, "written over, the old content lies in a copy", content, lines(0, 3, "over"));
  });
});

it("bytes that are overwritten behind what was merged are not looked at again", async () => {
  const bench = new Bench();
  const path = bench.write("a.log", content);
  await bench.run();
  const merged = brief(bench.store.contents(balanceKey));
  // Behind what makes the name, and before the window at the end.
  const changed = Buffer.from(content);
  changed.write("XXXX", content.length >> 1, "latin1");
  writeFileSync(path, changed);
  const { bytes, problems } = await bench.run();
  expect([bytes, problems]).toEqual([0, []]);
  expect(brief(bench.store.contents(balanceKey))).toEqual(merged);
});
