// What an output writes to a real Redis, and what it leaves alone.

import { beforeEach, describe, expect, it } from "vitest";
import { clicksOf, event, newStore, publisherTo } from "../../../support/redis-output.ts";
import { redisMissing, RedisServerProcess } from "../../../support/redis-server.ts";
import type { EventStore, TableEvent } from "../../../support/table-events.ts";

if (redisMissing !== null) process.stderr.write(`skipped, no Redis: ${redisMissing}\n`);

const [first, second] = ["2011-06-20", "2011-06-21"];
const range = ["0", "-1", "WITHSCORES"];
const campaigns = (count: number, day = first): TableEvent[] =>
  Array.from({ length: count }, (_, at) => event(day, `c${at}`));

describe.skipIf(redisMissing !== null)("an output to Redis", () => {
  let redis: RedisServerProcess;
  let store: EventStore;
  const scores = (day: string): Promise<Record<string, string>> =>
    redis.pairs("ZRANGE", `clicks:${day}`, ...range);

  beforeEach(async () => {
    redis = await RedisServerProcess.start();
    store = newStore();
  });

  it("writes a sorted set for each bucket, as counting by hand gives it, whatever its size", async () => {
    const events = [
      ...campaigns(3),
      event(first, "c1"),
      ...campaigns(9, second),
      event(second, "", "é"),
    ];
    store.add(events);
    const report = await publisherTo(store, [redis]).publish();
    expect(report).toMatchObject({ rows: 13, abandoned: [], notes: [] });
    expect(report.paths).toEqual([first, second].map((day) => `${redis.url}/0/clicks:${day}`));
    expect(report.written).toEqual(report.paths);
    expect(await scores(first)).toEqual(clicksOf(events.slice(0, 4)));
    expect(await scores(second)).toEqual(clicksOf(events.slice(4)));
    expect(await redis.keys()).toEqual([`clicks:${first}`, `clicks:${second}`]);
  });

  it("sums up dimensions that no template has", async () => {
    store.add([event(first, "a", "CA"), event(first, "b", "CA"), event(first, "b", "US")]);
    const zset = { key: "{bucket}", member: "{country}", score: "revenue" };
    await publisherTo(store, [redis], { zset }).publish();
    expect(await redis.pairs("ZRANGE", first, ...range)).toEqual({ CA: "2", US: "1" });
  });

  it("writes a sorted set for each combination of the dimensions in its key", async () => {
    store.add([...campaigns(9), event(first, "x", "US"), event(first, "y:%", "US")]);
    const zset = { key: "{summary}:{country}:{bucket}", member: "{campaign}", score: "clicks" };
    const { publish } = publisherTo(store, [redis], { zset });
    await publish();
    expect(await redis.keys()).toEqual([`campaigns:CA:${first}`, `campaigns:US:${first}`]);
    expect(await redis.ask("ZCARD", `campaigns:CA:${first}`)).toBe(9);
    expect(await redis.pairs("ZRANGE", `campaigns:US:${first}`, ...range)).toEqual({
      x: "1",
      "y:%": "1",
    });
    expect((await publish()).written).toEqual([]);
  });

  it("writes a hash for each row, without the metrics that have no value", async () => {
    store.add([event(first, "a", "CA", 250n), event(first, "a"), event(first, "b", "US", null)]);
    const hash = { key: "{bucket}:{campaign}:{country}", bounds: true };
    await publisherTo(store, [redis], { hash }).publish();
    expect(await redis.pairs("HGETALL", `${first}:a:CA`)).toEqual({
      ...{ clicks: "2", revenue: "3.50", least: "1.00", price: "1.75" },
      ...{ users: "1", users_lo: "1", users_hi: "1" },
    });
    expect(await redis.pairs("HGETALL", `${first}:b:US`)).toEqual({
      ...{ clicks: "1", revenue: "0.00", users: "1", users_lo: "1", users_hi: "1", price: "0" },
    });
  });

  it("writes a string for each row that has the value, with all digits", async () => {
    store.add([event(first, "a", "CA", 2n ** 62n), event(first, "b", "CA", null)]);
    const string = { key: "{bucket}:{campaign}", value: "least" };
    expect((await publisherTo(store, [redis], { string }).publish()).notes).toEqual([]);
    expect(await redis.keys()).toEqual([`${first}:a`]);
    expect(await redis.ask("GET", `${first}:a`)).toBe("46116860184273879.04");
  });

  it("says that a score was rounded, since a double has 15 digits", async () => {
    store.add([event(first, "a", "CA", 2n ** 62n)]);
    const zset = { key: "{bucket}", member: "{campaign}", score: "revenue" };
    const { notes } = await publisherTo(store, [redis], { zset }).publish();
    expect(notes).toEqual([expect.stringMatching(/output live: .* are rounded/u)]);
  });

  it("keeps bytes that are no UTF-8, and rows apart whose values join to one text", async () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0x0a);
    store.add([event(first, bytes), event(first, "\\xff\0\n")]);
    store.add([event(first, "a:b", "c"), event(first, "a", "b:c"), event(first, "a%3Ab", "c")]);
    await publisherTo(store, [redis], {
      string: { key: "{bucket}:{campaign}:{country}", value: "clicks" },
    }).publish();
    expect(await redis.keys()).toEqual(
      [
        ...[`${first}:a%253Ab:c`, `${first}:a%3Ab:c`, `${first}:a:b:c`],
        ...[`${first}:\xff\0\n:CA`, `${first}:\\xff\0\n:CA`],
      ].sort(),
    );
  });

  it("writes nothing where nothing has changed, also after a restart", async () => {
    store.add([...campaigns(9), ...campaigns(2, second)]);
    const { publish } = publisherTo(store, [redis]);
    await publish();
    store.reads.length = 0;
    await redis.calls();
    expect((await publish()).written).toEqual([]);
    expect((await publisherTo(store, [redis]).publish()).written).toEqual([]);
    expect(store.reads).toEqual([]);
    const calls = [...(await redis.calls()).keys()].filter((name) => !/config|client/u.test(name));
    expect(calls.sort()).toEqual(["hget", "hscan", "zcard"]);
    store.add([event(second, "new")]);
    expect((await publish()).written).toEqual([`${redis.url}/0/clicks:${second}`]);
  });

  it("sends as many commands for ten times as many lines of the same keys", async () => {
    const commands = async (lines: number): Promise<number> => {
      await redis.ask("FLUSHALL");
      const many = newStore();
      for (let line = 0; line < lines; line += 1) many.add(campaigns(9));
      await redis.calls();
      await publisherTo(many, [redis], {
        hash: { key: "{bucket}:{campaign}", bounds: false },
      }).publish();
      return [...(await redis.calls()).values()].reduce((sum, count) => sum + count, 0);
    };
    const once = await commands(1);
    expect(await commands(10)).toBe(once);
    expect(once).toBeLessThan(9 * 3 + 30);
  });

  it("removes members and keys that a bucket has no more", async () => {
    const set = publisherTo(store, [redis]);
    const strings = publisherTo(store, [redis], {
      ...{ name: "strings", string: { key: "{bucket}:{campaign}", value: "clicks" } },
    });
    store.add(campaigns(9));
    await set.publish();
    await strings.publish();
    store.remove(event(first, "").bucketStart);
    store.add([event(first, "c1")]);
    store.add([event(first, "d")]);
    await set.publish();
    await strings.publish();
    expect(await scores(first)).toEqual({ "c1/CA": "1", "d/CA": "1" });
    const keys = [`${first}:c1`, `${first}:d`, `clicks:${first}`];
    expect(await redis.keys()).toEqual(keys);
  });

  it("names keys of a bucket that the store has no more, and lets them be", async () => {
    store.add([...campaigns(1), ...campaigns(1, second)]);
    const { publish } = publisherTo(store, [redis]);
    await publish();
    store.remove(event(first, "").bucketStart);
    expect((await publish()).abandoned).toEqual([`${redis.url}/0/clicks:${first}`]);
    expect(await scores(first)).toEqual({ "c0/CA": "1" });
  });

  it("writes everything again for a server that has lost it, and one key that somebody has touched", async () => {
    store.add([...campaigns(9), ...campaigns(2, second)]);
    const { publish } = publisherTo(store, [redis]);
    await publish();
    await redis.ask("FLUSHALL");
    expect((await publish()).written).toHaveLength(2);
    expect(await scores(second)).toEqual(clicksOf(campaigns(2, second)));
    await redis.ask("ZREM", `clicks:${first}`, "c1/CA");
    expect((await publish()).written).toEqual([`${redis.url}/0/clicks:${first}`]);
    expect(await scores(first)).toEqual(clicksOf(campaigns(9)));
  });

  it("never shows a part of a set, however many commands it takes", async () => {
    store.add(campaigns(100));
    const { publish } = publisherTo(store, [redis]);
    await publish();
    store.add(Array.from({ length: 100 }, (_, at) => event(first, `d${at}`)));
    let isDone = false;
    const publishing = publish().finally(() => (isDone = true));
    const seen = new Set<unknown>();
    while (!isDone) seen.add(await redis.ask("ZCARD", `clicks:${first}`));
    await publishing;
    expect([100, 200]).toEqual(expect.arrayContaining([...seen]));
    expect(await redis.ask("ZCARD", `clicks:${first}`)).toBe(200);
  });

  it("has keys expire so long after their bucket, and writes none that has", async () => {
    store.add([...campaigns(9), ...campaigns(1, "2011-06-24")]);
    const hourMs = 3_600_000;
    const { publish } = publisherTo(store, [redis], { ttlMs: 48 * hourMs });
    expect((await publish()).paths).toEqual([`${redis.url}/0/clicks:2011-06-24`]);
    // What has expired by the server's own clock is gone at once.
    expect(await redis.keys()).toEqual([]);
    const late = publisherTo(store, [redis], { ttlMs: 100 * 366 * 24 * hourMs });
    await late.publish();
    const end = Date.parse("2011-06-21T04:00:00Z") / 1000;
    const expected = end + 100 * 366 * 24 * 3600;
    expect(await redis.ask("EXPIRETIME", `clicks:${first}`)).toBe(expected);
  });
});
