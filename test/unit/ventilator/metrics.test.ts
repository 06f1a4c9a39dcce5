import { expect, it } from "vitest";
import { Registry } from "../../../src/shared/runtime/metrics.ts";
import { createVentilatorMetrics, type VentilatorState } from "../../../src/ventilator/metrics.ts";

const state: VentilatorState = {
  inFlightBatches: 1,
  inFlightBytes: 2,
  waitingBatches: 3,
  workers: 4,
  grantedCredit: 5,
  freeCredit: 6,
  isSinkThere: true,
  files: 7,
  filesDone: 8,
  backlogBytes: new Map([["ads", 9]]),
  unfinishedBytes: new Map([["ads", 4]]),
  poolWorkers: new Map([["default", 4]]),
  poolWaitingBatches: new Map([["default", 3]]),
  problems: 10,
};

it("every known value of a label is there from the start, so that a rate misses no first event", async () => {
  const registry = new Registry();
  createVentilatorMetrics(registry, { batchesMax: 11, bytesMax: 12 }, ["ads"], () => state);
  const text = await registry.metrics();
  const [causes, reasons] = [
    ["no_worker", "workers", "flight_batches", "flight_bytes", "no_sink"],
    ["silence", "unreachable", "garbled", "reconnect", "goodbye"],
  ];
  const redelivered = ["worker_lost", "worker_failed", "checksum", "bad_table", "sink_changed"];
  for (const line of [
    ...causes.map((cause) => `back_pressure_seconds_total{cause="${cause}"} 0`),
    ...reasons.map((reason) => `lost_workers_total{reason="${reason}"} 0`),
    ...[...redelivered, "timeout"].map((cause) => `redelivered_batches_total{cause="${cause}"} 0`),
    ...["queue", "work", "store"].map((part) => `ack_latency_part_seconds_count{part="${part}"} 0`),
    'read_bytes_total{source="ads"} 0',
    'acknowledged_lines_total{source="ads"} 0',
    'acknowledged_bytes_total{source="ads"} 0',
    'dead_lettered_lines_total{source="ads"} 0',
    'backlog_bytes{source="ads"} 9',
    'unfinished_bytes{source="ads"} 4',
  ]) {
    expect(text).toContain(`\nlogmill_ventilator_${line}\n`);
  }
});
