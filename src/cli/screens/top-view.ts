// What `logmill top` shows, computed from two looks at the metrics of whichever roles were asked: is
// it keeping up, where is the bottleneck, is it right. A part is null when no role was asked that
// knows. Shares are seconds of work per second, so that four busy workers have 4.

import type { MetricSamples } from "./metric-samples.ts";

export interface TopView {
  readonly seconds: number;
  readonly keepingUp: KeepingUp | null;
  readonly bottleneck: Bottleneck;
  readonly correctness: Correctness | null;
}

interface KeepingUp {
  readonly acknowledgedLinesPerSecond: number;
  readonly acknowledgedBytesPerSecond: number;
  readonly backlogBytes: number;
  /** At the present speed; null when nothing moves. */
  readonly backlogSeconds: number | null;
  readonly inFlightBatches: number;
  readonly inFlightBatchesMax: number;
  readonly inFlightBytes: number;
  readonly workers: number;
  readonly creditBatches: number;
  readonly freeCreditBatches: number;
  readonly isSinkUp: boolean;
  /** Pools for which a batch waits and nobody works. */
  readonly idlePools: readonly string[];
  /** Means of the batches acknowledged meanwhile; null when there were none. */
  readonly ackSeconds: Readonly<Record<"queue" | "work" | "store", number>> | null;
}

type Shares = Readonly<Record<string, number>>;

interface Bottleneck {
  /** One phrase; null when the ventilator was not asked. */
  readonly verdict: string | null;
  /** What reading waits for. */
  readonly waiting: Shares | null;
  readonly workers: {
    readonly count: number;
    readonly busy: number;
    readonly blocked: number;
    readonly kernel: Shares;
  } | null;
  readonly sink: Shares | null;
}

interface Correctness {
  readonly accepted: number;
  readonly filtered: number;
  readonly rejected: number;
  readonly deadLettered: number;
  readonly rejectedBy: Readonly<Record<string, number>>;
  readonly unbalanced: number;
  readonly duplicatesSuppressed: number;
  readonly lateRows: number;
  readonly mergedRows: number;
  readonly outputLagSeconds: number;
  readonly diskFreeBytes: number;
  readonly diskSizeBytes: number;
  readonly isDiskFull: boolean;
}

/** From here on something is what the rest waits for. */
const decisiveShare = 0.3;

/** @param seconds between the two looks */
export function topView(before: MetricSamples, after: MetricSamples, seconds: number): TopView {
  const rates = new Rates(before, after, seconds);
  const keepingUp = keepingUpOf(after, rates);
  const waiting = after.has("logmill_ventilator_in_flight_batches")
    ? rates.by("logmill_ventilator_back_pressure_seconds_total", "cause")
    : null;
  const sink = after.has("logmill_sink_busy_seconds_total")
    ? rates.by("logmill_sink_busy_seconds_total", "stage")
    : null;
  return {
    seconds,
    keepingUp,
    bottleneck: {
      verdict: keepingUp === null ? null : verdictOf(keepingUp, waiting ?? {}, sink),
      waiting,
      workers: workersOf(after, rates),
      sink,
    },
    correctness: correctnessOf(after),
  };
}

class Rates {
  readonly #before: MetricSamples;
  readonly #after: MetricSamples;
  readonly #seconds: number;

  constructor(before: MetricSamples, after: MetricSamples, seconds: number) {
    this.#before = before;
    this.#after = after;
    this.#seconds = seconds;
  }

  /** Growth between the two looks; a counter that fell began anew. */
  growth(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const after = this.#after.sum(name, labels);
    const grown = after - this.#before.sum(name, labels);
    return grown < 0 ? after : grown;
  }

  rate(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.#seconds > 0 ? this.growth(name, labels) / this.#seconds : 0;
  }

  by(name: string, label: string): Shares {
    const values = [...this.#after.by(name, label).keys()];
    return Object.fromEntries(values.map((value) => [value, this.rate(name, { [label]: value })]));
  }
}

function keepingUpOf(now: MetricSamples, rates: Rates): KeepingUp | null {
  const of = (name: string): number => now.sum(`logmill_ventilator_${name}`);
  if (!now.has("logmill_ventilator_in_flight_batches")) return null;
  const bytesPerSecond = rates.rate("logmill_ventilator_acknowledged_bytes_total");
  const backlogBytes = of("backlog_bytes");
  return {
    acknowledgedLinesPerSecond: rates.rate("logmill_ventilator_acknowledged_lines_total"),
    acknowledgedBytesPerSecond: bytesPerSecond,
    backlogBytes,
    backlogSeconds: bytesPerSecond > 0 ? backlogBytes / bytesPerSecond : null,
    inFlightBatches: of("in_flight_batches"),
    inFlightBatchesMax: of("in_flight_batches_max"),
    inFlightBytes: of("in_flight_bytes"),
    workers: of("workers"),
    creditBatches: of("credit_batches"),
    freeCreditBatches: of("free_credit_batches"),
    isSinkUp: of("sink_up") > 0,
    idlePools: idlePoolsOf(now),
    ackSeconds: ackSecondsOf(rates),
  };
}

function idlePoolsOf(now: MetricSamples): string[] {
  const waiting = now.by("logmill_ventilator_pool_waiting_batches", "pool");
  const workers = now.by("logmill_ventilator_pool_workers", "pool");
  return [...waiting].flatMap(([pool, batches]) =>
    batches > 0 && workers.get(pool) === 0 ? [pool] : [],
  );
}

function ackSecondsOf(rates: Rates): KeepingUp["ackSeconds"] {
  const name = "logmill_ventilator_ack_latency_part_seconds";
  const mean = (part: string): number =>
    rates.growth(`${name}_sum`, { part }) / rates.growth(`${name}_count`, { part });
  if (rates.growth(`${name}_count`) === 0) return null;
  return { queue: mean("queue"), work: mean("work"), store: mean("store") };
}

function workersOf(now: MetricSamples, rates: Rates): Bottleneck["workers"] {
  const busy = "logmill_worker_busy_seconds_total";
  if (!now.has(busy)) return null;
  return {
    count: now.count(busy),
    busy: rates.rate(busy),
    blocked: rates.rate("logmill_worker_blocked_seconds_total"),
    kernel: rates.by("logmill_worker_kernel_seconds_total", "stage"),
  };
}

function correctnessOf(now: MetricSamples): Correctness | null {
  const of = (name: string): number => now.sum(`logmill_sink_${name}`);
  if (!now.has("logmill_sink_group_commits_total")) return null;
  const lines = (fate: string): number => now.sum("logmill_sink_lines_total", { fate });
  return {
    accepted: lines("accepted"),
    filtered: lines("filtered"),
    rejected: lines("rejected"),
    deadLettered: lines("dead_lettered"),
    rejectedBy: Object.fromEntries(now.by("logmill_sink_rejected_lines_total", "reason")),
    unbalanced: of("unbalanced_lines"),
    duplicatesSuppressed: now.sum("logmill_sink_partials_total", { result: "duplicate" }),
    lateRows: of("late_rows_total"),
    mergedRows: of("merged_rows_total"),
    outputLagSeconds: of("output_lag_seconds"),
    diskFreeBytes: of("disk_free_bytes"),
    diskSizeBytes: of("disk_size_bytes"),
    isDiskFull: of("disk_full") > 0,
  };
}

/** What holds everything up, in words that say what to do. */
function verdictOf(now: KeepingUp, waiting: Shares, sink: Shares | null): string {
  const share = (...causes: string[]): number =>
    causes.reduce((sum, cause) => sum + (waiting[cause] ?? 0), 0);
  const isIdle = now.backlogBytes === 0 && now.inFlightBatches === 0;
  if (!now.isSinkUp) return "no sink is connected: nothing is acknowledged";
  if (now.workers === 0 && !isIdle) return "no worker is connected";
  if (now.idlePools.length > 0) return `no worker of pool ${now.idlePools.join(", ")}`;
  if (share("flight_batches", "flight_bytes") > decisiveShare) {
    const isDisk = (sink?.["commit"] ?? 0) > (sink?.["merge"] ?? 0);
    if (sink === null) return "the sink, or too small a flight";
    return isDisk ? "the sink's disk" : "the sink's merging";
  }
  if (share("workers") > decisiveShare) return "the workers: more of them would help";
  return isIdle ? "none: there is nothing to read" : "reading the logs";
}
