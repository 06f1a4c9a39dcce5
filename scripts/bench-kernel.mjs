// The kernel's part of the benchmark: the worker's own code over the batches of one file, on one
// core, and the same with reading the file and merging the partials into the answer.

import { Buffer } from "node:buffer";
import { closeSync, openSync, readSync } from "node:fs";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { importSource } from "./import-source.mjs";

/** @typedef {{ cpuSec: number | null, wallSec: number }} Timing */

const batchBytes = 1024 * 1024;

/** Days as the log's clocks show them, which is what DuckDB's casts see. */
export const benchTimezone = "Etc/GMT+7";

/** The format and the summary, as they stand in a configuration. */
export function benchPlan() {
  return {
    sources: {
      type: "rsyslog",
      payloads: {
        EVT_V1: {
          type: "csv",
          fields: ["event", "user", "campaign", "placement", "size", "ip", "revenue"],
        },
      },
    },
    summaries: {
      granularity: "day",
      dimensions: ["event", "campaign"],
      metrics: {
        events: { type: "count" },
        revenue: { type: "sum", field: "revenue", scale: 6 },
        users: { type: "hll", field: "user", log2m: 11, regwidth: 5 },
      },
    },
  };
}

/** @typedef {import("../src/shared/model/plan.ts").Plan} Plan */
/** @typedef {import("../src/shared/model/plan.ts").SummaryDefinition} SummaryDefinition */

/** The same as workers are sent it. @returns {Plan & { summaries: [SummaryDefinition] }} */
function workerPlan() {
  const { sources, summaries } = benchPlan();
  const { fields } = sources.payloads.EVT_V1;
  return {
    version: 1,
    timezone: "UTC",
    sources: [
      {
        name: "ads",
        maxLineBytes: 65_536,
        format: { type: "rsyslog", payloads: [{ program: "EVT_V1", type: "csv", fields }] },
      },
    ],
    summaries: [
      {
        name: "campaigns",
        from: ["ads"],
        timestamp: "timestamp",
        granularity: "day",
        timezone: benchTimezone,
        dimensions: summaries.dimensions,
        metrics: [
          { name: "events", type: "count" },
          { name: "revenue", type: "sum", field: "revenue", scale: 6 },
          { name: "users", type: "hll", field: "user", log2m: 11, regwidth: 5 },
        ],
      },
    ],
  };
}

/** Calls `visit` with batches of whole lines, all in the same buffer. @param {string} path @param {(batch: Buffer) => void} visit */
function eachBatch(path, visit) {
  const file = openSync(path, "r");
  const buffer = Buffer.alloc(batchBytes);
  let position = 0;
  for (;;) {
    const read = readSync(file, buffer, 0, batchBytes, position);
    if (read === 0) break;
    const end = read < batchBytes ? read : buffer.lastIndexOf(10) + 1;
    visit(buffer.subarray(0, end));
    position += end;
  }
  closeSync(file);
}

/** @param {() => void} work @returns {{ cpuSec: number, wallSec: number }} */
function time(work) {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuSec: (user + system) / 1e6, wallSec: (performance.now() - start) / 1e3 };
}

/** The least of each. @param {(() => void)} work @param {number} rounds */
function bestOf(work, rounds) {
  const timings = Array.from({ length: rounds }, () => time(work));
  return {
    cpuSec: Math.min(...timings.map(({ cpuSec }) => cpuSec)),
    wallSec: Math.min(...timings.map(({ wallSec }) => wallSec)),
  };
}

async function load() {
  /** @type {[typeof import("../src/shared/kernel/kernel.ts"), typeof import("../src/worker/core/compiled-plan.ts"), typeof import("../src/worker/core/summarise.ts"), typeof import("../src/shared/model/definition-key.ts"), typeof import("../src/shared/table/partial-codec.ts"), typeof import("../src/shared/table/table.ts"), typeof import("../src/shared/table/table-view.ts"), typeof import("../src/shared/table/schema.ts"), typeof import("../src/shared/model/bucket.ts")]} */
  const modules = /** @type {any} */ (
    await importSource([
      "shared/kernel/kernel.ts",
      "worker/core/compiled-plan.ts",
      "worker/core/summarise.ts",
      "shared/model/definition-key.ts",
      "shared/table/partial-codec.ts",
      "shared/table/table.ts",
      "shared/table/table-view.ts",
      "shared/table/schema.ts",
      "shared/model/bucket.ts",
    ])
  );
  const [kernel, plan, summarise, fingerprint, codec, table, view, schema, bucket] = modules;
  const tables = { ...codec, ...table, ...view, ...schema, ...bucket };
  return { ...kernel, ...plan, ...summarise, ...fingerprint, ...tables };
}

/** Whole batches of a file. @param {string} path */
export function batchesOf(path) {
  /** @type {Buffer[]} */
  const batches = [];
  eachBatch(path, (batch) => batches.push(Buffer.from(batch)));
  return batches;
}

/**
 * What a worker does for the first source of a plan, and with it what a sink does for the first summary.
 * @param {Plan} plan whose first summary has two dimensions, and a count and a sum of scale 6 in front
 */
export async function kernelJob(plan) {
  const logmill = await load();
  const compiled = logmill.compilePlan(logmill.loadKernel(1), plan);
  const keys = [logmill.balanceKey, ...plan.summaries.map(logmill.summaryKey)];
  const source = plan.sources[0]?.name ?? "";
  const definition = plan.summaries[0];
  if (definition === undefined) throw new Error("the plan has no summary");
  const schema = logmill.schemaOf(definition);
  const merging = logmill.loadKernel(2);
  /** @type {Map<number, InstanceType<typeof logmill.Table>>} */
  const tables = new Map();

  /** @param {Buffer} batch */
  const summarise = (batch) =>
    logmill.summarise(compiled, source, batch, "lines", batch.length, keys).bytes;

  return {
    /** @param {readonly Buffer[]} batches */
    toPartials: (batches) => {
      for (const batch of batches) summarise(batch);
    },
    /** Reads the file and merges the partials into the answer. @param {string} path */
    toAnswer: (path) => {
      merging.reset();
      tables.clear();
      eachBatch(path, (batch) => {
        for (const { bucketStart, frame } of logmill.decodePartial(summarise(batch)).tables) {
          const table = tables.get(bucketStart) ?? new logmill.Table(merging, schema);
          tables.set(bucketStart, table);
          table.merge(frame);
        }
      });
    },
    /** The last answer: `count,sum` by `day` and the two dimensions. */
    rows: () => {
      /** @type {Map<string, string>} */
      const rows = new Map();
      for (const [bucketStart, table] of tables) {
        const view = logmill.decodeTable(table.encode(), schema);
        const day = logmill.bucketLabel(definition.timezone, "day", bucketStart);
        for (let row = 0; row < view.rows; row += 1) {
          const values = [0, 1].map((index) => Buffer.from(view.value(index, row)).toString());
          const sum = (Number(view.sum(1, row)) / 1e6).toFixed(6);
          rows.set([day, ...values].join(), `${view.count(0, row)},${sum}`);
        }
      }
      return rows;
    },
  };
}

/**
 * @param {string} path @param {number} rounds
 * @returns {Promise<{ batches: Timing, whole: Timing, rows: Map<string, string> }>} rows: `count,sum`
 *   by `day,event,campaign`
 */
export async function benchKernel(path, rounds) {
  const job = await kernelJob(workerPlan());
  const inMemory = batchesOf(path);
  const batches = bestOf(() => job.toPartials(inMemory), rounds);
  inMemory.length = 0;
  const whole = bestOf(() => job.toAnswer(path), rounds);
  return { batches, whole, rows: job.rows() };
}
