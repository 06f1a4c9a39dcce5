// A sink that is told to end while its disk takes for ever: it ends within `cluster.drain_timeout`, and
// the next one has everything that was acknowledged.

import { expect, it } from "vitest";
import { recordEvidence } from "../support/evidence.ts";
import { MemoryFileSystem } from "../support/memory-file-system.ts";
import { batchesOf, greet, partialOf, startTrial } from "../support/sink-fixture.ts";

/** A disk on which renaming never comes back, as on a network disk that has gone. */
class HungDisk extends MemoryFileSystem {
  isHung = false;

  override rename(from: string, to: string): Promise<void> {
    return this.isHung ? new Promise(() => undefined) : super.rename(from, to);
  }
}

it("ends within its drain timeout while its disk hangs, and nothing is lost", async () => {
  const files = new HungDisk();
  const trial = await startTrial(files, undefined, (config) => ({
    ...config,
    cluster: { ...config.cluster, drainTimeoutMs: 300 },
  }));
  await greet(trial);
  const [batch] = batchesOf(1);
  await trial.send(partialOf(batch!));
  await trial.acks.receive("ack");
  files.isHung = true;
  await trial.sink.stop();
  expect(trial.logger.records.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/drain_timeout is over/u),
  );
  await trial.acks.router.close();

  const next = await startTrial(files.crash("nothing"));
  await greet(next);
  expect((await next.sink.sheets()).sources).toMatchObject({ web: { lines: 1 } });
  recordEvidence({
    part: "drain",
    fault: "SIGTERM's way out of a sink whose disk never answers",
    expected: "ends within cluster.drain_timeout; the next sink has all that was acknowledged",
    observed: "ended by the timeout; 1 of 1 lines that were acknowledged",
    runs: 1,
    lost: 0,
    twice: 0,
  });
});
