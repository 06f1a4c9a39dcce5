// Makes docs/metrics.md from the metrics that the roles register: their names, types, labels and help
// are written once, in the code. Called by generate-docs.mjs; a test proves that the page is fresh.

/** @typedef {import("prom-client").Registry} Registry */
/** @typedef {{ name: string, help: string, type: unknown, labelNames: readonly string[] }} Family */

/**
 * @typedef {Pick<typeof import("../src/shared/runtime/metrics.ts"), "Registry" | "collectProcessMetrics">
 *   & Pick<typeof import("../src/ventilator/metrics.ts"), "createVentilatorMetrics">
 *   & Pick<typeof import("../src/worker/metrics.ts"), "exportWorkerMetrics">
 *   & Pick<typeof import("../src/sink/metrics.ts"), "createSinkMetrics" | "exportOutputLag" | "exportOutputs">
 *   & Pick<typeof import("../src/sink/store-metrics.ts"), "exportDiskFull" | "exportStoreMetrics">
 *   & Pick<typeof import("../src/sink/sheet-metrics.ts"), "exportSheets">
 *   & Pick<typeof import("../src/sink/store/embedded/store-numbers.ts"), "storeNumbers">
 *   & Pick<typeof import("../src/sink/row-limit-alerts.ts"), "exportRowMetrics">
 *   & Pick<typeof import("../src/shared/net/connection-tally.ts"), "exportConnectionMetrics">
 *   & Pick<typeof import("../src/shared/runtime/http/role-routes.ts"), "roleRoutes">} MetricModules
 */

/** Modules of src/ that register metrics: all of them, as a test makes sure. */
export const metricModules = [
  "shared/net/connection-tally.ts",
  "shared/runtime/metrics.ts",
  "shared/runtime/http/role-routes.ts",
  "ventilator/metrics.ts",
  "worker/metrics.ts",
  "sink/metrics.ts",
  "sink/row-limit-alerts.ts",
  "sink/sheet-metrics.ts",
  "sink/store-metrics.ts",
  "sink/store/embedded/store-numbers.ts",
];

const intro = `# Metrics

Every role serves its metrics for Prometheus at \`/metrics\` of its HTTP address. Counters move once a batch
or once a group commit, never once a line; gauges are read when somebody asks. Labels are bounded: names of
the configuration's sources and summaries, reasons and causes that the code lists, and the numbers of the workers
in one process.

\`deploy/prometheus/rules.yml\` has recording rules and alerts over them, and \`deploy/grafana\` a dashboard
([docs/cluster.md](cluster.md)).

What to look at first:

| question                | where                                                                                                                                     |
| ----------------------- | ----------------------------------------------------------------------------------------------------------------------------------------- |
| Is it keeping up?       | \`logmill_ventilator_backlog_bytes\` falls; \`acknowledged_lines_total\` runs as fast as the lines come                                       |
| Where is the bottleneck? | \`back_pressure_seconds_total\` by cause; \`logmill_worker_busy_seconds_total\` near 1 a second is a worker without a pause; \`logmill_sink_busy_seconds_total\` by stage |
| Is it right?            | \`logmill_sink_unbalanced_lines\` is 0, always; \`rejected_lines_total\` by reason; \`late_rows_total\`                                          |

A row is **late** when its bucket is older than the two newest buckets of its summary that the store has seen:
a measure for endless streams, by the time in the events alone. There is no spool yet, and so no metric of one.
`;

/**
 * The page, not yet formatted.
 * @param {MetricModules} modules
 */
export function metricsPage(modules) {
  const sections = [
    section("Ventilator", ventilatorMetrics(modules)),
    section("Worker", workerMetrics(modules)),
    section("Sink", sinkMetrics(modules)),
    section("Every process", processMetrics(modules)),
  ];
  return [intro, ...sections].join("\n");
}

/**
 * A registry with a ventilator's metrics, as if nothing had happened yet.
 * @param {MetricModules} modules
 */
export function ventilatorMetrics({ Registry, createVentilatorMetrics }) {
  const registry = new Registry();
  createVentilatorMetrics(registry, { batchesMax: 1, bytesMax: 1 }, [], () => ({
    inFlightBatches: 0,
    inFlightBytes: 0,
    waitingBatches: 0,
    workers: 0,
    grantedCredit: 0,
    freeCredit: 0,
    isSinkThere: false,
    files: 0,
    filesDone: 0,
    backlogBytes: new Map([["ads", 0]]),
    unfinishedBytes: new Map([["ads", 0]]),
    poolWorkers: new Map([["default", 0]]),
    poolWaitingBatches: new Map([["default", 0]]),
    problems: 0,
  }));
  return registry;
}

/** The same for two workers. @param {MetricModules} modules */
export function workerMetrics({ Registry, exportWorkerMetrics }) {
  const registry = new Registry();
  exportWorkerMetrics(registry, () => []);
  return registry;
}

/** The same for a sink. @param {MetricModules} modules */
export function sinkMetrics(modules) {
  const { Registry, createSinkMetrics, exportDiskFull } = modules;
  const { exportOutputLag, exportOutputs, exportRowMetrics, exportSheets, exportStoreMetrics } =
    modules;
  const { storeNumbers } = modules;
  const registry = new Registry();
  createSinkMetrics(registry);
  exportOutputLag(registry, () => 0);
  exportOutputs(registry, ["files"], () => 0);
  const store = /** @type {const} */ ({
    storeId: "",
    numbers: storeNumbers(() => emptyStats, 1),
    summaries: () => Promise.resolve([]),
    read: () => {
      throw new Error("no metric reads rows");
    },
    liveRows: () => new Map(),
    rowsFolded: () => 0,
    space: () => Promise.resolve(null),
  });
  exportRowMetrics(registry, store);
  exportDiskFull(registry, () => false);
  exportSheets(registry, () => Promise.resolve({ sources: {}, summaries: {} }));
  exportStoreMetrics(registry, { store, isGreeted: () => false });
  return registry;
}

/** @param {MetricModules} modules */
function processMetrics(modules) {
  const { Registry, collectProcessMetrics, exportConnectionMetrics, roleRoutes } = modules;
  const registry = new Registry();
  exportConnectionMetrics(registry, () => []);
  roleRoutes(registry, () => null).close();
  collectProcessMetrics(registry);
  return registry;
}

const emptyStats = {
  groups: 0,
  batches: 0,
  duplicates: 0,
  walBytesWritten: 0,
  flushes: 0,
  flushMs: 0,
  compactions: 0,
  compactMs: 0,
  segmentBytesWritten: 0,
  fullRetries: 0,
  queuedBatches: 0,
  queuedBytes: 0,
  liveBytes: 0,
  walBytes: 0,
  segmentFiles: 0,
  segmentBytes: 0,
};

/** @param {string} title @param {Registry} registry */
function section(title, registry) {
  const families = /** @type {Family[]} */ (/** @type {unknown} */ (registry.getMetricsAsArray()));
  const rows = families.map(({ name, help, type, labelNames }) => {
    const labels = labelNames.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${String(type)} | ${labels} | ${help.replaceAll("|", "\\|")} |`;
  });
  return [`## ${title}`, "", "| Metric | Type | Labels | Meaning |", "|-|-|-|-|", ...rows, ""].join(
    "\n",
  );
}
