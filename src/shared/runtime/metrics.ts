// prom-client's metric types, and its process metrics as we want them.

import { collectDefaultMetrics, Registry, type Metric } from "prom-client";

export { Counter, Gauge, Histogram, Registry } from "prom-client";

/**
 * Those that count handles, requests and resources are left out: they are gauges whose names end in `_total`,
 * which Prometheus's own linter refuses. Heap spaces and versions tell operators nothing.
 */
const unwanted = /^nodejs_(active_|heap_space_|version_info)/;

/**
 * Adds prom-client's process metrics (CPU, memory, descriptors, event loop lag, GC) to a registry: all
 * of them, or none and an error of the system when their files cannot be opened.
 */
export function collectProcessMetrics(registry: Registry): void {
  const collected = new Registry();
  // A coarser look at the event loop than the default 10 ms: an idle process should be idle.
  collectDefaultMetrics({ register: collected, eventLoopMonitoringPrecision: 50 });
  for (const { name } of collected.getMetricsAsArray()) {
    const metric: Metric = collected.getSingleMetric(name)!;
    if (!unwanted.test(name)) registry.registerMetric(metric);
  }
}
