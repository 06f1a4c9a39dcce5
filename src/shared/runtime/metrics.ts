// prom-client's four metric types, without the rest of the package. Importing `prom-client` itself
// also loads its push gateway, cluster support and default metrics, 25 ms of a start-up in which
// every process of a run takes part; these files take 3.

import { createRequire } from "node:module";
import type * as client from "prom-client";

const require = createRequire(import.meta.url);

export const Registry = require("prom-client/lib/registry") as typeof client.Registry;
export const Counter = require("prom-client/lib/counter") as typeof client.Counter;
export const Gauge = require("prom-client/lib/gauge") as typeof client.Gauge;
export const Histogram = require("prom-client/lib/histogram") as typeof client.Histogram;

export type Registry = client.Registry;
export type Counter<Label extends string = string> = client.Counter<Label>;
export type Gauge<Label extends string = string> = client.Gauge<Label>;
export type Histogram<Label extends string = string> = client.Histogram<Label>;

/**
 * The process metrics that we want. Those that count handles, requests and resources are left out:
 * they are gauges whose names end in `_total`, which Prometheus's own linter refuses.
 */
const processMetrics = [
  "processCpuTotal",
  "processStartTime",
  "osMemoryHeap",
  "processOpenFileDescriptors",
  "processMaxFileDescriptors",
  "eventLoopLag",
  "heapSizeAndUsed",
  "gc",
];

type Collect = (
  registry: Registry,
  options: { readonly eventLoopMonitoringPrecision: number },
) => void;

/**
 * Adds prom-client's process metrics (CPU, memory, descriptors, event loop lag, GC) to a registry: all
 * of them, or none and an error of the system when their files cannot be opened.
 */
export function collectProcessMetrics(registry: Registry): void {
  // A coarser look at the event loop than the default 10 ms: an idle process should be idle.
  const options = { eventLoopMonitoringPrecision: 50 };
  const collectors = processMetrics.map(
    (name) => require(`prom-client/lib/metrics/${name}`) as Collect,
  );
  for (const collect of collectors) collect(registry, options);
}
