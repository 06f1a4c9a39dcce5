import { describe, expect, it } from "vitest";
import { MetricSamples } from "../../../../src/cli/screens/metric-samples.ts";
import { roleUrls } from "../../../../src/cli/run/role-urls.ts";
import { topScreen } from "../../../../src/cli/screens/top-screen.ts";
import { topView } from "../../../../src/cli/screens/top-view.ts";
import { displayWidth } from "../../../../src/shared/text/terminal-table.ts";

function samplesOf(...texts: string[]): MetricSamples {
  const samples = new MetricSamples();
  for (const text of texts) samples.read(text);
  return samples;
}

/** A ventilator that has acknowledged `lines` lines, and waited `waited` seconds for workers. */
const ventilator = (lines: number, waited: number): string => `
# HELP logmill_ventilator_in_flight_batches Batches that are not acknowledged yet.
# TYPE logmill_ventilator_in_flight_batches gauge
logmill_ventilator_in_flight_batches 12
logmill_ventilator_in_flight_batches_max 64
logmill_ventilator_in_flight_bytes 12582912
logmill_ventilator_sink_up 1
logmill_ventilator_workers 2
logmill_ventilator_credit_batches 4
logmill_ventilator_free_credit_batches 1
logmill_ventilator_backlog_bytes{source="ads"} 1000
logmill_ventilator_backlog_bytes{source="web"} 3000
logmill_ventilator_acknowledged_lines_total{source="ads"} ${lines}
logmill_ventilator_acknowledged_bytes_total{source="ads"} ${lines * 100}
logmill_ventilator_back_pressure_seconds_total{cause="workers"} ${waited}
logmill_ventilator_ack_latency_part_seconds_sum{part="queue"} ${lines / 100}
logmill_ventilator_ack_latency_part_seconds_count{part="queue"} ${lines / 10}
logmill_ventilator_ack_latency_part_seconds_sum{part="work"} ${lines / 50}
logmill_ventilator_ack_latency_part_seconds_count{part="work"} ${lines / 10}
logmill_ventilator_ack_latency_part_seconds_sum{part="store"} ${lines / 20}
logmill_ventilator_ack_latency_part_seconds_count{part="store"} ${lines / 10}
`;

const worker = (busy: number): string => `
logmill_worker_busy_seconds_total{worker="1"} ${busy}
logmill_worker_blocked_seconds_total{worker="1"} 0
logmill_worker_kernel_seconds_total{worker="1",stage="decode"} ${busy / 2}
`;

const sink = (commit: number): string => `
logmill_sink_group_commits_total 9
logmill_sink_busy_seconds_total{stage="commit"} ${commit}
logmill_sink_busy_seconds_total{stage="merge"} 0.5
logmill_sink_lines_total{source="ads",fate="accepted"} 999000
logmill_sink_lines_total{source="ads",fate="rejected"} 1000
logmill_sink_rejected_lines_total{source="ads",reason="bad_csv"} 1000
logmill_sink_unbalanced_lines{source="ads"} 0
logmill_sink_partials_total{result="duplicate"} 3
logmill_sink_disk_free_bytes 1e9
logmill_sink_disk_size_bytes 4e9
`;

describe("the bottleneck", () => {
  it("is a pool for which batches wait and nobody works", () => {
    const pools = (waiting: number): string => `
logmill_ventilator_pool_workers{pool="default"} 2
logmill_ventilator_pool_workers{pool="v2"} 0
logmill_ventilator_pool_waiting_batches{pool="default"} 3
logmill_ventilator_pool_waiting_batches{pool="v2"} ${waiting}
`;
    const verdict = (waiting: number): string | null => {
      const samples = samplesOf(ventilator(10, 0), pools(waiting));
      return topView(samples, samples, 1).bottleneck.verdict;
    };
    expect([verdict(1), verdict(0)]).toEqual(["no worker of pool v2", "reading the logs"]);
  });
});

describe("samples", () => {
  it("are added up over the labels that were not asked for, and over roles", () => {
    const samples = samplesOf(
      worker(3),
      worker(4),
      'x{a="1",b="q\\"\\\\\\n,{}"} 2 1700000000000\n',
    );
    expect(samples.sum("logmill_worker_busy_seconds_total")).toBe(7);
    expect(samples.count("logmill_worker_busy_seconds_total")).toBe(2);
    expect(samples.by("logmill_worker_kernel_seconds_total", "stage")).toEqual(
      new Map([["decode", 3.5]]),
    );
    expect(samples.by("x", "b")).toEqual(new Map([['q"\\\n,{}', 2]]));
    expect(samples.sum("x", { a: "2" })).toBe(0);
    expect(samples.has("y")).toBe(false);
  });
});

describe("the view", () => {
  const before = samplesOf(ventilator(1000, 0), worker(0), worker(0), sink(0));
  const after = samplesOf(ventilator(3000, 1.5), worker(2), worker(1), sink(0.4));

  it("has rates between two looks, and what is so now", () => {
    const { keepingUp, bottleneck, correctness } = topView(before, after, 2);
    expect(keepingUp).toMatchObject({
      acknowledgedLinesPerSecond: 1000,
      acknowledgedBytesPerSecond: 100_000,
      backlogBytes: 4000,
      backlogSeconds: 0.04,
      freeCreditBatches: 1,
      ackSeconds: { queue: 0.1, work: 0.2, store: 0.5 },
    });
    expect(bottleneck.waiting).toEqual({ workers: 0.75 });
    expect(bottleneck.workers).toEqual({
      count: 2,
      busy: 1.5,
      blocked: 0,
      kernel: { decode: 0.75 },
    });
    expect(bottleneck.sink).toEqual({ commit: 0.2, merge: 0 });
    expect(correctness).toMatchObject({ accepted: 999_000, rejected: 1000, unbalanced: 0 });
  });

  it("counts from 0 again when a role was started again", () => {
    const view = topView(samplesOf(ventilator(5000, 0)), samplesOf(ventilator(3000, 0)), 2);
    expect(view.keepingUp?.acknowledgedLinesPerSecond).toBe(1500);
  });

  const idle = /^logmill_ventilator_(in_flight_batches|backlog_bytes\S*) .*$/gm;
  it.each([
    ["the workers", ventilator(1, 1), sink(0)],
    ["no sink", ventilator(1, 1).replace("sink_up 1", "sink_up 0"), sink(0)],
    ["no worker", ventilator(1, 1).replace("_workers 2", "_workers 0"), sink(0)],
    ["the sink's disk", ventilator(1, 1).replace('"workers"', '"flight_batches"'), sink(1)],
    ["the sink's merging", ventilator(1, 1).replace('"workers"', '"flight_bytes"'), sink(0)],
    ["reading the logs", ventilator(1, 0), sink(0)],
    ["none", ventilator(1, 0).replace(idle, "logmill_ventilator_in_flight_batches 0"), sink(0)],
  ])("finds the bottleneck: %s", (verdict, ventilatorNow, sinkNow) => {
    const start = samplesOf(ventilator(0, 0), sink(0).replace('"merge"} 0.5', '"merge"} 0'));
    const view = topView(start, samplesOf(ventilatorNow, sinkNow), 1);
    expect(view.bottleneck.verdict).toMatch(new RegExp(`^${verdict}`));
  });

  it("leaves out what nobody was asked for", () => {
    const view = topView(samplesOf(worker(0)), samplesOf(worker(1)), 1);
    expect(view).toMatchObject({ keepingUp: null, correctness: null });
    expect(view.bottleneck).toMatchObject({ verdict: null, waiting: null, sink: null });
  });

  it.each([80, 40])("fits a terminal of %i columns and 24 lines", (width) => {
    for (const view of [topView(before, after, 2), topView(samplesOf(), samplesOf(), 2)]) {
      const screen = topScreen(view, "logmill top  127.0.0.1:8555", {
        width,
        color: false,
        height: null,
      });
      const lines = screen.trimEnd().split("\n");
      expect(lines.length).toBeLessThan(24);
      for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
      expect(screen).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it.each([12, 24, 40, 8])(
    "shows something of each question on a terminal of %i lines",
    (height) => {
      for (const view of [topView(before, after, 2), topView(samplesOf(), samplesOf(), 2)]) {
        const screen = topScreen(view, "logmill top", { width: 80, color: false, height });
        // The last line is the cursor's.
        expect(screen.split("\n").length).toBeLessThanOrEqual(height);
        expect(screen).toMatch(/keeping up\?\n {2}.+\n[^]*bottleneck\?\n {2}.+\n[^]*right\?\n {2}/);
      }
    },
  );

  it("leaves out on 12 lines what can wait, and says that a disk is full", () => {
    const text = `${sink(0)}logmill_sink_disk_full 1\n`;
    const view = topView(samplesOf(ventilator(0, 0)), samplesOf(ventilator(1, 0), text), 2);
    const screen = topScreen(view, "logmill top", { width: 80, color: false, height: 12 });
    const labels = [...screen.matchAll(/^ {2}(\w+(?: \w+)?) {2,}/gm)].map(([, label]) => label);
    expect(labels).toEqual(
      expect.arrayContaining(["acknowledged", "backlog", "it is", "rejected", "balance", "disk"]),
    );
  });

  it("cuts no number: what finds no room is left out as a whole", () => {
    const view = topView(before, after, 2);
    const whole = topScreen(view, "logmill top", { width: 200, color: false, height: null });
    const items = new Set(whole.split(/, |\n/));
    for (let width = 80; width >= 64; width -= 1) {
      const screen = topScreen(view, "logmill top", { width, color: false, height: null });
      for (const item of screen.split(/, |\n/)) expect([...items, "…"]).toContain(item);
    }
  });

  it("says no more of workers that have nothing to do than that", () => {
    expect(
      topScreen(topView(after, after, 2), "", { width: 80, color: false, height: null }),
    ).toMatch(/workers +busy 0\.0%, blocked 0\.0%\n/);
  });
});

describe("addresses of roles", () => {
  it("may be written short", () => {
    expect(roleUrls(["sink", "http://10.0.0.1:99/", "[::1]:8556"])).toEqual([
      "http://sink:8555",
      "http://10.0.0.1:99",
      "http://[::1]:8556",
    ]);
    expect(roleUrls([])).toHaveLength(2);
  });

  it.each(["https://a", "a:99999", "a/b", ""])("are refused when they are none: %j", (text) => {
    expect(() => roleUrls([text])).toThrow(/no HTTP address/);
  });
});
