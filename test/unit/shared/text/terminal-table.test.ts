import fc from "fast-check";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import {
  displayWidth,
  renderTerminalTable,
  terminalStyle,
  visibleText,
  type TerminalCell,
  type TerminalColumn,
} from "../../../../src/shared/text/terminal-table.ts";

const plain = { width: null, color: false };
const columns: TerminalColumn[] = [
  { title: "day", align: "left" },
  { title: "campaign", align: "left" },
  { title: "users", align: "right" },
  { title: "revenue", align: "right" },
];
const rows: TerminalCell[][] = [
  [
    { text: "2011-06-20" },
    { text: "a-campaign-with-a-very-long-name-indeed" },
    { text: "10,482", note: " ±2.3%" },
    { text: "1,234.50" },
  ],
  [{ text: "2011-06-21" }, { text: "b" }, { text: "12" }, { text: "-", dim: true }],
];

describe("a table", () => {
  it("aligns digits and lets notes hang behind them", () => {
    expect(renderTerminalTable(columns, rows, plain)).toBe(
      [
        "day         campaign                                        users   revenue",
        "──────────  ───────────────────────────────────────  ────────────  ────────",
        "2011-06-20  a-campaign-with-a-very-long-name-indeed  10,482 ±2.3%  1,234.50",
        "2011-06-21  b                                            12               -",
        "",
      ].join("\n"),
    );
  });

  it("cuts the middle out of the longest text to fit the terminal, never a number", () => {
    expect(renderTerminalTable(columns, rows, { width: 60, color: false })).toBe(
      [
        "day         campaign                         users   revenue",
        "──────────  ────────────────────────  ────────────  ────────",
        "2011-06-20  a-campaign-w…name-indeed  10,482 ±2.3%  1,234.50",
        "2011-06-21  b                             12               -",
        "",
      ].join("\n"),
    );
  });

  it("names the numbers that find no room", () => {
    const text = renderTerminalTable(columns, rows, { width: 40, color: false });
    expect(text).toContain("no room for revenue");
    expect(text).not.toContain("1,234");
    expect(text).toContain("10,482 ±2.3%");
  });

  it("leaves a column alone that is good only as a whole", () => {
    const [day, ...others] = columns;
    const kept = [{ ...day!, whole: true }, ...others.slice(0, 2)];
    const cells = rows.map((row) => row.slice(0, 3));
    const text = renderTerminalTable(kept, cells, { width: 34, color: false });
    expect(text).toContain("2011-06-20  a-ca…eed  10,482 ±2.3%");
  });

  it("shows its titles when it has no rows", () => {
    const text = renderTerminalTable(columns, [], plain);
    expect(text).toBe("day  campaign  users  revenue\n───  ────────  ─────  ───────\n");
  });

  it("keeps columns straight behind wide and combining characters", () => {
    const text = renderTerminalTable(
      [
        { title: "k", align: "left" },
        { title: "n", align: "right" },
      ],
      [
        [{ text: "日本" }, { text: "1" }],
        [{ text: "e\u0301" }, { text: "2" }],
        [{ text: "👩‍👩‍👧" }, { text: "3" }],
      ],
      plain,
    );
    expect(text).toBe("k     n\n────  ─\n日本  1\ne\u0301     2\n👩‍👩‍👧    3\n");
  });

  it("paints titles and notes only where colour is wanted, and is the same text without", () => {
    const painted = renderTerminalTable(columns, rows, { width: 60, color: true });
    expect(painted).toContain("\u001b[1mday\u001b[22m");
    expect(painted).toContain("\u001b[2m ±2.3%\u001b[22m");
    expect(stripVTControlCharacters(painted).replace(/ +$/gm, "")).toBe(
      renderTerminalTable(columns, rows, { width: 60, color: false }),
    );
  });

  it("never passes the width of the terminal while its numbers leave room", () => {
    const cell = fc.record({ text: fc.string({ unit: "grapheme", maxLength: 60 }) });
    const anyRow = fc.tuple(cell, cell, fc.record({ text: fc.stringMatching(/^\d{1,12}$/) }));
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 5 }),
        fc.integer({ min: 40, max: 120 }),
        (table, width) => {
          const text = renderTerminalTable(columns.slice(0, 3), table, { width, color: false });
          for (const line of text.split("\n"))
            expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe("text from logs", () => {
  it("can not steer the terminal", () => {
    expect(visibleText("a\u001b[31mb\tc\r\nd\u007f\u009b2J\u202ee")).toBe(
      "a␛[31mb␉c␍␊d␡\ufffd2J\ufffde",
    );
    const text = renderTerminalTable(
      [{ title: "k\u001b[2J", align: "left" }],
      [[{ text: "\u001b]0;owned\u0007" }]],
      plain,
    );
    expect(text).not.toContain("\u0007");
    expect(text).not.toContain("\u001b");
  });
});

describe("the style of a stream", () => {
  it("is plain and unlimited in a pipe", () => {
    expect(terminalStyle({ columns: 80 }, {})).toEqual({ width: null, color: false });
  });

  it("follows the terminal's width and NO_COLOR", () => {
    const terminal = { isTTY: true, columns: 100 };
    expect(terminalStyle(terminal, {})).toEqual({ width: 100, color: true });
    expect(terminalStyle(terminal, { NO_COLOR: "" })).toEqual({ width: 100, color: true });
    expect(terminalStyle(terminal, { NO_COLOR: "1" })).toEqual({ width: 100, color: false });
    expect(terminalStyle(terminal, { TERM: "dumb" })).toEqual({ width: 100, color: false });
    expect(terminalStyle({ isTTY: true, columns: 0 }, {})).toEqual({ width: 80, color: true });
  });
});
