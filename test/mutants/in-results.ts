// Mutants of what people read: metrics, queries and outputs.

import type { TestedMutant } from "./catalog.ts";

const redis = [
  "test/integration/sink/output/redis-publisher.test.ts",
  "test/integration/sink/output/redis-faults.test.ts",
];
const averages = ["test/property/average.property.test.ts"];

export const inResults: readonly TestedMutant[] = [
  {
    name: "an average is divided by the lines, values or not",
    file: "src/shared/metric/avg.ts",
    in: "avg",
    text: '{ layout: { type: "count" }, input: decimalInput(options) },',
    instead: '{ layout: { type: "count" }, input: { kind: "line" } },',
    tests: averages,
  },
  {
    name: "every metric is taken to have one column",
    file: "src/shared/metric/kinds.ts",
    in: "firstColumns",
    text: "next += columnsOf(metric).length;",
    instead: "next += 1 + columnsOf(metric).length * 0;",
    tests: averages,
  },
  {
    name: "the paths of outputs are compared as they are written",
    file: "src/shared/config/output-references.ts",
    in: "checkOutputs",
    text: "const place = placeOf(path);",
    instead: "const place = path;",
    tests: ["test/unit/shared/config/file-place.test.ts"],
  },
  {
    name: "a run waits without end for an output whose disk is full",
    file: "src/sink/publish-and-flush.ts",
    in: "PublishAndFlush.#publish",
    text: "if (performance.now() - startMs >= this.#parts.spaceWaitMs) throw error;",
    instead: "if (performance.now() < startMs) throw error;",
    tests: ["test/integration/sink-disk-full.test.ts"],
  },
  {
    name: "the version of a bucket counts what was merged into it",
    file: "src/sink/store/embedded/ledger/bucket-version.ts",
    in: "versionWith",
    text: "return (version + digest) % versionsEnd;",
    instead: "return digest < 0 ? version : version + 1;",
    tests: ["test/property/sink/outputs.property.test.ts"],
  },
  {
    name: "a file of a bucket that is no more is not named",
    file: "src/sink/output/file-publisher.ts",
    in: "FilePublisher.#dropAllBut",
    text: "else abandoned.push(path);",
    instead: "else state.delete(path);",
    tests: ["test/unit/sink/output/file-publisher.test.ts"],
  },
  {
    name: "a sink publishes nothing until something new is merged",
    file: "src/sink/publish-and-flush.ts",
    in: "PublishAndFlush",
    text: "#dirtySinceMs: number | null = performance.now();",
    instead: "#dirtySinceMs: number | null = null;",
    tests: ["test/integration/sink.test.ts"],
  },
  {
    name: "a value in the middle of a key stands as it is",
    file: "src/shared/model/key-template.ts",
    in: "escaped",
    text: "if (byte !== separator && byte !== percent) bytes.push(byte);",
    instead: "if (byte !== percent) bytes.push(byte);",
    tests: ["test/unit/shared/model/key-template.test.ts"],
  },
  {
    name: "keys that an attempt has left are forgotten by the next",
    file: "src/sink/output/redis/bucket-writer.ts",
    in: "BucketWriter.begin",
    text: '["SUNIONSTORE", published, published, fresh],',
    instead: '["SUNIONSTORE", published, published],',
    tests: redis,
  },
  {
    name: "keys that a bucket has no more stay in Redis",
    file: "src/sink/output/redis/bucket-writer.ts",
    in: "BucketWriter.#deleteGone",
    text: "isFresh[index] === 0",
    instead: "isFresh[index] === 2",
    tests: redis,
  },
  {
    name: "a large set grows where its readers look",
    file: "src/sink/output/redis/server.ts",
    in: "RedisServer.stage",
    text: "return `${this.#prefix}:stage`;",
    instead: 'return "clicks:2011-06-20";',
    tests: redis,
  },
  {
    name: "a bucket counts as published while its keys are written",
    file: "src/sink/output/redis/bucket-writer.ts",
    in: "BucketWriter.begin",
    text: "name, null,",
    instead: "name, server.published.get(name) ?? null,",
    tests: redis,
  },
  {
    name: "what a server has published is taken from memory",
    file: "src/sink/output/redis/server.ts",
    in: "RedisServer.open",
    text: "this.#isNew = token === null || String(token) !== this.#token;",
    instead: "this.#isNew = this.#token === null && token !== undefined;",
    tests: redis,
  },
  {
    name: "an output whose server is away keeps the others waiting",
    file: "src/sink/output/outputs.ts",
    in: "Outputs.publish",
    text: "errors.push(error);",
    instead: "throw error;",
    tests: ["test/integration/sink-redis.test.ts"],
  },
];
