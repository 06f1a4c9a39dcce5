// What happens to a file while it is open and half read: the flight is full because no worker takes
// anything, so the reader stands in the middle of it. Every line counts once, wherever it lies in the
// end; what cannot be known is said in docs/configuration.md.

import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { balanceKey } from "../../src/shared/model/definition-key.ts";
import type { Ventilator } from "../../src/ventilator/ventilator.ts";
import { recordEvidence } from "../support/evidence.ts";
import { until } from "../support/net-fixture.ts";
import { Bench, brief, lines } from "../support/ventilator-fixture.ts";

/** Far more than the flight holds of batches of 1 KiB, and than the 64 KiB that make a name. */
const content = lines(0, 3000);

interface Stalled {
  readonly bench: Bench;
  readonly path: string;
  readonly ventilator: Ventilator;
}

/** A ventilator that follows, and stands in the middle of `content`, of which some is merged. */
async function stalled(mergedBatches: number): Promise<Stalled> {
  const bench = new Bench();
  const path = bench.write("a.log", content);
  await bench.sink();
  const { ventilator, metric } = await bench.ventilator({ once: false });
  if (mergedBatches > 0) {
    const worker = bench.worker({
      doing: () => (worker.taken.length <= mergedBatches ? "done" : "hang"),
    });
    await until("some is merged", () => bench.store.headers.length === mergedBatches);
    await worker.close();
    await until("the worker is gone", async () => (await metric("workers")) === 0);
  }
  await until("the flight is full", async () => (await metric("waiting_batches")) >= 4);
  return { bench, path, ventilator };
}

/** What logrotate does, with `compress` and without `delaycompress`. */
function rotateAndCompress(path: string): void {
  renameSync(path, `${path}.1`);
  writeFileSync(path, lines(0, 20, "new"));
  writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(`${path}.1`)));
  rmSync(`${path}.1`);
}

function mergedBytes({ store }: Bench): number {
  return store.headers.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Lets work go on, until exactly these contents are merged. */
async function goOn(
  { bench, ventilator }: Stalled,
  fault: string,
  ...expected: string[]
): Promise<void> {
  bench.worker();
  const bytes = expected.join("").length;
  await until("so many bytes are merged", () => mergedBytes(bench) >= bytes);
  await ventilator.stop();
  // Whoever begins anew finds everything merged, by whatever name it goes now.
  const again = await bench.ventilator();
  expect((await again.ventilator.ended).isComplete).toBe(true);
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

describe.each([
  ["nothing is merged", 0],
  ["some is merged", 12],
])("a file that is half read, of which %s, and", (_, mergedBatches) => {
  it("is deleted is read to its end all the same", async () => {
    const stand = await stalled(mergedBatches);
    rmSync(stand.path);
    await goOn(stand, "deleted", content);
  });

  it("is copied and truncated goes on from the copy", async () => {
    const stand = await stalled(mergedBatches);
    const { bench, path } = stand;
    copyFileSync(path, join(bench.logs, "a.log.1"));
    truncateSync(path);
    appendFileSync(path, lines(0, 20, "new"));
    await goOn(stand, "copied and truncated", content, lines(0, 20, "new"));
  });

  it("whose inode another content gets is told from it", async () => {
    const stand = await stalled(mergedBatches);
    const { bench, path } = stand;
    copyFileSync(path, join(bench.logs, "a.log.1"));
    // Written over: the same inode, nothing of the old content.
    writeFileSync(path, lines(0, 3, "over"));
    await goOn(stand, "written over, the old content lies in a copy", content, lines(0, 3, "over"));
  });

  it("is rotated is counted once, as is its successor", async () => {
    const stand = await stalled(mergedBatches);
    const { bench, path } = stand;
    renameSync(path, join(bench.logs, "a.log.1"));
    writeFileSync(path, lines(0, 20, "new"));
    await goOn(stand, "rotated, a new file in its place", content, lines(0, 20, "new"));
  });

  it("is rotated and compressed is counted once, as is its successor", async () => {
    const stand = await stalled(mergedBatches);
    rotateAndCompress(stand.path);
    await goOn(stand, "rotated, compressed, a new file in its place", content, lines(0, 20, "new"));
  });

  it("is rotated and compressed while the ventilator is away is counted once", async () => {
    const { bench, path, ventilator } = await stalled(mergedBatches);
    await ventilator.stop();
    rotateAndCompress(path);
    const next = await bench.ventilator({ once: false });
    const stand = { bench, path, ventilator: next.ventilator };
    await goOn(stand, "rotated and compressed before a restart", content, lines(0, 20, "new"));
  });
});

it("a file whose bytes are overwritten behind what was merged is said to be another one now", async () => {
  const bench = new Bench();
  const path = bench.write("a.log", content);
  await bench.run();
  // Behind what makes the name, and before the window at the end.
  const changed = Buffer.from(content);
  changed.write("XXXX", content.length >> 1, "latin1");
  writeFileSync(path, changed);
  const { bytes, problems } = await bench.run();
  expect([bytes, problems]).toEqual([changed.length, []]);
  expect(bench.logger.records.map(({ message }) => message)).toContainEqual(
    expect.stringContaining("a.log was counted before, and what was counted of it has changed"),
  );
});
