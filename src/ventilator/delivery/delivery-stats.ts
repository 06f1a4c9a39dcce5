// Counts what became of batches, for the metrics and for the progress report.

import type { ProgressReport } from "../../shared/process/role-report.ts";
import type { FlightBatch, RedeliverCause } from "../batch/batch.ts";
import type { FlightAction, LatencyParts } from "./core/flight-events.ts";
import type { VentilatorMetrics } from "../metrics.ts";
import type { CatalogTotals } from "../source/file/progress.ts";
import { HeldRange } from "../source/file/reference.ts";

const newline = 0x0a;

export class DeliveryStats {
  readonly #metrics: VentilatorMetrics;
  #lines = 0;
  #batches = 0;
  #redelivered = 0;
  #duplicates = 0;

  constructor(metrics: VentilatorMetrics) {
    this.#metrics = metrics;
  }

  acknowledged(action: Extract<FlightAction, { type: "acknowledged" }>): void {
    this.#acknowledge(action.batch, action.lines);
    this.#observe(action.latencyMs, action.parts);
    if (action.duplicate) this.repeated();
  }

  /** The acknowledgement died with the sink that sent it, and the number of lines with it. */
  merged(batch: FlightBatch): void {
    const { header, payload } = batch;
    if (payload instanceof Uint8Array) {
      this.#acknowledge(batch, header.kind === "oversize" ? 1 : linesOf(payload));
      return;
    }
    this.#acknowledge(batch, 0);
    if (!(payload instanceof HeldRange)) return;
    // Progress is counted here; a file that is gone makes it less exact, and nothing else.
    payload.load().then(
      (bytes) => this.#addLines(header.source, linesOf(bytes)),
      () => undefined,
    );
  }

  /** Another attempt of the batch had been merged before. */
  repeated(): void {
    this.#duplicates += 1;
    this.#metrics.duplicateBatches.inc();
  }

  redelivered(cause: RedeliverCause): void {
    this.#redelivered += 1;
    this.#metrics.redeliveredBatches.inc({ cause });
  }

  replanned(): void {
    this.#metrics.replannedBatches.inc();
  }

  ignored(what: "ack" | "nack"): void {
    this.#metrics.ignoredMessages.inc({ reason: `foreign_${what}` });
  }

  progress(totals: CatalogTotals, batchesInFlight: number): ProgressReport {
    return {
      type: "progress",
      filesTotal: totals.files,
      filesDone: totals.filesDone,
      bytesTotal: totals.bytes,
      bytesRead: totals.bytesDone,
      linesAcknowledged: this.#lines,
      batchesInFlight,
      batches: this.#batches,
      redelivered: this.#redelivered,
      duplicates: this.#duplicates,
    };
  }

  #acknowledge({ header }: FlightBatch, lines: number): void {
    this.#batches += 1;
    this.#metrics.acknowledgedBatches.inc();
    this.#metrics.acknowledgedBytes.inc({ source: header.source }, header.to - header.from);
    this.#addLines(header.source, lines);
  }

  #observe(latencyMs: number, { queueMs, workMs, storeMs }: LatencyParts): void {
    const { ackLatencySeconds, ackLatencyPartSeconds } = this.#metrics;
    ackLatencySeconds.observe(latencyMs / 1000);
    ackLatencyPartSeconds.observe({ part: "queue" }, queueMs / 1000);
    ackLatencyPartSeconds.observe({ part: "work" }, workMs / 1000);
    ackLatencyPartSeconds.observe({ part: "store" }, storeMs / 1000);
  }

  #addLines(source: string, lines: number): void {
    this.#lines += lines;
    this.#metrics.acknowledgedLines.inc({ source }, lines);
  }
}

/** Lines of a payload, counted; a last one without a line feed is one too. */
function linesOf(payload: Uint8Array): number {
  let lines = 0;
  let at = 0;
  while (at < payload.length) {
    const end = payload.indexOf(newline, at);
    lines += 1;
    at = end < 0 ? payload.length : end + 1;
  }
  return lines;
}
