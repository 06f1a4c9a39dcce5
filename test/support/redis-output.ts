// An output to Redis over a store in memory, and what it must have written by plain counting.

import type { RedisOutput, SummaryConfig } from "../../src/shared/config/config.ts";
import { bucketOf } from "../../src/shared/model/bucket.ts";
import type { PublishReport } from "../../src/sink/output/publisher.ts";
import { RedisPublisher } from "../../src/sink/output/redis/redis-publisher.ts";
import { MemoryFileSystem } from "./memory-file-system.ts";
import type { RedisServerProcess } from "./redis-server.ts";
import { definitionOf, price } from "./stored-summary.ts";
import { EventStore, type TableEvent } from "./table-events.ts";
import { onTestFinished } from "vitest";

const definition = definitionOf();
const configured: SummaryConfig = {
  ...definition,
  maxRows: 1000,
  metrics: [...definition.metrics, price],
};

const zset = { key: "clicks:{bucket}", member: "{campaign}/{country}", score: "clicks" };

export const event = <Key extends string | Uint8Array = string>(
  day: string,
  campaign: Key,
  country = "CA",
  revenue: bigint | null = 100n,
): TableEvent<Key | string> => ({
  bucketStart: bucketOf(definition.timezone, "day", Date.parse(`${day}T12:00:00Z`) / 1000).start,
  keys: [campaign, country],
  revenue,
  user: 1,
});

export const newStore = (): EventStore => new EventStore(definition, 3);

export interface RedisTrial {
  readonly publisher: RedisPublisher;
  readonly publish: () => Promise<PublishReport>;
}

/** A process's own publisher: it knows what servers tell it. */
export function publisherTo(
  store: EventStore,
  servers: readonly Pick<RedisServerProcess, "url">[],
  changes: Partial<RedisOutput> = {},
  nowMs = Date.parse("2011-06-25T00:00:00Z"),
): RedisTrial {
  const output: RedisOutput = {
    name: "live",
    type: "redis",
    summaries: [definition.name],
    endpoints: servers.map(({ url }) => url),
    passwordFile: null,
    caFile: null,
    pipeline: 4,
    ttlMs: null,
    ...(changes.hash === undefined && changes.string === undefined && { zset }),
    ...changes,
  };
  const parts = {
    ...{ files: new MemoryFileSystem(), store, summaries: [configured], stateFolder: "/outputs" },
    ...{ environment: {}, nowMs: () => nowMs },
  };
  const publisher = new RedisPublisher(parts, output);
  publisher.prepare();
  onTestFinished(() => publisher.close());
  return { publisher, publish: async () => await publisher.publish(await store.summaries()) };
}

/** The clicks of a day by campaign and country. */
export function clicksOf(events: readonly TableEvent[]): Record<string, string> {
  const clicks = new Map<string, number>();
  for (const { keys } of events) {
    const member = keys.map(String).join("/");
    clicks.set(member, (clicks.get(member) ?? 0) + 1);
  }
  return Object.fromEntries([...clicks].map(([member, count]) => [member, String(count)]));
}
