// A pool with real child processes: ones that do no work, for what happens to processes, since the
// work itself is tested with a single worker.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Registry } from "../../src/shared/runtime/metrics.ts";
import { startPool } from "../../src/worker/pool.ts";
import type { Pool } from "../../src/worker/pool.ts";
import { atEnd, temporaryFolder, until } from "../support/net-fixture.ts";
import { keepingLogger } from "../support/silent-logger.ts";

const module = fileURLToPath(new URL("../support/fake-pool-child.mjs", import.meta.url));

interface Trial {
  readonly pool: Pool;
  readonly registry: Registry;
  /** Process ids, one for each start so far. */
  readonly starts: () => number[];
}

function poolOf(mode: string, concurrency: number): Trial {
  const diary = join(temporaryFolder(), "diary");
  const registry = new Registry();
  const pool = startPool({
    tasks: "tcp://127.0.0.1:9",
    concurrency,
    logger: keepingLogger(),
    registry,
    entry: { module, args: [mode, diary] },
  });
  atEnd(() => pool.stop().catch(() => undefined));
  const starts = (): number[] => {
    try {
      return (readFileSync(diary, "utf8").match(/\d+\n/g) ?? []).map(Number);
    } catch {
      return [];
    }
  };
  return { pool, registry, starts };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a pool", () => {
  it("shows the counters of all its children on one registry, told apart", async () => {
    const { pool, registry, starts } = poolOf("works", 3);
    await until("all have started", () => starts().length === 3);
    for (const worker of ["1", "2", "3"]) {
      const line = `logmill_worker_batches_total{worker="${worker}"} 5\n`;
      await until(`worker ${worker} has reported`, async () =>
        (await registry.metrics()).includes(line),
      );
    }
    await pool.stop();
    expect(starts().filter(isAlive)).toEqual([]);
    expect(pool.isReady).toBe(false);
  });

  it("starts a child again that was killed, and forgets nothing that it had counted", async () => {
    const { pool, registry, starts } = poolOf("dies once", 1);
    await until("it was started again", () => starts().length === 2);
    await until("the second child has reported", () => pool.isReady);
    expect(await registry.metrics()).toContain('logmill_worker_batches_total{worker="1"} 10\n');
    await pool.stop();
  });

  it("counts the children that their watchdogs have ended, and no other deaths", async () => {
    const kills = 'logmill_worker_watchdog_kills_total{worker="1"}';
    for (const [mode, count] of [
      ["hangs once", 1],
      ["dies once", 0],
    ] as const) {
      const { pool, registry, starts } = poolOf(mode, 1);
      await until("it was started again", () => starts().length === 2);
      await until("the second child has reported", () => pool.isReady);
      expect(await registry.metrics()).toContain(`${kills} ${count}\n`);
      await pool.stop();
    }
  });

  it("ends when all its children have drained", async () => {
    const { pool, registry, starts } = poolOf("drained", 2);
    await pool.ended;
    expect(starts()).toHaveLength(2);
    expect(await registry.metrics()).toContain('logmill_worker_batches_total{worker="2"} 5\n');
  });

  it("gives up when a child says that a restart is no use", async () => {
    const { pool, starts } = poolOf("hopeless", 1);
    await expect(pool.ended).rejects.toMatchObject({ code: "role_failed" });
    expect(starts()).toHaveLength(1);
  });

  it("stops while a child waits for its next start", async () => {
    const { pool, starts } = poolOf("dies once", 1);
    await until("it has started", () => starts().length === 1);
    const [first] = starts();
    await until("it is dead", () => !isAlive(first!));
    await pool.stop();
    expect(starts().filter(isAlive)).toEqual([]);
  });
});
