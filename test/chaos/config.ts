// The configuration of a chaos run: two summaries over the load, small batches and a short flight, so
// that there is always a middle to kill in, and frequent flushes, so that segments, manifests and
// compactions are in the middle of something, too.

import { writeFileSync } from "node:fs";

/** Writes it. */
export function writeConfig(
  path: string,
  { logs, data, out, ports }: { logs: string; data: string; out: string; ports: readonly number[] },
) {
  const [tasks, results, acks] = ports.map((port) => `tcp://127.0.0.1:${port}`);
  const config = {
    data_dir: data,
    timezone: "UTC",
    cluster: {
      ...(ports.length === 0 ? {} : { tasks, results, acks }),
      batch: { max_bytes: "8KiB" },
      max_in_flight: 6,
    },
    store: { flush_interval: "700ms", live_max_bytes: "1MiB" },
    http: { port: 0 },
    sources: {
      ads: {
        type: "file",
        include: [`${logs}/*.log*`],
        format: {
          type: "rsyslog",
          payloads: {
            EVT_V1: {
              type: "csv",
              fields: ["event", "user", "campaign", "placement", "size", "ip", "revenue"],
            },
          },
        },
      },
    },
    summaries: {
      campaigns: summary("day", "campaign"),
      kinds: summary("hour", "event"),
    },
    outputs: { files: { type: "csv", path: `${out}/{summary}/{bucket}.csv` } },
  };
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config, null, 2));
}

function summary(granularity: string, dimension: string) {
  return {
    ...{ from: ["ads"], granularity, dimensions: [dimension], where: 'event != "viewable"' },
    metrics: {
      events: { type: "count" },
      revenue: { type: "sum", field: "revenue", scale: 6 },
      users: { type: "hll", field: "user", log2m: 11, regwidth: 5 },
    },
  };
}
