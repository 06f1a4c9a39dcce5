// Servers that are killed, lose their data, have no memory left or have become replicas; several of them; and who may
// write. Whatever happens, what is published in the end is what a fresh server would hold.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { recordEvidence } from "../../../support/evidence.ts";
import { clicksOf, event, newStore, publisherTo } from "../../../support/redis-output.ts";
import { redisMissing, RedisServerProcess, tlsSetup } from "../../../support/redis-server.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import type { EventStore, TableEvent } from "../../../support/table-events.ts";

const isFull = process.env["LOGMILL_TEST_DEPTH"] === "full";
const day = "2011-06-20";
const range = ["0", "-1", "WITHSCORES"];
const keep = ["--appendonly", "yes", "--appendfsync", "always"];
const strings = { string: { key: "{bucket}:{campaign}:{country}", value: "clicks" } };
const campaigns = (from: number, to: number): TableEvent[] =>
  Array.from({ length: to - from }, (_, at) => event(day, `c${from + at}`));
/** Of a day without anything else: a name for each string. */
const keysOf = (events: readonly TableEvent[]): string[] =>
  [...new Set(events.map(({ keys }) => `${day}:${keys.join(":")}`))].sort();

/** Does something once, before the block of rows with this number is read. */
function beforeBlock(store: EventStore, block: number, act: () => Promise<void>): void {
  const read = store.read.bind(store);
  store.read = async function* (key, bucketStart) {
    let blocks = 0;
    for await (const frame of read(key, bucketStart)) {
      if (blocks === block) {
        store.read = read;
        await act();
      }
      blocks += 1;
      yield frame;
    }
  };
}

describe.skipIf(redisMissing !== null)("an output to Redis", () => {
  let store: EventStore;

  beforeEach(() => {
    store = newStore();
  });

  it.each([
    ["keeps its data", keep],
    ["has lost its data", []],
  ])("is complete after its server was killed at any time and %s", async (_, options) => {
    const redis = await RedisServerProcess.start(...options);
    const set = publisherTo(store, [redis]);
    const keys = publisherTo(store, [redis], { name: "strings", ...strings });
    const blocks = isFull ? [0, 1, 2, 3, 4, 5] : [0, 2, 5];
    for (const { publish } of [set, keys]) {
      for (const block of blocks) {
        // Other rows, so that members and keys have to go: an attempt that broke off must not leave any.
        store.remove(event(day, "").bucketStart);
        for (let round = 0; round <= block; round += 1) store.add(campaigns(block, block + 18));
        beforeBlock(store, block, () => redis.kill());
        await expect(publish()).rejects.toMatchObject({ code: "output_unavailable" });
        await redis.restart();
        await publish();
        const events = campaigns(block, block + 18).flatMap((one) =>
          Array.from({ length: block + 1 }, () => one),
        );
        if (publish === set.publish) {
          expect(await redis.pairs("ZRANGE", `clicks:${day}`, ...range)).toEqual(clicksOf(events));
        } else {
          const expected = keysOf(events);
          expect((await redis.keys()).filter((key) => key.startsWith(day))).toEqual(expected);
          const values = (await redis.ask("MGET", ...expected)) as string[];
          expect(new Set(values)).toEqual(new Set([String(block + 1)]));
        }
      }
    }
    recordEvidence({
      part: "network",
      fault: `SIGKILL of a Redis that ${options.length > 0 ? "keeps" : "loses"} its data, while it is written`,
      expected: "the next publish gives what a fresh server would hold",
      observed: "no member or key too many, none missing",
      runs: 2 * blocks.length,
      lost: 0,
      twice: 0,
    });
  });

  it("leaves no key behind that an attempt has written and the next one does not have", async () => {
    const redis = await RedisServerProcess.start();
    const { publish } = publisherTo(store, [redis], strings);
    store.add(campaigns(0, 18));
    beforeBlock(store, 5, () => Promise.reject(new Error("the reader broke off")));
    await expect(publish()).rejects.toThrow("the reader broke off");
    expect((await redis.keys()).length).toBeGreaterThan(0);
    store.remove(event(day, "").bucketStart);
    store.add(campaigns(17, 20));
    await publisherTo(store, [redis], strings).publish();
    expect(await redis.keys()).toEqual(keysOf(campaigns(17, 20)));
  });

  it("is complete after an attempt broke off and the store was given a backup of before", async () => {
    const redis = await RedisServerProcess.start();
    const { publish } = publisherTo(store, [redis], strings);
    store.add(campaigns(0, 18));
    await publish();
    store.add(campaigns(0, 18));
    beforeBlock(store, 5, () => Promise.reject(new Error("the reader broke off")));
    await expect(publish()).rejects.toThrow("the reader broke off");
    // The same version of the bucket as was published first.
    store.remove(event(day, "").bucketStart);
    store.add(campaigns(0, 18));
    await publish();
    const values = (await redis.ask("MGET", ...keysOf(campaigns(0, 18)))) as string[];
    expect(new Set(values)).toEqual(new Set(["1"]));
  });

  it("is complete after its server was given a backup of before", async () => {
    const redis = await RedisServerProcess.start();
    const { publish } = publisherTo(store, [redis]);
    store.add(campaigns(0, 3));
    await publish();
    const kept = [`clicks:${day}`, `logmill:${store.storeId}:live`];
    for (const key of kept) await redis.ask("COPY", key, `backup:${key}`);
    store.add(campaigns(0, 3));
    await publish();
    for (const key of kept) await redis.ask("COPY", `backup:${key}`, key, "REPLACE");
    expect((await publish()).written).toHaveLength(1);
    const twice = clicksOf([...campaigns(0, 3), ...campaigns(0, 3)]);
    expect(await redis.pairs("ZRANGE", `clicks:${day}`, ...range)).toEqual(twice);
  });

  it.each([
    ["no memory left", /OOM.*raise maxmemory/u, ["CONFIG", "SET", "maxmemory", "1"]],
    ["become a replica", /READONLY.*name the primary/u, ["REPLICAOF", "127.0.0.1", "1"]],
  ])(
    "keeps what was there when its server has %s, and goes on afterwards",
    async (_, said, make) => {
      const redis = await RedisServerProcess.start();
      const { publish } = publisherTo(store, [redis]);
      store.add(campaigns(0, 9));
      await publish();
      store.add(campaigns(5, 30));
      await redis.ask(...make);
      await expect(publish()).rejects.toThrow(said);
      await expect(publish()).rejects.toMatchObject({ code: "output_unavailable", exitCode: 75 });
      const clicks = (): Promise<unknown> => redis.pairs("ZRANGE", `clicks:${day}`, ...range);
      expect(await clicks()).toEqual(clicksOf(campaigns(0, 9)));
      await redis.ask("REPLICAOF", "NO", "ONE");
      await redis.ask("CONFIG", "SET", "maxmemory", "0");
      await publish();
      expect(await clicks()).toEqual(clicksOf([...campaigns(0, 9), ...campaigns(5, 30)]));
    },
  );

  it("gives each key to one server, and writes to those that are there", async () => {
    const servers = [await RedisServerProcess.start(), await RedisServerProcess.start()];
    const [first, second] = servers as [RedisServerProcess, RedisServerProcess];
    store.add(campaigns(0, 40));
    const { publish } = publisherTo(store, servers, strings);
    await second.kill();
    await expect(publish()).rejects.toMatchObject({ code: "output_unavailable" });
    const ofFirst = await first.keys();
    await second.restart();
    await publish();
    expect(await first.keys()).toEqual(ofFirst);
    const ofSecond = await second.keys();
    expect(ofSecond.length).toBeGreaterThan(5);
    expect([...ofFirst, ...ofSecond].sort()).toEqual(keysOf(campaigns(0, 40)));
    // In another order they are the same servers.
    const turned = publisherTo(store, [...servers].reverse(), strings);
    expect((await turned.publish()).written).toEqual([]);
  });

  it("moves keys to a server that is added, and deletes them where they were", async () => {
    const [first, second] = [await RedisServerProcess.start(), await RedisServerProcess.start()];
    const days = Array.from(
      { length: 20 },
      (_, at) => `2011-06-${String(at + 1).padStart(2, "0")}`,
    );
    for (const one of days) store.add([event(one, "a")]);
    const zset = { key: "clicks:{bucket}", member: "{campaign}", score: "clicks" };
    const both = [strings, { name: "sets", zset }];
    for (const output of both) await publisherTo(store, [first], output).publish();
    const before = await first.keys();
    expect(before).toHaveLength(40);
    for (const output of both) await publisherTo(store, [first, second], output).publish();
    const [left, moved] = [await first.keys(), await second.keys()];
    expect(moved.length).toBeGreaterThan(5);
    expect([...left, ...moved].sort()).toEqual(before);
  });

  it("never calls a server that no key belongs to", async () => {
    const servers = [await RedisServerProcess.start(), await RedisServerProcess.start()];
    const connections = async (server: RedisServerProcess): Promise<number> => {
      const stats = (await server.ask("INFO", "stats")) as string;
      return Number(/total_connections_received:(\d+)/u.exec(stats)![1]);
    };
    const before = await Promise.all(servers.map(connections));
    store.add(campaigns(0, 3));
    await publisherTo(store, servers).publish();
    const after = await Promise.all(servers.map(connections));
    expect(after.map((count, at) => count - before[at]!).sort()).toEqual([0, 1]);
  });

  it("writes to its database as the user that the address names, by the password of a file", async () => {
    const redis = await RedisServerProcess.start();
    // Not for KEYS, or anything else that holds up a server.
    const rights = ["~*", "+@all", "-@dangerous"];
    await redis.ask("ACL", "SETUSER", "mill", "on", ">s3cret", ...rights);
    store.add(campaigns(0, 3));
    const passwordFile = join(tempFolder(), "password");
    writeFileSync(passwordFile, "s3cret\n", { mode: 0o600 });
    const url = `redis://mill@127.0.0.1:${redis.port}/3`;
    await publisherTo(store, [{ url }], { passwordFile }).publish();
    await publisherTo(store, [{ url }], { passwordFile, name: "strings", ...strings }).publish();
    await redis.ask("SELECT", "3");
    expect(await redis.keys()).toEqual([...keysOf(campaigns(0, 3)), `clicks:${day}`]);
    writeFileSync(passwordFile, "wrong", { mode: 0o600 });
    const wrong = publisherTo(store, [{ url }], { passwordFile });
    await expect(wrong.publish()).rejects.toThrow(/WRONGPASS.*password_file/u);
  });

  it("sends nothing to a server whose certificate nobody vouches for", async (context) => {
    const tls = await tlsSetup();
    if (tls === null) return context.skip("openssl is not here");
    const redis = await RedisServerProcess.start(...tls.options);
    store.add(campaigns(0, 3));
    const { publish } = publisherTo(store, [{ url: tls.url }]);
    await expect(publish()).rejects.toThrow(/self-signed certificate/u);
    expect(await redis.keys()).toEqual([]);
    await publisherTo(store, [{ url: tls.url }], { caFile: tls.authority }).publish();
    expect(await redis.keys()).toEqual([`clicks:${day}`]);
  });
});
