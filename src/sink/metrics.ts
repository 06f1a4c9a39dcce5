// The Prometheus metrics of a sink: what came in, what became of it, and what the sink is busy with.
// The store's own numbers are in `store-metrics.ts`.

import { Counter, Gauge, Histogram } from "../shared/runtime/metrics.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { nackReasons } from "../shared/protocol/messages.ts";
import type { OutputWatch } from "./output/outputs.ts";

/** What the sink spends its time on. */
const sinkStages = ["check", "commit", "merge", "publish"] as const;

export interface SinkMetrics {
  /** By result: `merged`, `duplicate`, or the reason of a refusal. */
  readonly partials: Counter<"result">;
  readonly lines: Counter;
  readonly bytes: Counter;
  readonly deadLetters: Counter;
  readonly rows: Counter<"summary">;
  readonly lateRows: Counter<"summary">;
  /** By reason: messages that were no partial, of an unknown session, or with a forged tag. */
  readonly dropped: Counter<"reason">;
  readonly acks: Counter;
  /** Answers forgotten because the ventilator took none, or was replaced meanwhile. */
  readonly unsent: Counter;
  readonly publishes: Counter<"result">;
  readonly busySeconds: Counter<"stage">;
  /** Of one group commit. */
  readonly commitSeconds: Histogram;
  readonly mergeSeconds: Histogram;
}

const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Makes the metrics of a sink in a registry. */
export function createSinkMetrics(registry: Registry): SinkMetrics {
  const registers = [registry];
  const counter = <Label extends string = never>(
    name: string,
    help: string,
    ...labelNames: Label[]
  ): Counter<Label> => new Counter({ name: `logmill_sink_${name}`, help, labelNames, registers });
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({ name: `logmill_sink_${name}`, help, buckets: durationBuckets, registers });
  const busySeconds = counter(
    "busy_seconds_total",
    "Time by what it was spent on: check, commit, merge, publish; commits and merges overlap.",
    "stage",
  );
  const metrics: SinkMetrics = {
    busySeconds,
    partials: counter("partials_total", "Partials, by what became of them.", "result"),
    lines: counter("merged_lines_total", "Lines of the partials merged."),
    bytes: counter(
      "partial_bytes_total",
      "Bytes of the partials that came from known ventilators.",
    ),
    rows: counter("merged_rows_total", "Rows of the partials merged.", "summary"),
    lateRows: counter(
      "late_rows_total",
      "Rows merged into a bucket older than the two newest of their summary.",
      "summary",
    ),
    deadLetters: counter(
      "dead_lettered_lines_total",
      "Lines that were dead-lettered: no worker gets through them.",
    ),
    dropped: counter("dropped_messages_total", "Messages dropped unanswered, by reason.", "reason"),
    acks: counter(
      "acks_total",
      "Acknowledgements sent; each names all batches of one group commit.",
    ),
    unsent: counter(
      "unsaid_messages_total",
      "Answers that were forgotten because nobody took them.",
    ),
    publishes: counter(
      "publishes_total",
      "Times that the outputs were brought up to date, by result.",
      "result",
    ),
    commitSeconds: histogram(
      "commit_seconds",
      "Time of a group commit: one write and one fdatasync.",
    ),
    mergeSeconds: histogram(
      "merge_seconds",
      "Time in which the partials of a group were merged into the live tables.",
    ),
  };
  beginAtZero(metrics);
  return metrics;
}

/** A rate over a counter that appears with its first event would miss that event. */
function beginAtZero({ busySeconds, partials, dropped, publishes }: SinkMetrics): void {
  for (const stage of sinkStages) busySeconds.inc({ stage }, 0);
  for (const result of ["merged", "duplicate", ...nackReasons]) partials.inc({ result }, 0);
  for (const reason of ["unknown_session", "bad_tag"]) dropped.inc({ reason }, 0);
  for (const result of ["ok", "failed"]) publishes.inc({ result }, 0);
}

/**
 * What each output does.
 * @param lagSeconds of an output, how long the oldest change has waited for being written.
 */
export function exportOutputs(
  registry: Registry,
  outputs: readonly string[],
  lagSeconds: (output: string) => number,
): OutputWatch {
  const registers = [registry];
  const labelNames = ["output"] as const;
  const rows = new Counter({
    name: "logmill_sink_output_rows_total",
    help: "Rows written to an output; a row that is written again counts again.",
    ...{ labelNames, registers },
  });
  const failures = new Counter({
    name: "logmill_sink_output_failures_total",
    help: "Times that an output could not be brought up to date.",
    ...{ labelNames, registers },
  });
  const behind: Gauge<"output"> = new Gauge({
    name: "logmill_sink_output_behind_seconds",
    help: "Age of the oldest change that this output does not show yet.",
    ...{ labelNames, registers },
    collect: () => {
      for (const output of outputs) behind.set({ output }, lagSeconds(output));
    },
  });
  for (const output of outputs) {
    rows.inc({ output }, 0);
    failures.inc({ output }, 0);
  }
  return {
    published: (output, count) => rows.inc({ output }, count),
    failed: (output) => failures.inc({ output }),
  };
}

/** @param lagSeconds how long the oldest change has waited for being published, 0 when none has. */
export function exportOutputLag(registry: Registry, lagSeconds: () => number): void {
  const lag: Gauge = new Gauge({
    name: "logmill_sink_output_lag_seconds",
    help: "Age of the oldest change that the outputs do not show yet.",
    registers: [registry],
    collect: () => lag.set(lagSeconds()),
  });
}
