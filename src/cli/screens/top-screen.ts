// The screen of `logmill top`: three questions in at most 18 lines of 80 cells.

import { formatBytes, formatCount, formatPercent } from "../../shared/text/number-format.ts";
import { displayWidth, paint, visibleText } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import type { TopView } from "./top-view.ts";

const labelWidth = 14;
const widthDefault = 80;

/** @param title what was asked, and when. Lines end with `\n` and are never wider than the terminal. */
export function topScreen(view: TopView, title: string, style: TerminalStyle): string {
  const width = style.width ?? widthDefault;
  const lines = [
    paint(cut(visibleText(title), width), "bold", style),
    "",
    paint("Is it keeping up?", "bold", style),
    ...keepingUpLines(view).map((line) => cut(line, width)),
    "",
    paint("Where is the bottleneck?", "bold", style),
    ...bottleneckLines(view).map((line) => cut(line, width)),
    "",
    paint("Is it right?", "bold", style),
    ...correctnessLines(view).map((line) => cut(line, width)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function keepingUpLines({ keepingUp: now }: TopView): string[] {
  if (now === null) return [unknown("ventilator")];
  const left =
    now.backlogSeconds === null ? "" : `, ${formatSeconds(now.backlogSeconds)} at this speed`;
  const backlog = now.backlogBytes === 0 ? "none" : `${formatBytes(now.backlogBytes)}${left}`;
  const flight = `${now.inFlightBatches} of ${now.inFlightBatchesMax} batches`;
  const { ackSeconds: ack } = now;
  return [
    row(
      "acknowledged",
      `${formatCount(Math.round(now.acknowledgedLinesPerSecond))} lines/s, ` +
        `${formatBytes(now.acknowledgedBytesPerSecond)}/s`,
    ),
    row("backlog", backlog),
    row("in flight", `${flight}, ${formatBytes(now.inFlightBytes)}`),
    row(
      "workers",
      `${now.workers}, taking ${now.creditBatches} batches, ${now.freeCreditBatches} of them free`,
    ),
    row(
      "batch takes",
      ack === null
        ? "nothing was acknowledged meanwhile"
        : `${formatSeconds(ack.queue)} queued, ${formatSeconds(ack.work)} at work, ` +
            `${formatSeconds(ack.store)} until durable`,
    ),
  ];
}

function bottleneckLines({ bottleneck: { verdict, waiting, workers, sink } }: TopView): string[] {
  return [
    ...(verdict === null ? [] : [row("it is", verdict)]),
    ...(waiting === null ? [] : [row("reading waits", shares(waiting) || "never")]),
    workers === null
      ? unknown("worker")
      : row(
          `${workers.count} ${workers.count === 1 ? "worker" : "workers"}`,
          `busy ${formatPercent(workers.busy / Math.max(1, workers.count))}, ` +
            `blocked ${formatPercent(workers.blocked / Math.max(1, workers.count))}${after(": ", shares(workers.kernel))}`,
        ),
    sink === null ? unknown("sink") : row("sink", shares(sink) || "idle"),
  ];
}

function correctnessLines({ correctness: now }: TopView): string[] {
  if (now === null) return [unknown("sink")];
  const lines = now.accepted + now.filtered + now.rejected + now.deadLettered;
  const rejected = Object.entries(now.rejectedBy)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([reason, count]) => `${reason} ${formatCount(count)}`);
  const share = formatPercent(lines === 0 ? 0 : now.rejected / lines);
  const late = formatPercent(now.mergedRows === 0 ? 0 : now.lateRows / now.mergedRows);
  const free = `${formatBytes(now.diskFreeBytes)} of ${formatBytes(now.diskSizeBytes)} free`;
  return [
    row(
      "lines",
      `${formatCount(lines)}: ${formatCount(now.accepted)} accepted, ${formatCount(now.filtered)} filtered, ` +
        `${formatCount(now.deadLettered)} dead`,
    ),
    row("rejected", `${formatCount(now.rejected)} (${share})${after(": ", rejected.join(", "))}`),
    row(
      "balance",
      now.unbalanced === 0
        ? "every line accounted for"
        : `${now.unbalanced} lines are not accounted for`,
    ),
    row("suppressed", `${formatCount(now.duplicatesSuppressed)} duplicates; late rows ${late}`),
    row(
      "outputs",
      now.outputLagSeconds === 0 ? "up to date" : `${formatSeconds(now.outputLagSeconds)} behind`,
    ),
    row("disk", now.isDiskFull ? `FULL, ${free}` : free),
  ];
}

/** Shares above nothing, largest first, as percentages. */
function shares(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .filter(([, share]) => share >= 0.001)
    .sort(([, a], [, b]) => b - a)
    .map(([name, share]) => `${name} ${formatPercent(share)}`)
    .join(", ");
}

function formatSeconds(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${seconds.toFixed(1)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(labelWidth)} ${visibleText(text)}`;
}

function unknown(role: string): string {
  return row(role, `was not asked; add its HTTP address to see it`);
}

/** A text that may be missing, and what stands before it otherwise. */
function after(separator: string, text: string): string {
  return text === "" ? "" : `${separator}${text}`;
}

/** Leaves out whole items of a list: a number with digits missing is a wrong number. */
function cut(line: string, width: number): string {
  if (displayWidth(line) <= width) return line;
  const head = line.slice(0, width - 1);
  const end = head.lastIndexOf(", ");
  return end < 0 ? `${head}…` : `${head.slice(0, end)}, …`;
}
