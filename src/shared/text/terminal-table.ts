// Tables for people. A table has key columns (text, left) and number columns (right, with an
// optional note such as `±2.3%` that hangs to the right of the number so that digits stay aligned).
//
// It fits the width it is given: long texts lose their middle to `…` (keys differ at either end),
// number columns are never cut (a number with digits missing is a wrong number); those that find no
// room are named below the table instead. Without a width (pipes, files) nothing is cut. Values come out of logs, so control and
// direction characters are made visible and can not steer the terminal.

export interface TerminalColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** A text that says nothing when cut, such as a date. */
  readonly whole?: boolean;
}

export interface TerminalCell {
  readonly text: string;
  /** Printed dim, right of the number. */
  readonly note?: string;
  /** The text stands for the absence of a value. */
  readonly dim?: boolean;
}

export interface TerminalStyle {
  /** Columns of the terminal, or null for as wide as it needs to be. */
  readonly width: number | null;
  readonly color: boolean;
}

interface Layout {
  /** Indexes of the columns that are printed. */
  readonly shown: readonly number[];
  /** By column: width of the text and of the note behind it, in cells of the terminal. */
  readonly texts: readonly number[];
  readonly notes: readonly number[];
}

const gap = "  ";
/** A text column is cut no further than this, unless nothing else would fit. */
const textWidthMin = 8;

/** Made when a text first needs it: it takes 10 ms, and every process of a run loads this module. */
let graphemes: Intl.Segmenter | undefined;
// Unicode's East Asian Wide and Fullwidth blocks, as far as terminals agree on them.
const wide =
  /[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{a960}-\u{a97c}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
// eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** How this process should print on a stream: its width, and colours unless NO_COLOR is set. */
export function terminalStyle(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): TerminalStyle {
  if (stream.isTTY !== true) return { width: null, color: false };
  const color = (environment["NO_COLOR"] ?? "") === "" && environment["TERM"] !== "dumb";
  // A terminal that does not tell its width (0 or undefined) is taken for the classic one.
  return { width: stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80, color };
}

/** Renders a table, every line ended by `\n`. Every row has one cell per column. */
export function renderTerminalTable(
  columns: readonly TerminalColumn[],
  rows: readonly (readonly TerminalCell[])[],
  style: TerminalStyle,
): string {
  const safeRows = rows.map((row) =>
    row.map((cell) => ({ ...cell, text: visibleText(cell.text) })),
  );
  const titles = columns.map((column) => visibleText(column.title));
  const layout = fit(columns, titles, safeRows, style.width);
  const lines = [
    headLine(columns, titles, layout, style),
    paint(rule(layout), "dim", style),
    ...safeRows.map((row) => rowLine(columns, row, layout, style)),
  ];
  const hidden = titles.filter((_, index) => !layout.shown.includes(index));
  if (hidden.length > 0) {
    lines.push(paint(`no room for ${hidden.join(", ")}; widen the terminal`, "dim", style));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Text that is safe to print: control and direction characters become visible symbols. */
export function visibleText(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** Cells of a terminal that a text takes. */
export function displayWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const segment of segmentsOf(text)) width += segmentWidth(segment);
  return width;
}

/** Adds a style for terminals that have one. */
export function paint(text: string, as: "dim" | "bold", style: TerminalStyle): string {
  if (!style.color || text === "") return text;
  return as === "dim" ? `\u001b[2m${text}\u001b[22m` : `\u001b[1m${text}\u001b[22m`;
}

function segmentsOf(text: string): string[] {
  graphemes ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function segmentWidth(segment: string): number {
  if (invisible.test(segment)) return 0;
  return wide.test(segment) || segment.includes("\ufe0f") ? 2 : 1;
}

/** Takes graphemes out of the middle until the text fits. */
function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const segments = segmentsOf(text);
  const head = fitting(segments, Math.ceil((width - 1) / 2));
  const tail = fitting(segments.toReversed(), Math.floor((width - 1) / 2)).toReversed();
  return `${head.join("")}…${tail.join("")}`;
}

/** The first segments that take at most so many cells. */
function fitting(segments: readonly string[], width: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const segment of segments) {
    used += segmentWidth(segment);
    if (used > width) break;
    kept.push(segment);
  }
  return kept;
}

function fit(
  columns: readonly TerminalColumn[],
  titles: readonly string[],
  rows: readonly (readonly TerminalCell[])[],
  width: number | null,
): Layout {
  const notes = columns.map((_, index) => widest(rows, (row) => row[index]!.note ?? ""));
  const texts = columns.map((_, index) => {
    const text = widest(rows, (row) => row[index]!.text);
    return Math.max(text, displayWidth(titles[index]!) - notes[index]!);
  });
  const all = columns.map((_, index) => index);
  if (width === null) return { shown: all, texts, notes };
  const shown = chooseColumns(columns, texts, notes, width);
  shrinkTexts(columns, { shown, texts, notes }, texts, width);
  return { shown, texts, notes };
}

function widest<Row>(rows: readonly Row[], textOf: (row: Row) => string): number {
  let width = 0;
  for (const row of rows) width = Math.max(width, displayWidth(textOf(row)));
  return width;
}

function mayCut({ align, whole }: TerminalColumn): boolean {
  return align === "left" && whole !== true;
}

/** Leaves number columns out, last first, until the others fit with their texts cut short. */
function chooseColumns(
  columns: readonly TerminalColumn[],
  texts: readonly number[],
  notes: readonly number[],
  width: number,
): number[] {
  const shown = columns.map((_, index) => index);
  const leastWidth = (): number =>
    shown.reduce(
      (sum, index) => {
        const text = texts[index]!;
        const least = mayCut(columns[index]!) ? Math.min(text, textWidthMin) : text;
        return sum + least + notes[index]!;
      },
      gap.length * (shown.length - 1),
    );
  while (leastWidth() > width) {
    const numbers = shown.filter((index) => columns[index]!.align === "right");
    // The first number is what the rows are about; beyond it only texts can give way.
    if (numbers.length <= 1) break;
    shown.splice(shown.indexOf(numbers.at(-1)!), 1);
  }
  return shown;
}

/** Takes cells from the widest text column, one by one, until the line fits. */
function shrinkTexts(
  columns: readonly TerminalColumn[],
  layout: Layout,
  texts: number[],
  width: number,
): void {
  let excess = totalWidth(layout) - width;
  const candidates = layout.shown.filter((index) => mayCut(columns[index]!));
  while (excess > 0) {
    let victim = -1;
    for (const index of candidates) {
      if (texts[index]! > 1 && (victim < 0 || texts[index]! > texts[victim]!)) victim = index;
    }
    if (victim < 0) return;
    texts[victim]! -= 1;
    excess -= 1;
  }
}

function totalWidth({ shown, texts, notes }: Layout): number {
  const cells = shown.reduce((sum, index) => sum + texts[index]! + notes[index]!, 0);
  return cells + gap.length * Math.max(0, shown.length - 1);
}

function rule(layout: Layout): string {
  return layout.shown
    .map((index) => "─".repeat(layout.texts[index]! + layout.notes[index]!))
    .join(gap);
}

function headLine(
  columns: readonly TerminalColumn[],
  titles: readonly string[],
  { shown, texts, notes }: Layout,
  style: TerminalStyle,
): string {
  return shown
    .map((index) => {
      const width = texts[index]! + notes[index]!;
      const title = cut(titles[index]!, width);
      const space = " ".repeat(width - displayWidth(title));
      const painted = paint(title, "bold", style);
      return columns[index]!.align === "left" ? painted + space : space + painted;
    })
    .join(gap);
}

function rowLine(
  columns: readonly TerminalColumn[],
  row: readonly TerminalCell[],
  { shown, texts, notes }: Layout,
  style: TerminalStyle,
): string {
  return shown
    .map((index) => {
      const cell = row[index]!;
      const left = columns[index]!.align === "left";
      const text = left ? cut(cell.text, texts[index]!) : cell.text;
      const space = " ".repeat(Math.max(0, texts[index]! - displayWidth(text)));
      const painted = cell.dim === true ? paint(text, "dim", style) : text;
      const note = cell.note ?? "";
      const tail = paint(note, "dim", style) + " ".repeat(notes[index]! - displayWidth(note));
      return (left ? painted + space : space + painted) + tail;
    })
    .join(gap);
}
