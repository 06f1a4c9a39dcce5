// A sink whose Redis is away: it goes on counting and acknowledging, says so once, answers a ventilator that has finished when
// all is written, and ends when it is told to.

import { describe, expect, it } from "vitest";
import type { Config } from "../../src/shared/config/config.ts";
import { recordEvidence } from "../support/evidence.ts";
import { until } from "../support/net-fixture.ts";
import { redisMissing, RedisServerProcess } from "../support/redis-server.ts";
import {
  batchesOf,
  greet,
  partialOf,
  startTrial,
  type SinkTrial,
} from "../support/sink-fixture.ts";

const [first, second] = batchesOf(2).map((batch) => partialOf(batch));
const zset = { key: "hits:{bucket}", member: "{status}", score: "requests" };

/** Two outputs, of which the one to Redis comes first. */
function withRedis(url: string): (config: Config) => Config {
  const redis = {
    type: "redis",
    passwordFile: null,
    caFile: null,
    pipeline: 1000,
    ttlMs: null,
  } as const;
  const output = { name: "live", ...redis, summaries: ["hits"], endpoints: [url], zset };
  return (config) => ({ ...config, outputs: [output, ...config.outputs] });
}

const trialWith = (url: string, spaceWaitMs?: number): Promise<SinkTrial> =>
  startTrial(
    undefined,
    undefined,
    withRedis(url),
    spaceWaitMs === undefined ? {} : { spaceWaitMs },
  );

/** What a metric of the output to Redis is. */
async function valueOf({ registry }: SinkTrial, metric: string): Promise<number> {
  const line = new RegExp(`^logmill_sink_output_${metric}\\{output="live"\\} (.*)$`, "mu");
  return Number(line.exec(await registry.metrics())![1]);
}

const said = ({ logger }: SinkTrial): string[] =>
  logger.records.filter(({ level }) => level !== "debug").map(({ message }) => message);

describe.skipIf(redisMissing !== null)("a sink whose Redis is away", () => {
  it("goes on counting, and writes everything when it is there", async () => {
    const redis = await RedisServerProcess.stopped();
    const trial = await trialWith(redis.url);
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.acks.send({ type: "finish", request: 7 });
    await until("it has tried again", async () => (await valueOf(trial, "failures_total")) > 2);
    await trial.send(second!);
    await trial.acks.receive("ack");
    expect(trial.sink.isReady).toBe(true);
    expect(await valueOf(trial, "behind_seconds")).toBeGreaterThan(0);
    // The other output is no worse for it.
    const csv = (): string =>
      Buffer.from(trial.files.file("/disk/out/hits/2024-01-01.csv")).toString();
    await until("the file is written", () => /200,2\r?\n$/u.test(csv()));
    await redis.restart();
    const finished = await trial.acks.receive("finished");
    expect(finished).toMatchObject({ request: 7, sheets: { sources: { web: { lines: 2 } } } });
    expect(await redis.pairs("ZRANGE", "hits:2024-01-01", "0", "-1", "WITHSCORES")).toEqual({
      200: "2",
    });
    expect(await valueOf(trial, "behind_seconds")).toBe(0);
    expect(await valueOf(trial, "rows_total")).toBe(1);
    const about = said(trial).filter((message) => /server|reached/u.test(message));
    expect(about).toEqual([
      "an output waits for its server; counting goes on",
      "the outputs are reached again",
    ]);
    recordEvidence({
      part: "network",
      fault: "a Redis that is not reached",
      expected: "lines are counted and acknowledged, one log line, written when it is there",
      observed: "2 of 2 lines acknowledged meanwhile, and in Redis once it was there",
      runs: 1,
      lost: 0,
      twice: 0,
    });
  });

  it("ends without it when it is told to end", async () => {
    const redis = await RedisServerProcess.stopped();
    const trial = await trialWith(redis.url);
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.acks.send({ type: "finish", request: 7 });
    await until("it waits", async () => (await valueOf(trial, "failures_total")) > 0);
    await trial.sink.stop();
    expect(said(trial)).toContain("the outputs are left behind since a server is away; run again");
  });

  it("gives up a run after a while, with the exit code for trying again", async () => {
    const redis = await RedisServerProcess.stopped();
    const trial = await trialWith(redis.url, 50);
    const ended = expect(trial.sink.ended).rejects.toMatchObject({
      code: "output_unavailable",
      exitCode: 75,
    });
    await greet(trial);
    await trial.send(first!);
    await trial.acks.receive("ack");
    await trial.acks.send({ type: "finish", request: 7 });
    await ended;
  });
});
