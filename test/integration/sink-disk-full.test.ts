// A sink whose disk is full, wherever it writes and from whatever time on: it takes nothing more, acknowledges nothing, says so,
// goes on by itself when there is space again, and ends at once when it is told to end.

import { describe, expect, it } from "vitest";
import { StartAbandoned } from "../../src/shared/runtime/lifecycle.ts";
import { Registry } from "../../src/shared/runtime/metrics.ts";
import { startSink, type SinkOptions } from "../../src/sink/sink.ts";
import { recordEvidence } from "../support/evidence.ts";
import { MemoryFileSystem, systemError } from "../support/memory-file-system.ts";
import { atEnd, ipcEndpoint, until } from "../support/net-fixture.ts";
import { keepingLogger } from "../support/silent-logger.ts";
import {
  acknowledged,
  batchesOf,
  greet,
  partialOf,
  sinkConfig,
  startTrial,
  type SinkTrial,
} from "../support/sink-fixture.ts";

const [first, second] = batchesOf(2).map((batch) => partialOf(batch));
const csvPath = "/disk/out/hits/2024-01-01.csv";

/** A disk on which nothing can be written below some paths, until it is told otherwise. */
class TightDisk extends MemoryFileSystem {
  full: RegExp | null = null;

  constructor() {
    super();
    this.before = ({ kind, path }) => {
      const isWrite = kind === "write" || kind === "create";
      if (isWrite && this.full?.test(path) === true) throw systemError("ENOSPC", path);
    };
  }
}

const metric = async ({ registry }: SinkTrial, line: string): Promise<boolean> =>
  (await registry.metrics()).includes(`${line}\n`);

/** What operators see while it waits. */
async function expectWaiting(trial: SinkTrial): Promise<void> {
  await until("it waits", () => trial.sink.notReadyReason === "waiting for disk space");
  expect(trial.sink.isReady).toBe(false);
  expect(await metric(trial, "logmill_sink_disk_full 1")).toBe(true);
}

async function expectGoingOn(trial: SinkTrial): Promise<void> {
  await until("it is ready", () => trial.sink.isReady);
  expect(await metric(trial, "logmill_sink_disk_full 0")).toBe(true);
  const complaints = trial.logger.records.filter(({ level }) => level === "error");
  expect(complaints.map(({ message }) => message)).toEqual([
    expect.stringMatching(/disk space.*nothing is lost/u),
  ]);
  expect(trial.logger.records.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/space again$/u),
  );
}

const places = [
  ["the log", /wal-/u],
  ["segments", /segment-/u],
  ["the manifest", /manifest/u],
  ["an output", /\/out\//u],
  ["everything", /./u],
] as const;

describe.each(places)("a disk that is full for %s", (place, pattern) => {
  it("is waited for, and what it held up is done when there is space", async () => {
    const files = new TightDisk();
    const trial = await startTrial(files);
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    files.full = pattern;
    await trial.send(second!);
    await trial.acks.send({ type: "finish", request: 7 });
    await expectWaiting(trial);
    const isLog = pattern.test("wal-");
    const acks = isLog ? 1 : 2;
    if (!isLog) await trial.acks.receive("ack");
    // Several tries later it has not said a word more.
    await until("it has tried again", () => hasTried(trial));
    expect(await metric(trial, `logmill_sink_acks_total ${acks}`)).toBe(true);
    expect((await trial.sink.sheets()).sources).toMatchObject({ web: { lines: acks } });
    files.full = null;
    if (isLog) await trial.acks.receive("ack");
    const finished = await trial.acks.receive("finished");
    expect(finished).toMatchObject({ request: 7, sheets: { sources: { web: { lines: 2 } } } });
    await expectGoingOn(trial);
    await trial.sink.stop();
    expect(Buffer.from(files.file(csvPath)).toString()).toMatch(/200,2\r?\n$/u);
    recordEvidence({
      part: "disk",
      fault: `no space for ${place}`,
      expected: "no acknowledgement, /ready and a metric say so, one log line, goes on by itself",
      observed: "2 of 2 lines after space returned, acknowledged and published once",
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("does not hold up the end, and nothing that was acknowledged is lost", async () => {
    const files = new TightDisk();
    const trial = await startTrial(files);
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    files.full = pattern;
    await trial.send(second!);
    await trial.acks.send({ type: "finish", request: 7 });
    await expectWaiting(trial);
    await trial.sink.stop();
    await trial.acks.router.close();

    files.full = null;
    const next = await startTrial(files.crash("nothing"));
    await greet(next);
    const lines = pattern.test("wal-") ? 1 : 2;
    expect((await next.sink.sheets()).sources).toMatchObject({ web: { lines } });
    await next.send(second!);
    await next.send(first!);
    await acknowledged(next.acks, 2);
    await next.acks.send({ type: "finish", request: 8 });
    expect(await next.acks.receive("finished")).toMatchObject({
      sheets: { sources: { web: { lines: 2 } } },
    });
    recordEvidence({
      part: "disk",
      fault: `SIGTERM's way out while there is no space for ${place}`,
      expected: "ends without an error; the next sink has all that was acknowledged",
      observed: `${lines} of ${lines} lines that were acknowledged, 2 of 2 in the end`,
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });
});

/** The next sink has space, and what was acknowledged before the first one ended. */
async function expectOneLineAfterRestart(files: TightDisk): Promise<SinkTrial> {
  files.full = null;
  const next = await startTrial(files.crash("nothing"));
  await greet(next);
  await next.acks.send({ type: "finish", request: 8 });
  expect(await next.acks.receive("finished")).toMatchObject({
    sheets: { sources: { web: { lines: 1 } } },
  });
  return next;
}

describe("a disk that stays full for an output of a run", () => {
  it("ends the sink in bounded time, and the next one writes the files", async () => {
    const files = new TightDisk();
    files.full = /\/out\//u;
    const trial = await startTrial(files, undefined, undefined, { spaceWaitMs: 300 });
    const ended = expect(trial.sink.ended).rejects.toMatchObject({
      code: "output_failed",
      exitCode: 1,
      message: expect.stringMatching(/ENOSPC.*store keeps its numbers.*next run writes/u) as string,
    });
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.acks.send({ type: "finish", request: 7 });
    await ended;
    await trial.acks.router.close();

    const next = await expectOneLineAfterRestart(files);
    expect(next.files.paths()).toContain(csvPath);
  });
});

describe("a disk that stays full for the store of a run", () => {
  it("ends the sink in bounded time, and the next one has what was acknowledged", async () => {
    const files = new TightDisk();
    const trial = await startTrial(files, undefined, undefined, { spaceWaitMs: 300 });
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    const ended = expect(trial.sink.ended).rejects.toMatchObject({
      code: "store_full",
      exitCode: 1,
      message: expect.stringMatching(/no space for 0\.3 s.*make space and run again/u) as string,
    });
    files.full = /wal-/u;
    await trial.send(second!);
    await ended;
    await trial.acks.router.close();

    await expectOneLineAfterRestart(files);
  });

  it("ends a sink that cannot even open it", async () => {
    const { starting } = startWithoutSpace(/wal-/u, { spaceWaitMs: 300 });
    await expect(starting).rejects.toMatchObject({ code: "store_full", exitCode: 1 });
  });
});

/** A sink that is started on a disk without space for what the pattern says. */
function startWithoutSpace(full: RegExp, options: Pick<SinkOptions, "spaceWaitMs"> = {}) {
  const files = new TightDisk();
  files.full = full;
  const [logger, registry, told] = [keepingLogger(), new Registry(), new AbortController()];
  const reasons: (string | null)[] = [];
  const config = sinkConfig(
    { acks: ipcEndpoint("acks"), results: ipcEndpoint("results") },
    "/disk",
  );
  const { signal } = told;
  const onHeldUp = (reason: string | null): void => void reasons.push(reason);
  const starting = startSink(config, { logger, registry, files, signal, onHeldUp, ...options });
  const isFull = async (): Promise<boolean> =>
    (await registry.metrics()).includes("logmill_sink_disk_full 1\n");
  return { files, logger, reasons, told, starting, isFull };
}

describe.each([
  ["the log", /wal-/u],
  ["the manifest", /manifest/u],
  ["everything", /./u],
])("a disk that has no space for %s when a sink starts", (place, pattern) => {
  it("is waited for", async () => {
    const { files, logger, reasons, starting, isFull } = startWithoutSpace(pattern);
    await until("it waits", () => reasons.length > 0);
    expect(await isFull()).toBe(true);
    files.full = null;
    const sink = await starting;
    atEnd(() => sink.stop());
    expect(reasons).toEqual(["waiting for disk space", null]);
    expect(await isFull()).toBe(false);
    expect(logger.records.filter(({ level }) => level === "error")).toEqual([
      {
        level: "error",
        message: "waiting for disk space to open the store; nothing is lost",
        fields: expect.objectContaining({
          reason: expect.stringMatching(/^no space left for \/disk\/.*\(ENOSPC\)$/u) as string,
        }) as object,
      },
    ]);
    recordEvidence({
      part: "disk",
      fault: `no space for ${place} when the sink starts`,
      expected: "says so at /ready, in a metric and once in the log; starts when there is space",
      observed: "waited, said so, and started",
      runs: 1,
    });
  });

  it("does not hold up the end", async () => {
    const { reasons, told, starting } = startWithoutSpace(pattern);
    await until("it waits", () => reasons.length > 0);
    told.abort();
    await expect(starting).rejects.toBeInstanceOf(StartAbandoned);
  });
});

/** At least one more failed try, as the counters tell. */
async function hasTried({ registry }: SinkTrial): Promise<boolean> {
  const text = await registry.metrics();
  const count = (name: string): number =>
    Number(new RegExp(`^${name} (\\d+)$`, "mu").exec(text)?.[1] ?? 0);
  const failed = count('logmill_sink_publishes_total\\{result="failed"\\}');
  return failed > 1 || count("logmill_sink_disk_full_retries_total") > 1;
}
