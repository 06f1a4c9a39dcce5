// The progress of a run as one line of text that fits the terminal. Pure: it is given what the
// ventilator reported and the time, and returns characters.
//
//   ██████████▌·········  52%  61.3/118 MB  1,204,331 events/s  32 in flight  ETA 0:04
//
// The width is never exceeded, since a line that wraps can not be drawn over. When it gets narrow,
// the parts that say least go first: the bar shrinks, then the flight, then the bytes.

import { formatBytes, formatCount } from "../../shared/text/number-format.ts";
import type { ProgressReport } from "../../shared/process/role-report.ts";

/** A moment of the run that speed is measured from. */
export interface ProgressSample {
  readonly atMs: number;
  readonly bytesRead: number;
  readonly lines: number;
}

/** Speed is measured over this span, so that it is steady and still follows changes. */
const speedWindowMs = 2000;
const barWidthMax = 24;
const barWidthMin = 8;
/** Eighths of a cell, so that the bar moves smoothly. */
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** Samples of the last `speedWindowMs`, with a new one added. */
export function addSample(
  samples: readonly ProgressSample[],
  next: ProgressSample,
): readonly ProgressSample[] {
  const last = samples.at(-1);
  // A ventilator that was started again counts from its own beginning.
  if (last !== undefined && (next.bytesRead < last.bytesRead || next.lines < last.lines)) {
    return [next];
  }
  const kept = samples.filter((sample) => next.atMs - sample.atMs <= speedWindowMs);
  return [...kept, next];
}

/** Per second between the oldest sample and the newest; 0 until there are two. */
export function speedOf(
  samples: readonly ProgressSample[],
  quantity: "bytesRead" | "lines",
): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0;
  return ((last[quantity] - first[quantity]) * 1000) / (last.atMs - first.atMs);
}

/** @param width columns of the terminal; the text leaves room for the `^C` of an interruption. */
export function progressLine(
  report: ProgressReport,
  samples: readonly ProgressSample[],
  width: number,
): string {
  const share = report.bytesTotal === 0 ? 0 : Math.min(1, report.bytesRead / report.bytesTotal);
  const bytesPerSecond = speedOf(samples, "bytesRead");
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const bytes = `${formatBytes(report.bytesRead)} of ${formatBytes(report.bytesTotal)}`;
  const speed = `${formatCount(Math.round(speedOf(samples, "lines")))} events/s`;
  const flight = `${report.batchesInFlight} in flight`;
  const eta = `ETA ${formatEta(report.bytesTotal - report.bytesRead, bytesPerSecond)}`;
  const room = width - 3;
  const variants = [
    [percent, bytes, speed, flight, eta],
    [percent, bytes, speed, eta],
    [percent, speed, eta],
    [percent, eta],
    [percent],
  ];
  for (const parts of variants) {
    const text = parts.join("  ");
    const barWidth = Math.min(barWidthMax, room - text.length - 1);
    if (barWidth >= barWidthMin) return `${bar(share, barWidth)} ${text}`;
  }
  return percent.trim().slice(0, Math.max(0, room));
}

function bar(share: number, width: number): string {
  const filled = Math.round(share * width * 8);
  const whole = Math.floor(filled / 8);
  const part = eighths[filled % 8]!;
  const text = "█".repeat(whole) + part;
  return text + "·".repeat(width - whole - part.length);
}

function formatEta(bytesLeft: number, bytesPerSecond: number): string {
  if (bytesLeft <= 0) return "0:00";
  if (bytesPerSecond <= 0) return "-:--";
  const seconds = Math.ceil(bytesLeft / bytesPerSecond);
  const minutes = Math.floor(seconds / 60);
  const ss = String(seconds % 60).padStart(2, "0");
  if (minutes < 60) return `${minutes}:${ss}`;
  const hours = Math.floor(minutes / 60);
  // Beyond four days a clock says nothing.
  if (hours >= 100) return "-:--";
  return `${hours}:${String(minutes % 60).padStart(2, "0")}:${ss}`;
}
