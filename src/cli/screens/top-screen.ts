// The screen of `logmill top`: three questions, on 80 columns and 22 lines. A terminal that has fewer lines
// gets those that matter most of each question; none ever scrolls out of it.

import { formatBytes, formatCount, formatPercent } from "../../shared/text/number-format.ts";
import { displayWidth, paint, visibleText } from "../../shared/text/terminal-table.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import type { TopView } from "./top-view.ts";

const labelWidth = 14;
const widthDefault = 80;
/** Lines of no question: they go first where there is no room. */
const blank: Line = { text: "", rank: 9 };

/** A line, and how soon it goes where there is no room: the greatest rank first. */
interface Line {
  readonly text: string;
  readonly rank: number;
}

export interface ScreenStyle extends TerminalStyle {
  /** Lines of the terminal; null for as many as it takes. */
  readonly height: number | null;
}

/**
 * @param title what was asked, and when. Lines end with `\n`, are never wider than the terminal, and leave
 *   its last one to the cursor.
 */
export function topScreen(view: TopView, title: string, style: ScreenStyle): string {
  const width = style.width ?? widthDefault;
  const question = (text: string, answers: readonly Line[]): Line[] => [
    { text: paint(text, "bold", style), rank: 0 },
    ...answers.map(({ text: answer, rank }) => ({ text: cut(answer, width), rank })),
  ];
  const lines = [
    { text: paint(cut(visibleText(title), width), "bold", style), rank: 2 },
    blank,
    ...question("Is it keeping up?", keepingUpLines(view)),
    blank,
    ...question("Where is the bottleneck?", bottleneckLines(view)),
    blank,
    ...question("Is it right?", correctnessLines(view)),
  ];
  const room = style.height === null ? lines.length : Math.max(1, style.height - 1);
  return fitting(lines, room)
    .map(({ text }) => `${text}\n`)
    .join("");
}

/** As many lines as there is room for, in their order; those with the greatest rank go first. */
function fitting(lines: readonly Line[], room: number): readonly Line[] {
  const kept = new Set(lines.toSorted((a, b) => a.rank - b.rank).slice(0, room));
  return lines.filter((line) => kept.has(line));
}

function keepingUpLines({ keepingUp: now }: TopView): Line[] {
  if (now === null) return [unknown(1, "ventilator")];
  const left =
    now.backlogSeconds === null ? "" : `, ${formatSeconds(now.backlogSeconds)} at this speed`;
  const backlog = now.backlogBytes === 0 ? "none" : `${formatBytes(now.backlogBytes)}${left}`;
  const flight = `${now.inFlightBatches} of ${now.inFlightBatchesMax} batches`;
  const { ackSeconds: ack } = now;
  return [
    row(
      1,
      "acknowledged",
      `${formatCount(Math.round(now.acknowledgedLinesPerSecond))} lines/s, ` +
        `${formatBytes(now.acknowledgedBytesPerSecond)}/s`,
    ),
    row(2, "backlog", backlog),
    row(6, "in flight", `${flight}, ${formatBytes(now.inFlightBytes)}`),
    row(
      4,
      "workers",
      `${now.workers}, taking ${now.creditBatches} batches, ${now.freeCreditBatches} of them free`,
    ),
    row(
      7,
      "batch takes",
      ack === null
        ? "nothing was acknowledged meanwhile"
        : `${formatSeconds(ack.queue)} queued, ${formatSeconds(ack.work)} at work, ` +
            `${formatSeconds(ack.store)} until durable`,
    ),
  ];
}

function bottleneckLines({ bottleneck: { verdict, waiting, workers, sink } }: TopView): Line[] {
  return [
    ...(verdict === null ? [] : [row(1, "it is", verdict)]),
    ...(waiting === null ? [] : [row(5, "reading waits", shares(waiting) || "never")]),
    workers === null
      ? unknown(verdict === null ? 1 : 4, "worker")
      : row(
          6,
          `${workers.count} ${workers.count === 1 ? "worker" : "workers"}`,
          `busy ${formatPercent(workers.busy / Math.max(1, workers.count))}, ` +
            `blocked ${formatPercent(workers.blocked / Math.max(1, workers.count))}${after(": ", shares(workers.kernel))}`,
        ),
    sink === null ? unknown(4, "sink") : row(6, "sink", shares(sink) || "idle"),
  ];
}

function correctnessLines({ correctness: now }: TopView): Line[] {
  if (now === null) return [unknown(1, "sink")];
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
      3,
      "lines",
      `${formatCount(lines)}: ${formatCount(now.accepted)} accepted, ${formatCount(now.filtered)} filtered, ` +
        `${formatCount(now.deadLettered)} dead`,
    ),
    row(
      1,
      "rejected",
      `${formatCount(now.rejected)} (${share})${after(": ", rejected.join(", "))}`,
    ),
    row(
      2,
      "balance",
      now.unbalanced === 0
        ? "every line accounted for"
        : `${now.unbalanced} lines are not accounted for`,
    ),
    row(7, "suppressed", `${formatCount(now.duplicatesSuppressed)} duplicates; late rows ${late}`),
    row(
      5,
      "outputs",
      now.outputLagSeconds === 0 ? "up to date" : `${formatSeconds(now.outputLagSeconds)} behind`,
    ),
    row(now.isDiskFull ? 1 : 5, "disk", now.isDiskFull ? `FULL, ${free}` : free),
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

function row(rank: number, label: string, text: string): Line {
  return { rank, text: `  ${label.padEnd(labelWidth)} ${visibleText(text)}` };
}

function unknown(rank: number, role: string): Line {
  return row(rank, role, `was not asked; add its HTTP address to see it`);
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
