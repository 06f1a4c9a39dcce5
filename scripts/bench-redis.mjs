// How fast rows become keys of a Redis on this host, by how many records are sent at once: sorted sets, hashes and strings, each
// into a server of its own that keeps nothing on disk. Needs redis-server.
//
//   npm run bench:redis [-- RECORDS]

import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import console from "node:console";
import { createServer } from "node:net";
import { once } from "node:events";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { importSource } from "./import-source.mjs";

const records = Number(process.argv[2] ?? 100_000);
/** Of a pipeline of one, which waits for every answer. */
const recordsAlone = Math.min(records, 5000);
const wantedPerSecond = 83_000;
/** The best of them counts: whatever else the machine does only makes it slower. */
const rounds = 5;

const [{ writeBucket }, { redisLayout }, { RedisServer }, { parseRedisUrl }, { loadRedisLibrary }] =
  /** @type {[typeof import("../src/sink/output/redis/bucket-writer.ts"), typeof import("../src/sink/output/redis/layout.ts"), typeof import("../src/sink/output/redis/server.ts"), typeof import("../src/shared/model/redis-url.ts"), typeof import("../src/sink/output/redis/connection.ts")]} */ (
    await importSource([
      "sink/output/redis/bucket-writer.ts",
      "sink/output/redis/layout.ts",
      "sink/output/redis/server.ts",
      "shared/model/redis-url.ts",
      "sink/output/redis/connection.ts",
    ])
  );

/** @type {import("../src/sink/query/columns.ts").ResultColumns} */
const columns = {
  keys: [{ kind: "dimension", name: "user", index: 0 }],
  metrics: ["visits", "orders", "pages"].map((name, column) => ({
    ...{ kind: "stored", name, column },
    definition: { name, type: "count" },
  })),
};

/** @param {number} count */
async function* rowsOf(count) {
  for (let from = 0; from < count; from += 256) {
    yield await Promise.resolve(
      Array.from({ length: Math.min(256, count - from) }, (_, at) => ({
        keys: [Buffer.from(`user${String(from + at).padStart(8, "0")}`)],
        values: [1n, 2n, BigInt(from + at)].map((value) => ({
          type: /** @type {const} */ ("count"),
          count: value,
        })),
      })),
    );
  }
}

const layouts = {
  "sorted set": redisLayout({ zset: { key: "v:{bucket}", member: "{user}", score: "visits" } }),
  "hash of 3 fields": redisLayout({ hash: { key: "v:{bucket}:{user}", bounds: false } }),
  string: redisLayout({ string: { key: "v:{bucket}:{user}", value: "visits" } }),
};

const probe = createServer().listen(0, "127.0.0.1");
await once(probe, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
probe.close();
const redis = spawn("redis-server", ["--port", String(port), "--save", ""], {
  stdio: ["ignore", "pipe", "inherit"],
});
for await (const piece of redis.stdout) if (String(piece).includes("Ready to accept")) break;
try {
  const server = new RedisServer(parseRedisUrl(`redis://127.0.0.1:${port}`), "bench", "0");
  const access = { library: loadRedisLibrary(), password: null, authorities: null };
  await server.open(access);
  let least = Infinity;
  for (const [name, layout] of Object.entries(layouts)) {
    const speeds = [];
    for (const pipeline of [1, 500, 1000]) {
      const count = pipeline === 1 ? recordsAlone : records;
      const write = { server, layout, name: "v:day", content: "c", expiresAt: null, pipeline };
      const recordOf = layout.records(columns, { summary: "s", bucket: "day" });
      let best = 0;
      for (let round = 0; round < rounds; round += 1) {
        await server.pipeline([["FLUSHALL"]]);
        const startMs = performance.now();
        await writeBucket(write, rowsOf(count), recordOf);
        best = Math.max(best, (count * 1000) / (performance.now() - startMs));
      }
      speeds.push(best);
    }
    least = Math.min(least, speeds[1] ?? 0, speeds[2] ?? 0);
    const shown = speeds.map((speed) => Math.round(speed).toLocaleString("en"));
    console.log(`${name}: pipelines of 1, 500, 1000: ${shown.join(", ")} records/s`);
  }
  const verdict = least >= wantedPerSecond ? "above" : "below";
  console.log(`pipelines are ${verdict} ${wantedPerSecond.toLocaleString("en")} records/s`);
  server.close();
} finally {
  redis.kill("SIGKILL");
}
