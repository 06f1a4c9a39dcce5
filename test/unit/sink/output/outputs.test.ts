import { expect, it } from "vitest";
import type { CsvOutput } from "../../../../src/shared/config/config.ts";
import { Outputs } from "../../../../src/sink/output/outputs.ts";
import { configured, defaultConfig } from "../../../support/default-config.ts";
import { MemoryFileSystem } from "../../../support/memory-file-system.ts";
import { definitionOf } from "../../../support/stored-summary.ts";
import { EventStore } from "../../../support/table-events.ts";

const definition = definitionOf();
const revenue = { keys: ["a", "CA"], revenue: 1n, user: 1 };

function csv(name: string, path: string): CsvOutput {
  const files = { bounds: false, bucket: false };
  return { name, type: "csv", summaries: [definition.name], path, ...files };
}

function outputsOf(store: EventStore, ...outputs: readonly CsvOutput[]): Outputs {
  const config = {
    ...defaultConfig,
    dataDir: "/data",
    summaries: configured([definition]),
    outputs,
  };
  return new Outputs(new MemoryFileSystem(), store, config);
}

it("all go by one list of what the store has", async () => {
  const store = new EventStore(definition, 1);
  store.add([{ bucketStart: 0, ...revenue }]);
  let lists = 0;
  const summaries = store.summaries.bind(store);
  store.summaries = () => {
    lists += 1;
    return summaries();
  };
  const outputs = outputsOf(store, csv("one", "/1/{bucket}.csv"), csv("two", "/2/{bucket}.csv"));
  expect((await outputs.publish()).written).toHaveLength(2);
  expect((await outputs.publish()).written).toEqual([]);
  expect(lists).toBe(2);
});

it("that write one file are refused, as often as they are asked", async () => {
  const store = new EventStore(definition, 1);
  const [one, two] = [csv("one", "/out/{bucket}.csv"), csv("two", "/out/{bucket}.csv")];
  const outputs = outputsOf(store, one, two);
  await outputs.publish();
  store.add([{ bucketStart: 0, ...revenue }]);
  await expect(outputs.publish()).rejects.toThrow(/outputs one and two both write \/out\//u);
  await expect(outputs.publish()).rejects.toThrow(/give them different paths/u);
});
