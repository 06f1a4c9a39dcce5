// The durable balance sheets as Prometheus metrics: those of sources, and those of summaries, whose names
// say `table`, since names with the word summary are kept for a type of metric.

import { rejectReasons } from "../shared/model/reasons.ts";
import { rejectedLines, unbalancedLines, unbalancedParsed } from "../shared/model/sheet.ts";
import type { KeptSheet, Sheets, SourceSheet } from "../shared/model/sheet.ts";
import { Counter, Gauge } from "../shared/runtime/metrics.ts";
import type { Registry } from "../shared/runtime/metrics.ts";
import { sharedAnswer } from "./shared-answer.ts";

/** Adds the durable sheets: their counters go on where they were when the sink is started again. */
export function exportSheets(registry: Registry, ask: () => Promise<Sheets>): void {
  const read = sharedAnswer(ask);
  type SourceLabel = "source" | "fate" | "reason";
  const ofSources = async (): Promise<[Record<"source", string>, SourceSheet][]> =>
    Object.entries((await read()).sources).map(([source, sheet]) => [{ source }, sheet]);
  type SummaryLabel = "summary" | SourceLabel;
  type OfSummary = [Record<"summary" | "source", string>, KeptSheet];
  const ofSummaries = async (): Promise<OfSummary[]> =>
    Object.entries((await read()).summaries).flatMap(([summary, bySource]) =>
      Object.entries(bySource).map(([source, sheet]): OfSummary => [{ summary, source }, sheet]),
    );
  const source = new SheetMetrics<SourceLabel, SourceSheet>(registry, ofSources);
  source.counter("bytes_total", "Bytes of content on the balance sheet.", ["source"], (sheet) => [
    [{}, sheet.bytes],
  ]);
  source.counter(
    "lines_total",
    "Lines on the balance sheet, by fate: accepted (parsed by the format), rejected, dead_lettered.",
    ["source", "fate"],
    (sheet) => [
      [{ fate: "accepted" }, sheet.parsed],
      [{ fate: "rejected" }, rejectedLines(sheet.rejected)],
      [{ fate: "dead_lettered" }, sheet.deadLettered],
    ],
  );
  const rejected = "Lines on the balance sheet that the format rejected.";
  source.counter("rejected_lines_total", rejected, ["source", "reason"], byReason);
  source.gauge(
    "unbalanced_lines",
    "Lines in, less the lines of every fate; anything but 0 is a fault of logmill.",
    ["source"],
    unbalancedLines,
  );
  const summary = new SheetMetrics<SummaryLabel, KeptSheet>(registry, ofSummaries);
  summary.counter(
    "table_lines_total",
    "Parsed lines on the sheet of a summary, by fate: counted, filtered, rejected.",
    ["summary", "source", "fate"],
    (sheet) => [
      [{ fate: "counted" }, sheet.counted],
      [{ fate: "filtered" }, sheet.filtered],
      [{ fate: "rejected" }, rejectedLines(sheet.rejected)],
    ],
  );
  summary.counter(
    "table_rejected_lines_total",
    "Parsed lines that a summary could not count, since they lack what it needs.",
    ["summary", "source", "reason"],
    byReason,
  );
  summary.gauge(
    "table_unbalanced_lines",
    "Parsed lines less those of every fate, by summary; anything but 0 is a fault of logmill.",
    ["summary", "source"],
    unbalancedParsed,
  );
}

/** Each reason from the start: a rate would miss the lines with which it appears. */
function byReason({ rejected }: SourceSheet | KeptSheet): [{ reason: string }, number][] {
  return rejectReasons.map((reason) => [{ reason }, rejected[reason] ?? 0]);
}

/** The labels and the values of a kind of sheets, as they are now. */
type Read<Label extends string, Sheet> = () => Promise<[Partial<Record<Label, string>>, Sheet][]>;

class SheetMetrics<Label extends string, Sheet> {
  readonly #registry: Registry;
  readonly #read: Read<Label, Sheet>;

  constructor(registry: Registry, read: Read<Label, Sheet>) {
    this.#registry = registry;
    this.#read = read;
  }

  counter(
    name: string,
    help: string,
    labelNames: Label[],
    valuesOf: (sheet: Sheet) => [Partial<Record<Label, string>>, number][],
  ): void {
    const counter: Counter<Label> = new Counter({
      ...{ name: `logmill_sink_${name}`, help, labelNames, registers: [this.#registry] },
      collect: async () => {
        const sheets = await this.#read();
        counter.reset();
        for (const [labels, sheet] of sheets) {
          for (const [more, value] of valuesOf(sheet)) counter.inc({ ...labels, ...more }, value);
        }
      },
    });
  }

  gauge(name: string, help: string, labelNames: Label[], valueOf: (sheet: Sheet) => number): void {
    const gauge: Gauge<Label> = new Gauge({
      ...{ name: `logmill_sink_${name}`, help, labelNames, registers: [this.#registry] },
      collect: async () => {
        for (const [labels, sheet] of await this.#read()) gauge.set({ ...labels }, valueOf(sheet));
      },
    });
  }
}
