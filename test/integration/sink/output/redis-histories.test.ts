// Whatever happens to a store, to its Redis and to the process between them, in any order: once a publish has ended well, the
// keys are those that a fresh server is given.

import fc from "fast-check";
import { expect, it } from "vitest";
import type { RedisOutput } from "../../../../src/shared/config/config.ts";
import { event, newStore, publisherTo, type RedisTrial } from "../../../support/redis-output.ts";
import { redisMissing, RedisServerProcess } from "../../../support/redis-server.ts";

const days = ["2011-06-20", "2011-06-21"];
const layouts: readonly Partial<RedisOutput>[] = [
  {},
  { zset: { key: "{bucket}:{campaign}", member: "{country}", score: "clicks" } },
  { string: { key: "{bucket}:{campaign}:{country}", value: "clicks" } },
  { hash: { key: "{bucket}:{country}", bounds: false } },
];

const day = fc.constantFrom(...days);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant("add"), day, fc.nat({ max: 7 })) },
  fc.tuple(fc.constantFrom("forget bucket", "break off", "touch a key", "lose a key"), day),
  fc.tuple(fc.constantFrom("lose data", "restart", "back up", "restore")),
);
type Step = readonly [kind: string, day?: string, count?: number];

/** All keys of a database and what is in them, logmill's own left out. */
async function contents(redis: RedisServerProcess): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const key of await redis.keys()) {
    const type = (await redis.ask("TYPE", key)) as string;
    if (type === "zset") found[key] = await redis.pairs("ZRANGE", key, "0", "-1", "WITHSCORES");
    else if (type === "hash") found[key] = await redis.pairs("HGETALL", key);
    else found[key] = await redis.ask("GET", key);
  }
  return found;
}

class History {
  readonly #redis: RedisServerProcess;
  readonly #changes: Partial<RedisOutput>;
  readonly #store = newStore();
  #trial: RedisTrial;
  /** The next bucket is read to its first frame. */
  #isToBreakOff = false;
  /** Keys that are in the third database as they were. */
  #backup: readonly string[] | null = null;
  /** Days that the store has; keys of others are nobody's business. */
  readonly #known = new Set<string>();

  constructor(redis: RedisServerProcess, changes: Partial<RedisOutput>) {
    this.#redis = redis;
    this.#changes = changes;
    this.#trial = publisherTo(this.#store, [redis], changes);
    this.#mayBreakOff();
  }

  async follow([kind, of = "", count = 0]: Step): Promise<void> {
    const redis = this.#redis;
    if (kind === "add") {
      const events = Array.from({ length: count + 1 }, (_, at) =>
        event(of, `c${at % 5}`, at % 2 === 0 ? "CA" : "US"),
      );
      this.#store.add(events);
      this.#known.add(of);
    } else if (kind === "forget bucket") {
      this.#store.remove(event(of, "").bucketStart);
      this.#known.delete(of);
    } else if (kind === "break off") this.#isToBreakOff = true;
    else if (kind === "lose a key" || kind === "touch a key") await this.#harm(kind, of);
    else if (kind === "lose data") await redis.ask("FLUSHDB");
    else if (kind === "back up") await this.#backUp();
    else if (kind === "restore") await this.#restore();
    else {
      this.close();
      this.#trial = publisherTo(this.#store, [redis], this.#changes);
    }
    await this.#check();
  }

  close(): void {
    this.#trial.publisher.close();
  }

  #mayBreakOff(): void {
    const read = this.#store.read.bind(this.#store);
    const breaksOff = (): boolean => this.#isToBreakOff;
    this.#store.read = async function* (key, bucketStart) {
      for await (const frame of read(key, bucketStart)) {
        yield frame;
        if (breaksOff()) throw new Error("broken off");
      }
    };
  }

  /** A bucket's one key is looked at by the first publish of a process; one of many is not. */
  async #harm(kind: string, of: string): Promise<void> {
    if (this.#changes.zset !== undefined || this.#changes.string !== undefined) return;
    if (this.#changes.hash !== undefined || !this.#known.has(of)) return;
    const key = `clicks:${of}`;
    if (kind === "lose a key") await this.#redis.ask("DEL", key);
    else await this.#redis.ask("ZADD", key, "7", "somebody/else");
  }

  async #backUp(): Promise<void> {
    await this.#redis.ask("SELECT", "2");
    await this.#redis.ask("FLUSHDB");
    await this.#redis.ask("SELECT", "0");
    const keys = (await this.#redis.ask("KEYS", "*")) as string[];
    for (const key of keys) await this.#redis.ask("COPY", key, key, "DB", "2");
    this.#backup = keys;
  }

  async #restore(): Promise<void> {
    if (this.#backup === null) return;
    await this.#redis.ask("FLUSHDB");
    await this.#redis.ask("SELECT", "2");
    for (const key of this.#backup) await this.#redis.ask("COPY", key, key, "DB", "0");
    await this.#redis.ask("SELECT", "0");
  }

  async #check(): Promise<void> {
    await this.#trial.publish().catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== "broken off") throw error;
      this.#isToBreakOff = false;
      return this.#trial.publish();
    });
    const redis = this.#redis;
    const kept = Object.entries(await contents(redis)).filter(([key]) => this.#isKnown(key));
    this.#isToBreakOff = false;
    await redis.ask("SELECT", "1");
    await redis.ask("FLUSHDB");
    const other = publisherTo(this.#store, [{ url: `${redis.url}/1` }], this.#changes);
    await other.publish();
    other.publisher.close();
    const fresh = await contents(redis);
    await redis.ask("SELECT", "0");
    expect(Object.fromEntries(kept)).toEqual(fresh);
  }

  #isKnown(key: string): boolean {
    return [...this.#known].some((one) => key.includes(one));
  }
}

it.skipIf(redisMissing !== null)(
  "after any history, a Redis holds what a fresh one would",
  async () => {
    const redis = await RedisServerProcess.start();
    const history = fc.array(step, { minLength: 2, maxLength: 10 });
    const numRuns = process.env["LOGMILL_TEST_DEPTH"] === "full" ? 200 : 10;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...layouts), history, async (changes, steps) => {
        await redis.ask("FLUSHALL");
        await redis.ask("SELECT", "0");
        const followed = new History(redis, changes);
        for (const one of steps as readonly Step[]) await followed.follow(one);
        followed.close();
      }),
      { numRuns },
    );
  },
);
