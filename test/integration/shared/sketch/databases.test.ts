// Sketches beside those of real servers of PostgreSQL and Redis: the same values make the same sketch there and here.

import { describe, expect, it } from "vitest";
import { HyperLogLog } from "../../../../src/shared/sketch/hyperloglog.ts";
import { murmur3_128, murmur64a } from "../../../../src/shared/sketch/murmur.ts";
import { postgresMissing, PostgresServerProcess } from "../../../support/postgres-server.ts";
import { redisMissing, RedisServerProcess } from "../../../support/redis-server.ts";

if (postgresMissing !== null) process.stderr.write(`skipped, no PostgreSQL: ${postgresMissing}\n`);
if (redisMissing !== null) process.stderr.write(`skipped, no Redis: ${redisMissing}\n`);

/** Texts of 2 to 8 bytes and some of more than one block of either hash. */
const textOf = (n: number): string => (n % 3 === 0 ? `visitor number ${n} of é` : `v${n}`);
const textOfN = "case when n % 3 = 0 then 'visitor number ' || n || ' of é' else 'v' || n end";

const numbers = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => from + at);
const texts = (from: number, count: number): readonly string[] => numbers(from, count).map(textOf);

const hex = (sketch: HyperLogLog): string =>
  `\\x${Buffer.from(sketch.encode("postgres")).toString("hex")}`;

const postgresSketch = (values: readonly string[], shape = {}): HyperLogLog => {
  const sketch = HyperLogLog.create(shape);
  for (const value of values) sketch.addHash(murmur3_128(Buffer.from(value)));
  return sketch;
};

describe.skipIf(postgresMissing !== null)("sketches of PostgreSQL", () => {
  it("are ours byte for byte, for as many values and whatever shape", async () => {
    const postgres = await PostgresServerProcess.start();
    const shapes = [
      { modifiers: "", shape: {} },
      {
        modifiers: ", 14, 6, 0, 0",
        shape: { log2m: 14, regwidth: 6, expthresh: 0, sparseon: false },
      },
      { modifiers: ", 12, 4, 128, 1", shape: { log2m: 12, regwidth: 4, expthresh: 128 } },
    ];
    for (const { modifiers, shape } of shapes) {
      const aggregate = `hll_add_agg(hll_hash_text(${textOfN})${modifiers})`;
      for (const count of [1, 160, 161, 500, 50_000]) {
        const [theirs] = postgres.query(`select ${aggregate} from generate_series(1, ${count}) n`);
        expect(hex(postgresSketch(texts(1, count), shape)), `${count}${modifiers}`).toBe(theirs);
      }
      // Aggregates of no rows are NULL.
      const [none] = postgres.query(`select hll_empty(${modifiers.slice(2)})`);
      expect(hex(postgresSketch([], shape))).toBe(none);
    }
  });

  it("merge there as here, from every kind to every kind", async () => {
    const postgres = await PostgresServerProcess.start();
    // Empty, explicit, sparse and full ones that overlap.
    for (const counts of [
      [0, 1, 20, 30, 50],
      [0, 100, 100, 100, 100],
      [1, 0, 150, 300, 20_000],
    ]) {
      const sketches = counts.map((count, at) => postgresSketch(texts(10 * at, count)));
      const rows = sketches.map((sketch) => `('${hex(sketch)}'::hll)`).join(", ");
      const [theirs] = postgres.query(`select hll_union_agg(s) from (values ${rows}) v(s)`);
      const ours = sketches.reduce((sum, sketch) => sum.union(sketch));
      expect(hex(ours), String(counts)).toBe(theirs);
    }
  });
});

const redisSketch = (values: readonly string[]): HyperLogLog => {
  const sketch = HyperLogLog.create({ log2m: 14, regwidth: 6, expthresh: 0 });
  for (const value of values) sketch.addHash(murmur64a(Buffer.from(value)));
  return sketch;
};

describe.skipIf(redisMissing !== null)("sketches of Redis", () => {
  const registersOf = async (redis: RedisServerProcess, key: string): Promise<Buffer> => {
    const bytes = (await redis.askBytes("GET", key)) as Buffer;
    return Buffer.from(HyperLogLog.decode(bytes, "redis").registers());
  };
  const set = async (
    redis: RedisServerProcess,
    key: string,
    sketch: HyperLogLog,
  ): Promise<void> => {
    await redis.askBytes("SET", key, Buffer.from(sketch.encode("redis")));
  };

  it("have our registers, and Redis counts ours as its own", async () => {
    const redis = await RedisServerProcess.start();
    for (const count of [0, 1, 160, 161, 500, 50_000]) {
      const values = texts(1, count);
      await redis.askBytes("PFADD", `theirs:${count}`, ...values);
      const ours = redisSketch(values);
      const theirs = await registersOf(redis, `theirs:${count}`);
      expect(theirs.equals(ours.registers()), `${count} values`).toBe(true);
      await set(redis, `ours:${count}`, ours);
      const counted = await redis.ask("PFCOUNT", `ours:${count}`);
      expect(counted).toBe(await redis.ask("PFCOUNT", `theirs:${count}`));
      expect(Math.abs(Number(counted) - count)).toBeLessThanOrEqual(0.03 * count);
    }
  });

  it("merge there as here, and take what PFADD adds", async () => {
    const redis = await RedisServerProcess.start();
    const sketches = [0, 1, 150, 300, 20_000].map((count, at) =>
      redisSketch(texts(10 * at, count)),
    );
    for (const [at, sketch] of sketches.entries()) await set(redis, `s${at}`, sketch);
    await redis.ask("PFMERGE", "all", ...sketches.map((_, at) => `s${at}`));
    const union = sketches.reduce((sum, sketch) => sum.union(sketch));
    expect((await registersOf(redis, "all")).equals(union.registers())).toBe(true);

    await redis.ask("PFADD", "s2", ...texts(20, 400));
    const more = redisSketch(texts(20, 400));
    expect((await registersOf(redis, "s2")).equals(more.registers())).toBe(true);
  });
});
