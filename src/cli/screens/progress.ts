// Draws the progress line of a run on a terminal: one line, drawn over in place, gone when the run
// is over. Log lines go above it. The cursor is hidden while the line stands and comes back however
// the process ends, short of SIGKILL.

import type { Clock } from "../../shared/runtime/clock.ts";
import type { ProgressReport } from "../../shared/process/role-report.ts";
import type { TerminalStyle } from "../../shared/text/terminal-table.ts";
import { addSample, progressLine } from "./progress-line.ts";
import type { ProgressSample } from "./progress-line.ts";

const drawIntervalMs = 80;
const hideCursor = "\u001b[?25l";
const showCursor = "\u001b[?25h";
const clearLine = "\r\u001b[K";

/** The part of a terminal stream that is drawn on. */
export interface ProgressStream {
  readonly columns?: number;
  write(text: string): unknown;
}

export class ProgressBar {
  readonly #stream: ProgressStream;
  readonly #style: TerminalStyle;
  readonly #clock: Clock;
  readonly #onProcessExit = (): void => this.end();
  #samples: readonly ProgressSample[] = [];
  #line = "";
  #drawnAtMs = -Infinity;
  #isShown = false;

  constructor(stream: ProgressStream, style: TerminalStyle, clock: Clock) {
    this.#stream = stream;
    this.#style = style;
    this.#clock = clock;
  }

  /** Takes in what the ventilator reported; draws at most every 80 ms. */
  update(report: ProgressReport): void {
    const atMs = this.#clock.nowMs();
    const sample = { atMs, bytesRead: report.bytesRead, lines: report.linesAcknowledged };
    this.#samples = addSample(this.#samples, sample);
    if (atMs - this.#drawnAtMs < drawIntervalMs) return;
    this.#drawnAtMs = atMs;
    // The terminal may have been resized since the last time.
    const width = this.#stream.columns ?? this.#style.width ?? 80;
    this.#line = colour(progressLine(report, this.#samples, width), this.#style);
    if (!this.#isShown) process.once("exit", this.#onProcessExit);
    this.#stream.write(`${this.#isShown ? "" : hideCursor}${clearLine}${this.#line}`);
    this.#isShown = true;
  }

  /** Writes whole lines of text above the bar. */
  write(text: string): void {
    this.#stream.write(this.#isShown ? `${clearLine}${text}${this.#line}` : text);
  }

  /** Removes the line and gives the cursor back. */
  end(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    process.off("exit", this.#onProcessExit);
    this.#stream.write(`${clearLine}${showCursor}`);
  }
}

function colour(line: string, style: TerminalStyle): string {
  if (!style.color) return line;
  return line
    .replace(/^[█▏▎▍▌▋▊▉]+/, (filled) => `\u001b[36m${filled}\u001b[39m`)
    .replace(/·+/, (empty) => `\u001b[2m${empty}\u001b[22m`);
}
